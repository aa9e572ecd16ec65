#pragma once

#include <map>
#include <string>
#include <vector>

#include "storage/store.h"

namespace parkwatch {

/// Puts rows into every table, with every kind of cell and texts that are hard to keep.
void fill_every_table(Store& store);

/// All rows of all tables by the table's name.
std::map<std::string, std::vector<Row>> all_rows(Store& store);

}  // namespace parkwatch
