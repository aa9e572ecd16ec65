#pragma once

#include <iosfwd>
#include <string>

#include "app/exit_code.h"

namespace parkwatch {

/// `parkwatch store init|roles|backup|restore`.
struct StoreCommandOptions {
  std::string store_url;
  std::string file;  // of backup and restore
};

/// Makes the tables, or brings older ones forward; spreads the long ones over time where PostgreSQL
/// has TimescaleDB. Throws StoreRefused, StoreUnavailable, as the other ones do.
ExitCode init_store(const StoreCommandOptions& options, std::ostream& out);

/// Prints the SQL of the roles that a PostgreSQL store knows.
ExitCode print_store_roles(std::ostream& out);

/// Writes all rows, as they are at one moment, into a file; while others write the store.
ExitCode back_up_store(const StoreCommandOptions& options, std::ostream& out);

/// Fills a new store from such a file; it goes on from the offsets in it. Findings for a file that
/// is damaged.
ExitCode restore_store(const StoreCommandOptions& options, std::ostream& out, std::ostream& err);

}  // namespace parkwatch
