#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "ingest/decoder.h"
#include "ingest/reason.h"

namespace parkwatch {

/// The members of a reading, tick or document that mean something.
enum class JsonMember : std::size_t {
  Type,
  Mn,
  Kind,
  Time,
  Received,
  Source,
  Id,
  Park,
  Resend,
  Factors,
  Facilities,
};
constexpr std::array<std::string_view, 11> json_member_names = {
    "type", "mn",   "kind",   "time",    "received",  "source",
    "id",   "park", "resend", "factors", "facilities"};

/// The members of factors that the kind of a reading gives a name to.
constexpr std::string_view value_member = "value";
constexpr std::string_view converted_member = "converted";

/// A member of the top object as found. Of a document it may have any sort.
struct JsonSlot {
  bool present = false;
  bool text = false;  // a string
  bool fits = true;   // factors, facilities: an object of objects
  std::string_view value;
};

/// All of them, and the members without a name here: of a document they mean something.
class JsonSlots {
 public:
  void clear() {
    slots_.fill({});
    others.clear();
    nested_others = false;
  }
  JsonSlot& at(std::size_t member) { return slots_[member]; }
  const JsonSlot& at(JsonMember member) const { return slots_[static_cast<std::size_t>(member)]; }

  std::vector<DocumentMember> others;  // strings without quotes, other scalars as written; no nulls
  bool nested_others = false;          // one of them was an object or an array

 private:
  std::array<JsonSlot, json_member_names.size()> slots_;
};

/// Whether a record of this type is a reading: power and run states (activity) are.
constexpr bool is_reading_type(std::string_view type) {
  return type == "reading" || type == "activity";
}

/// Turns the members into a reading, tick or document; the values of a reading are in `out`
/// already, under the names `value_member` and `converted_member`. Nothing when all is well.
std::optional<Reason> interpret_json(JsonSlots& slots, Decoded& out);

}  // namespace parkwatch
