#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace parkwatch {

/// Notices an MN that is used from two addresses at once: a copied or forged logger. A logger that
/// moves to another address once (a new mobile link) is none; one whose former address speaks
/// again within the window is.
/// Threads: one owner.
class TwinWatch {
 public:
  using Clock = std::chrono::steady_clock;

  struct Options {
    std::chrono::minutes window{10};
    std::size_t mns_max = 100'000;  // further MNs are not watched
  };

  explicit TwinWatch(Options options) : options_(options) {}

  /// Notes a frame. Returns the other address when this one makes a finding: at most one per MN and
  /// window.
  std::optional<std::string> note(std::string_view mn, std::string_view address,
                                  Clock::time_point now);

 private:
  struct Seen {
    std::string address, former;
    Clock::time_point moved{};  // from former to address
    std::optional<Clock::time_point> reported;
    Clock::time_point last{};
  };

  void forget_old(Clock::time_point now);

  Options options_;
  std::unordered_map<std::string, Seen> seen_;
  Clock::time_point next_sweep_{};
};

}  // namespace parkwatch
