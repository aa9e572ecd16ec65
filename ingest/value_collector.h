#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/name_set.h"
#include "ingest/reason.h"
#include "model/reading.h"

namespace parkwatch {

struct Decoded;

/// Gathers the values of one reading into a Decoded: checks them, brings the items of one factor
/// together and rejects repetitions. Reused between readings.
class ValueCollector {
 public:
  /// Begins a reading; its items and rejected values are cleared.
  void begin(Decoded& out, std::size_t values_max);
  void add(std::string_view factor, std::string_view attribute, std::string_view text);
  void reject(std::string_view factor, std::string_view attribute, std::string_view text,
              Reason reason);
  /// False when there were more values than allowed; nothing was kept of the further ones.
  bool within_bound() const { return count_ <= values_max_; }
  /// Ends the reading. Identical repetitions are dropped, true when there was any; a differing one
  /// is rejected as repeated_value and the first kept.
  bool finish();

 private:
  void group();

  Decoded* out_ = nullptr;
  std::size_t values_max_ = 0;
  std::size_t count_ = 0;
  bool scattered_ = false;  // a factor came back after another one
  NameSet factors_;
  std::vector<std::uint32_t> factor_of_;  // of each item
  std::vector<std::pair<std::uint32_t, ReadingItem>> order_;
};

/// Whether an attribute is text (Flag, EFlag, Info, SampleTime, SN) and not a number.
bool is_text_attribute(std::string_view attribute);

}  // namespace parkwatch
