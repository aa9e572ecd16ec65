#include "model/kept_value.h"

#include <algorithm>
#include <array>
#include <vector>

#include "model/check.h"
#include "model/packed_bytes.h"

namespace parkwatch {

namespace {

// Beside the scheme in one byte, so that the common value, which came once, takes no more room.
constexpr std::uint8_t resent_bit = 0x10;
constexpr std::uint8_t contradicted_bit = 0x20;
constexpr std::uint8_t received_before_bit = 0x40;
constexpr std::uint8_t scheme_mask = 0x0F;

/// By name; those of one name as they were sent.
bool by_name(const ReadingItem* a, const ReadingItem* b) {
  const int order = a->attribute.compare(b->attribute);
  return order != 0 ? order < 0 : a < b;
}

void append_attribute(std::string& text, const ReadingItem& item) {
  if (!text.empty()) text.push_back(',');
  text.append(item.attribute).push_back('=');
  text.append(item.text);
}

}  // namespace

void write_canonical_attributes(std::span<const ReadingItem> items, std::string& text) {
  std::array<const ReadingItem*, 8> here;  // more than a value has as a rule
  std::vector<const ReadingItem*> more(items.size() > here.size() ? items.size() : 0);
  const std::span sorted = more.empty() ? std::span(here).first(items.size()) : std::span(more);
  std::transform(items.begin(), items.end(), sorted.begin(),
                 [](const ReadingItem& item) { return &item; });
  std::sort(sorted.begin(), sorted.end(), by_name);
  text.clear();
  for (const ReadingItem* item : sorted) append_attribute(text, *item);
}

std::optional<std::string_view> find_attribute(std::string_view attributes, std::string_view name) {
  // The texts are short: a loop over their bytes is faster than a call for each search.
  const char* at = attributes.data();
  const char* const end = at + attributes.size();
  while (at != end) {
    const char* const begin = at;
    while (at != end && *at != ',') ++at;
    const std::string_view one(begin, static_cast<std::size_t>(at - begin));
    if (one.size() > name.size() && one[name.size()] == '=' && one.starts_with(name)) {
      return one.substr(name.size() + 1);
    }
    if (at != end) ++at;
  }
  return std::nullopt;
}

void append_kept_value(std::pmr::string& bytes, EventTime hour, const KeptValue& value) {
  append_signed_varint(bytes, value.time.milliseconds() - hour.milliseconds());
  append_signed_varint(bytes, value.received.milliseconds() - hour.milliseconds());
  auto described = static_cast<std::uint8_t>(value.scheme);
  if (value.resent) described |= resent_bit;
  if (value.contradicted) described |= contradicted_bit;
  if (value.received_before) described |= received_before_bit;
  bytes.push_back(static_cast<char>(described));
  if (value.received_before) {
    append_varint(bytes, static_cast<std::uint64_t>(value.received.milliseconds() -
                                                    value.received_before->milliseconds()));
  }
  append_sized_text(bytes, value.attributes);
}

bool take_kept_value(std::string_view& bytes, EventTime hour, KeptValue& value) {
  PackedReader reader(bytes);
  value.time = EventTime(hour.milliseconds() + reader.signed_varint());
  value.received = ReceivedTime(hour.milliseconds() + reader.signed_varint());
  const std::uint64_t described = reader.varint();
  value.scheme = static_cast<Scheme>(described & scheme_mask);
  value.resent = (described & resent_bit) != 0;
  value.contradicted = (described & contradicted_bit) != 0;
  value.received_before.reset();
  if ((described & received_before_bit) != 0) {
    value.received_before =
        ReceivedTime(value.received.milliseconds() - static_cast<std::int64_t>(reader.varint()));
  }
  value.attributes = reader.sized_text();
  bytes = reader.rest();
  return !reader.failed();
}

void KeptValues::Iterator::read() {
  if (!behind_.empty()) check(take_kept_value(behind_, hour_, value_));
}

}  // namespace parkwatch
