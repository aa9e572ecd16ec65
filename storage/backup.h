#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stdexcept>

#include "storage/store.h"
#include "storage/store_loader.h"

namespace parkwatch {

/// A file that is no whole backup, or of a newer program.
struct DamagedBackup : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Told how far it is, in thousandths, and how many rows are done. May be empty.
using BackupProgress = std::function<void(std::int64_t thousandths, std::int64_t rows)>;

/// Writes every row of a snapshot into one file that any form of the store takes back: into
/// FILE.part, renamed when it is whole. Returns the number of rows. Throws std::runtime_error when
/// it can not be written, as Store::scan.
std::int64_t write_backup(Store& snapshot, const std::filesystem::path& file,
                          const BackupProgress& progress = {});

/// Fills the store from a backup and finishes it when the file was whole. Columns that came later
/// than the backup are null. Returns the number of rows. Throws DamagedBackup, as StoreLoader.
std::int64_t read_backup(const std::filesystem::path& file, StoreLoader& into,
                         const BackupProgress& progress = {});

}  // namespace parkwatch
