#include "storage/postgres_roles.h"

#include <string_view>

#include "storage/postgres_schema.h"
#include "storage/sql_text.h"

namespace parkwatch {

namespace {

/// Raw records, values of every device and registry contents: for the auditor, not for pages.
bool is_confidential(const Table& table) {
  switch (table.id) {
    case TableId::Segment:
    case TableId::DeadLetter:
    case TableId::DeviceHour:
    case TableId::RegistrySet:
      return true;
    default:
      return false;
  }
}

/// What the program itself never changes or removes, its role can not either.
std::string_view writer_rights(const Table& table) {
  return is_append_only(table) ? "SELECT, INSERT" : "SELECT, INSERT, UPDATE, DELETE";
}

std::string grant(std::string_view rights, std::string_view on, std::string_view role) {
  std::string sql = "GRANT ";
  sql.append(rights).append(" ON ").append(on).append(" TO ").append(role).append(";\n");
  return sql;
}

}  // namespace

std::string postgres_roles_sql() {
  constexpr std::string_view roles[] = {"parkwatch_writer", "parkwatch_reader",
                                        "parkwatch_auditor"};
  std::string sql =
      "-- parkwatch_writer: for `parkwatch run`, `replay` and `store restore`.\n"
      "-- parkwatch_reader: pages, metrics and results; no raw records.\n"
      "-- parkwatch_auditor: everything, for reading only.\n"
      "-- Run it as the owner of the store; then let a user in:\n"
      "--   CREATE ROLE monitor LOGIN PASSWORD '...' IN ROLE parkwatch_writer;\n"
      "DO $$\nBEGIN\n";
  for (const std::string_view role : roles) {
    sql.append("  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '").append(role);
    sql.append("') THEN\n    CREATE ROLE ").append(role).append(" NOLOGIN;\n  END IF;\n");
  }
  sql += "END\n$$;\nREVOKE ALL ON SCHEMA parkwatch FROM PUBLIC;\n";
  for (const std::string_view role : roles) {
    sql += grant("USAGE", "SCHEMA parkwatch", role);
    sql += grant("SELECT", "parkwatch.schema_version", role);
  }
  for (const Table& table : tables()) {
    const std::string name = "parkwatch." + quoted_name(table.name);
    sql += grant(writer_rights(table), name, "parkwatch_writer");
    if (!is_confidential(table)) sql += grant("SELECT", name, "parkwatch_reader");
    sql += grant("SELECT", name, "parkwatch_auditor");
  }
  return sql;
}

}  // namespace parkwatch
