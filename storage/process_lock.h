#pragma once

#include <filesystem>
#include <memory>
#include <mutex>

namespace parkwatch {

/// Keeps a store to one process: an exclusive lock on a file beside it, held while any object of
/// this process has the store open, and freed by the system when the process dies. Threads: any.
class ProcessLock {
 public:
  /// The lock of the store at `file`; objects of one process share it.
  /// Throws StoreRefused with advice when another process holds it, StoreUnavailable when the lock
  /// file can not be made.
  static std::shared_ptr<ProcessLock> acquire(const std::filesystem::path& file);

  ~ProcessLock();
  ProcessLock(const ProcessLock&) = delete;
  ProcessLock& operator=(const ProcessLock&) = delete;

  /// Held by the one object of this process that writes; waiting here is fairer than SQLite's
  /// polling.
  std::timed_mutex& writer() { return writer_; }

 private:
  explicit ProcessLock(const std::filesystem::path& lock_file);

  int descriptor_ = -1;
  int process_ = 0;
  std::timed_mutex writer_;
};

}  // namespace parkwatch
