#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace parkwatch {

/// What became of a record or a value; a record takes the first that any of its values has.
enum class Fate : std::uint8_t { Accepted, Corrected, Duplicate, Quarantined, NotMonitored };

/// As counters and metrics name it: `accepted`, `not_monitored`.
std::string_view fate_name(Fate fate);

/// Counters of one partition by name, as the store keeps them beside the offset:
/// `records_received`, `records_accepted`, …, `values_received`, …, `ticks`, `frames_2017`, `json`,
/// `reason_crc_mismatch`. They say what a record was when it was consumed.
using Counters = std::map<std::string, std::int64_t>;

/// One more record, one more value, with this fate.
void count_record(Counters& counters, Fate fate);
void count_value(Counters& counters, Fate fate);

/// received - (accepted + corrected + duplicate + quarantined + not monitored); 0 always.
std::int64_t conservation_difference(const Counters& counters, std::string_view of);

}  // namespace parkwatch
