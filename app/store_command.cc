#include "app/store_command.h"

#include <ostream>

#include "app/progress.h"
#include "storage/backup.h"
#include "storage/postgres_roles.h"
#include "storage/postgres_timescale.h"

namespace parkwatch {

namespace {

constexpr std::int64_t whole = 1'000;  // thousandths

BackupProgress told(Progress& progress) {
  return [&progress, former = std::int64_t{0}](std::int64_t done, std::int64_t rows) mutable {
    progress.advance(done, rows - former);
    former = rows;
  };
}

}  // namespace

ExitCode init_store(const StoreCommandOptions& options, std::ostream& out) {
  open_store(options.store_url);
  out << shown_store_url(options.store_url) << " is ready\n";
  if (!options.store_url.starts_with("postgres")) return ExitCode::Ok;
  for (const std::string& line : spread_over_time(options.store_url)) out << line << '\n';
  return ExitCode::Ok;
}

ExitCode print_store_roles(std::ostream& out) {
  out << postgres_roles_sql();
  return ExitCode::Ok;
}

ExitCode back_up_store(const StoreCommandOptions& options, std::ostream& out) {
  const std::unique_ptr<Store> snapshot = open_store_snapshot(options.store_url);
  Progress progress("backup", whole);
  const std::int64_t rows = write_backup(*snapshot, options.file, told(progress));
  out << rows << " rows of " << shown_store_url(options.store_url) << " are in " << options.file
      << '\n';
  return ExitCode::Ok;
}

ExitCode restore_store(const StoreCommandOptions& options, std::ostream& out,
                       std::ostream& err) try {
  const std::unique_ptr<StoreLoader> loader = open_store_loader(options.store_url);
  Progress progress("restore", whole);
  const std::int64_t rows = read_backup(options.file, *loader, told(progress));
  out << rows << " rows of " << options.file << " are in " << shown_store_url(options.store_url)
      << "; the next run goes on from their offsets\n";
  return ExitCode::Ok;
} catch (const DamagedBackup& damaged) {
  err << "parkwatch store restore: " << damaged.what() << '\n';
  return ExitCode::Findings;
}

}  // namespace parkwatch
