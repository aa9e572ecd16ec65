#include "storage/process_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <string>
#include <utility>

#include "storage/store.h"

namespace parkwatch {

namespace {

struct Entry {
  std::unique_ptr<ProcessLock> lock;
  int users = 0;
};

/// The locks that this process holds. Process-wide by nature: two objects on one store must find
/// each other. The process id is part of the key because a fork inherits the map but not the right
/// to write.
struct Held {
  std::mutex guard;
  std::map<std::pair<std::string, int>, Entry> locks;
};

Held& held() {
  static Held instance;
  return instance;
}

std::string holder(int descriptor) {
  std::array<char, 256> text{};
  const ssize_t size = ::pread(descriptor, text.data(), text.size(), 0);
  return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : "unknown";
}

std::string this_process() {
  std::array<char, 200> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host = {};
  return std::to_string(::getpid()) + " on " + host.data();
}

}  // namespace

std::shared_ptr<ProcessLock> ProcessLock::acquire(const std::filesystem::path& file) {
  // Links to one store must meet at one lock.
  std::error_code failure;
  std::filesystem::path lock_file = std::filesystem::weakly_canonical(file, failure);
  if (failure) {
    throw StoreUnavailable("store " + file.string() + ": " + failure.message() +
                           "; check the permissions of its folder");
  }
  lock_file += ".lock";
  const std::pair<std::string, int> name(lock_file.string(), ::getpid());
  Held& all = held();
  const std::lock_guard<std::mutex> guard(all.guard);
  Entry& entry = all.locks[name];
  if (entry.users == 0) entry.lock.reset(new ProcessLock(lock_file));
  entry.users += 1;
  // Released under the same guard, so that nobody meets a lock that is just being given up.
  const auto release = [name](ProcessLock*) {
    Held& registry = held();
    const std::lock_guard<std::mutex> registry_guard(registry.guard);
    const auto found = registry.locks.find(name);
    found->second.users -= 1;
    if (found->second.users == 0) registry.locks.erase(found);
  };
  return {entry.lock.get(), release};
}

ProcessLock::ProcessLock(const std::filesystem::path& lock_file) : process_(::getpid()) {
  descriptor_ = ::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor_ < 0) {
    throw StoreUnavailable("store: could not open " + lock_file.string() + ": " +
                           std::strerror(errno) +
                           "; check that the folder exists and its permissions");
  }
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const std::string who = holder(descriptor_);
    ::close(descriptor_);
    throw StoreRefused(
        "store: " + lock_file.string() + " is held by process " + who +
        "; a SQLite store is written by one process: stop the other one, name another "
        "file, or read it with `parkwatch export`");
  }
  const std::string text = this_process();
  // Only advice for whoever is refused: the lock holds without it.
  if (::ftruncate(descriptor_, 0) == 0) {
    [[maybe_unused]] const ssize_t written = ::pwrite(descriptor_, text.data(), text.size(), 0);
  }
}

bool ProcessLock::begin_writing(std::chrono::milliseconds patience) {
  std::unique_lock<std::mutex> lock(guard_);
  if (!free_.wait_for(lock, patience, [this] { return !writing_; })) return false;
  writing_ = true;
  return true;
}

void ProcessLock::end_writing() {
  {
    const std::lock_guard<std::mutex> lock(guard_);
    writing_ = false;
  }
  free_.notify_one();
}

ProcessLock::~ProcessLock() {
  // Unlocking would free the parent's lock too if a forked child did it.
  if (process_ == ::getpid()) ::flock(descriptor_, LOCK_UN);
  ::close(descriptor_);
}

}  // namespace parkwatch
