#pragma once

#include <map>
#include <string>

#include "tests/simulation/oracle.h"
#include "tests/simulation/past.h"

namespace parkwatch::oracle {

/// Every compared table as `parkwatch export` prints it, by name. The tables of the past are there
/// only when `past` is given.
std::map<std::string, std::string> print_tables(Oracle& oracle, const Past* past);

}  // namespace parkwatch::oracle
