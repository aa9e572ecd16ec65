#pragma once

#include <array>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

#include "app/simulated_logger.h"

namespace parkwatch {

/// The sender's own account: one JSON line for every frame, once its fate is known.
///
///   {"mn":"...","qn":"...","cn":"2011","data_time":"...Z","sha256":"...","trouble":"late",
///    "resend":true,"answered":true,"sent":1}
///
/// `answered`: by 9014 or 9013, or acknowledged by the broker where it is produced directly.
/// Frames whose bytes are the same (duplicates) have a line each.
class FrameLedger {
 public:
  struct Totals {
    std::uint64_t frames = 0;
    std::uint64_t answered = 0;
    std::uint64_t sent = 0;  // with repetitions
    std::array<std::uint64_t, trouble_count> by_trouble{};
  };

  /// An empty path keeps totals only. Throws std::runtime_error when the file cannot be made.
  explicit FrameLedger(const std::string& path);

  void note(const SimulatedFrame& frame, bool answered, int times_sent);
  const Totals& totals() const { return totals_; }
  /// Throws std::runtime_error when the disk refused anything.
  void finish();

 private:
  std::string path_;
  std::optional<std::ofstream> file_;
  Totals totals_;
};

}  // namespace parkwatch
