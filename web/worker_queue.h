#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace parkwatch {

/// A fixed number of threads behind a bounded queue. When the queue is full, `push` waits: further
/// connections stay in the listener's backlog, where the kernel bounds them.
class WorkerQueue {
 public:
  WorkerQueue(std::size_t threads, std::size_t waiting_max);
  ~WorkerQueue();
  void push(std::function<void()> job);
  /// Runs what was pushed, then ends the threads.
  void finish();

 private:
  void work();

  const std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  bool finishing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace parkwatch
