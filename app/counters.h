#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "model/reading.h"

namespace parkwatch {

/// What became of a record or a value; a record takes the first that any of its values has.
enum class Fate : std::uint8_t { Accepted, Corrected, Duplicate, Quarantined, NotMonitored };
inline constexpr std::size_t fate_count = 5;

/// As counters and metrics name it: `accepted`, `not_monitored`.
std::string_view fate_name(Fate fate);

/// Counters of one partition by name, as the store keeps them beside the offset:
/// `records_received`, `records_accepted`, …, `values_received`, …, `ticks`, `frames_2017`, `json`,
/// `reason_crc_mismatch`. They say what a record was when it was consumed.
using Counters = std::map<std::string, std::int64_t>;

/// What is counted for every record and value of a batch: by number, for names would cost more than
/// the counting. Added to the counters once a batch.
class Tally {
 public:
  /// One more record, one more value, with this fate.
  void count_record(Fate fate) { ++records_[static_cast<std::size_t>(fate)]; }
  void count_value(Fate fate) { ++values_[static_cast<std::size_t>(fate)]; }
  /// One more reading of this scheme.
  void count_reading(Scheme scheme) { ++readings_[static_cast<std::size_t>(scheme)]; }
  void add_to(Counters& counters) const;

 private:
  std::array<std::int64_t, fate_count> records_{};
  std::array<std::int64_t, fate_count> values_{};
  std::array<std::int64_t, scheme_count> readings_{};
};

/// received - (accepted + corrected + duplicate + quarantined + not monitored); 0 always.
std::int64_t conservation_difference(const Counters& counters, std::string_view of);

}  // namespace parkwatch
