#include "ingest/hj212/segment.h"

#include <algorithm>
#include <cstring>

#include "ingest/hj212/segment_text.h"
#include "ingest/readable_text.h"

namespace parkwatch::hj212 {

namespace {

/// Sets InvalidUtf8 and ControlCharacters, eight bytes at a time while all is plain ASCII.
void check_characters(std::string_view text, Warnings& warnings) {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  constexpr std::uint64_t highs = ones * 0x80U;
  std::uint64_t high = 0;
  std::uint64_t control = 0;
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    const std::uint64_t deleted = word ^ (ones * 0x7FU);
    high |= word & highs;
    control |= (word - ones * 0x20U) & ~word & highs;
    control |= (deleted - ones) & ~deleted & highs;
  }
  for (; at < text.size(); ++at) {
    const std::uint8_t byte = static_cast<std::uint8_t>(text[at]);
    if (byte >= 0x80) high = 1;
    if (byte < 0x20 || byte == 0x7F) control = 1;
  }
  if (control != 0) warnings.add(Warning::ControlCharacters);
  if (high != 0 && !readable_text(text)) warnings.add(Warning::InvalidUtf8);
}

void set_data_time(std::string_view value, Segment& out) {
  out.data_time = value;
  out.time = parse_data_time(value);
  if (!out.time) {
    out.warnings.add(Warning::MalformedDataTime);
  } else if (value.size() != 14) {
    out.warnings.add(Warning::LongDataTime);
  }
}

/// Adds the pair in [token, token_end); `equals` is where its first "=" stands, or its end.
void add_item(std::string_view token, std::size_t equals, char separator, Segment& out) {
  const bool has_value = equals < token.size();
  const std::string_view name = trimmed(token.substr(0, equals), out.warnings);
  const std::string_view value =
      has_value ? trimmed(token.substr(equals + 1), out.warnings) : std::string_view();
  if (name.empty() && !has_value) {
    out.warnings.add(Warning::EmptyItem);
    return;
  }
  if (!has_value) out.warnings.add(Warning::MissingEquals);
  if (has_value && value.empty()) out.warnings.add(Warning::EmptyValue);
  if (out.data_time.data() == nullptr && has_value && name.size() == 8 &&
      same_but_for_case(name, "DataTime")) {
    if (name != "DataTime") out.warnings.add(Warning::HeaderNameCase);
    set_data_time(value, out);
    return;
  }
  const Item* previous = out.items.empty() ? nullptr : &out.items.back();
  const bool follows_factor = previous != nullptr && !previous->attribute.empty();
  if (follows_factor && (name == "Flag" || name == "EFlag")) {
    out.warnings.add(Warning::BareFlag);
    out.items.push_back({previous->factor, name, value, has_value});
    return;
  }
  const std::size_t dash = name.rfind('-');
  Item item{name, {}, value, has_value};
  if (dash != std::string_view::npos && dash > 0 && dash + 1 < name.size()) {
    item.factor = name.substr(0, dash);
    item.attribute = name.substr(dash + 1);
  }
  if (!item.attribute.empty()) {
    const bool same_factor = follows_factor && previous->factor == item.factor;
    const bool after_pair = previous != nullptr && !follows_factor;
    if (separator == ',' && !same_factor && !after_pair) {
      out.warnings.add(Warning::CommaBetweenItems);
    }
    if (separator == ';' && same_factor) out.warnings.add(Warning::SemicolonInsideItem);
  }
  out.items.push_back(item);
}

}  // namespace

std::optional<EventTime> parse_data_time(std::string_view text) {
  if ((text.size() != 14 && text.size() != 17) || !all_digits(text)) return std::nullopt;
  const auto number = [text](std::size_t at, std::size_t count) {
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) value = value * 10 + (text[i] - '0');
    return value;
  };
  CivilTime civil{
      number(0, 4), number(4, 2), number(6, 2), number(8, 2), number(10, 2), number(12, 2), 0};
  if (text.size() == 17) civil.millisecond = number(14, 3);
  const std::optional<std::int64_t> at = from_civil_time(civil, china_standard_time);
  if (!at) return std::nullopt;
  return EventTime(*at);
}

void parse_items(Segment& segment) {
  const std::string_view area = segment.area;
  if (area.empty()) return;
  std::size_t start = 0;
  std::size_t equals = std::string_view::npos;
  char separator = ';';
  for (std::size_t at = 0; at < area.size(); ++at) {
    const char c = area[at];
    if (c == '=' && equals == std::string_view::npos) {
      equals = at;
    } else if (c == ';' || c == ',') {
      const std::string_view token = area.substr(start, at - start);
      add_item(token, std::min(equals - start, token.size()), separator, segment);
      separator = c;
      start = at + 1;
      equals = std::string_view::npos;
    }
  }
  const std::string_view token = area.substr(start);
  add_item(token, equals == std::string_view::npos ? token.size() : equals - start, separator,
           segment);
}

void parse_segment(std::string_view text, Segment& out) {
  parse_header(text, out);
  parse_items(out);
  check_characters(text, out.warnings);
  if (text.size() > segment_bytes_max) out.warnings.add(Warning::OversizedSegment);
}

}  // namespace parkwatch::hj212
