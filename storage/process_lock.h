#pragma once

#include <chrono>
#include <condition_variable>
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

  /// Takes the turn of the one object of this process that writes; false when another had it for
  /// longer than `patience`. Waiting here is fairer than SQLite's polling.
  bool begin_writing(std::chrono::milliseconds patience);
  void end_writing();

 private:
  explicit ProcessLock(const std::filesystem::path& lock_file);

  int descriptor_ = -1;
  int process_ = 0;
  std::mutex guard_;
  std::condition_variable free_;
  bool writing_ = false;
};

}  // namespace parkwatch
