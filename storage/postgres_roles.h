#pragma once

#include <string>

namespace parkwatch {

/// SQL that makes the roles parkwatch_writer, parkwatch_reader and parkwatch_auditor, each with no
/// more rights than its work needs, for the owner of the tables to run; it may be run again. The
/// roles can not log in: users become their members.
std::string postgres_roles_sql();

}  // namespace parkwatch
