#include "ingest/json_members.h"

#include <algorithm>
#include <cstdint>

namespace parkwatch {

namespace {

constexpr std::size_t document_members_max = 64;

std::optional<Kind> find_kind(std::string_view name) {
  constexpr std::array<std::string_view, 5> names = {"realtime", "minute", "hour", "day", "status"};
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Kind>(found - names.begin());
}

bool is_document_type(std::string_view name) {
  constexpr std::array<std::string_view, 5> names = {"milestone", "mark", "acknowledgement",
                                                     "explanation", "floor"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::optional<Reason> interpret_received(const JsonSlot& received, Decoded& out) {
  if (!received.present) return std::nullopt;
  const std::optional<std::int64_t> at =
      received.text ? parse_iso_time(received.value) : std::nullopt;
  if (!at) return Reason::BadReceived;
  out.received = ReceivedTime(*at);
  return std::nullopt;
}

/// Gives "value" and "converted" the names that HJ 212 has for them in this kind of report.
void name_attributes(Decoded& out) {
  const bool sample = out.reading.kind == Kind::Realtime;
  const auto name = [sample](std::string_view& attribute) {
    if (attribute == value_member) attribute = sample ? "Rtd" : "Avg";
    if (attribute == converted_member) attribute = sample ? "ZsRtd" : "ZsAvg";
  };
  for (ReadingItem& item : out.reading.items) name(item.attribute);
  for (RejectedValue& value : out.rejected) name(value.attribute);
}

std::optional<Reason> interpret_reading(const JsonSlots& slots, Decoded& out) {
  const JsonSlot& mn = slots.at(JsonMember::Mn);
  if (!mn.present || (mn.text && mn.value.empty())) return Reason::NoMn;
  if (!mn.text) return Reason::BadMember;
  const JsonSlot& kind_slot = slots.at(JsonMember::Kind);
  const std::optional<Kind> kind = kind_slot.text ? find_kind(kind_slot.value) : std::nullopt;
  if (!kind) return Reason::UnknownKind;
  const JsonSlot& time = slots.at(JsonMember::Time);
  if (!time.present) return Reason::NoDataTime;
  const std::optional<std::int64_t> at = time.text ? parse_iso_time(time.value) : std::nullopt;
  if (!at) return Reason::ImpossibleDataTime;
  const JsonSlot& resend = slots.at(JsonMember::Resend);
  const bool truth = !resend.text && (resend.value == "true" || resend.value == "false");
  if (resend.present && !truth) return Reason::BadMember;
  const bool groups_fit =
      slots.at(JsonMember::Factors).fits && slots.at(JsonMember::Facilities).fits;
  if (!groups_fit) return Reason::BadMember;
  Reading& reading = out.reading;
  reading.mn = mn.value;
  reading.kind = *kind;
  reading.scheme = Scheme::Json;
  reading.time = EventTime(*at);
  reading.received = out.received;
  reading.resend = resend.value == "true";
  name_attributes(out);
  out.type = RecordType::Reading;
  return std::nullopt;
}

/// The text of a slot; empty when it is missing or no string.
std::string_view text_of(const JsonSlot& slot) {
  return slot.text ? slot.value : std::string_view();
}

std::optional<Reason> interpret_tick(const JsonSlots& slots, Decoded& out) {
  out.park = text_of(slots.at(JsonMember::Park));
  if (out.park.empty()) return Reason::NoPark;
  if (!out.received) return Reason::NoReceived;
  out.type = RecordType::Tick;
  return std::nullopt;
}

/// Documents are flat. The names that only readings have mean nothing of their own here.
std::optional<Reason> interpret_members(JsonSlots& slots, Decoded& out) {
  if (slots.nested_others) return Reason::BadMember;
  for (const JsonMember name : {JsonMember::Mn, JsonMember::Kind, JsonMember::Time,
                                JsonMember::Resend, JsonMember::Factors, JsonMember::Facilities}) {
    const JsonSlot& slot = slots.at(name);
    if (!slot.present || (!slot.text && slot.value == "null")) continue;
    const bool scalar = slot.text || (!slot.value.empty() && slot.value.find_first_of("[{") != 0);
    if (!scalar) return Reason::BadMember;
    slots.others.push_back({json_member_names[static_cast<std::size_t>(name)], slot.value});
  }
  if (slots.others.size() > document_members_max) return Reason::TooManyValues;
  out.members = slots.others;
  return std::nullopt;
}

std::optional<Reason> interpret_document(JsonSlots& slots, Decoded& out) {
  out.document_type = slots.at(JsonMember::Type).value;
  out.source = text_of(slots.at(JsonMember::Source));
  out.id = text_of(slots.at(JsonMember::Id));
  if (out.source.empty()) return Reason::NoSource;
  if (out.id.empty()) return Reason::NoId;
  out.park = text_of(slots.at(JsonMember::Park));
  if (out.park.empty()) return Reason::NoPark;
  if (const std::optional<Reason> refused = interpret_members(slots, out)) return refused;
  out.unknown_members = 0;  // a document has members of its own
  out.type = RecordType::Document;
  return std::nullopt;
}

}  // namespace

std::optional<Reason> interpret_json(JsonSlots& slots, Decoded& out) {
  const JsonSlot& received = slots.at(JsonMember::Received);
  if (const std::optional<Reason> refused = interpret_received(received, out)) return refused;
  const JsonSlot& type = slots.at(JsonMember::Type);
  if (type.present && !type.text) return Reason::UnknownType;
  if (!type.present || is_reading_type(type.value)) return interpret_reading(slots, out);
  out.reading.items.clear();
  out.rejected.clear();
  if (type.value == "tick") return interpret_tick(slots, out);
  if (is_document_type(type.value)) return interpret_document(slots, out);
  return Reason::UnknownType;
}

}  // namespace parkwatch
