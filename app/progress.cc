#include "app/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace parkwatch {

Progress::Progress(std::string what, std::int64_t whole)
    : what_(std::move(what)),
      whole_(whole),
      terminal_(isatty(STDERR_FILENO) == 1),
      began_(std::chrono::steady_clock::now()),
      last_(began_) {}

Progress::~Progress() {
  if (terminal_ && shown_) std::fputs("\n", stderr);
}

void Progress::advance(std::int64_t done, std::int64_t more_records) {
  records_ += more_records;
  const auto now = std::chrono::steady_clock::now();
  const auto pause = terminal_ ? std::chrono::milliseconds(500) : std::chrono::seconds(10);
  if (now - last_ < pause) return;
  last_ = now;
  shown_ = true;
  const std::chrono::duration<double> spent = now - began_;
  const double share = whole_ > 0 ? static_cast<double>(done) / static_cast<double>(whole_) : 1.0;
  const double left = share > 0 && share < 1 ? spent.count() * (1 - share) / share : 0.0;
  const std::string line =
      fmt::format("{}: {:.0f} %, {:.0f} records/s, {:.0f} s left", what_, share * 100,
                  static_cast<double>(records_) / spent.count(), left);
  std::fputs(terminal_ ? fmt::format("\r{}\x1b[K", line).c_str() : (line + "\n").c_str(), stderr);
}

}  // namespace parkwatch
