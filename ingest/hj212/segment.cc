#include "ingest/hj212/segment.h"

#include <algorithm>
#include <cstring>

#include "ingest/hj212/commands.h"
#include "ingest/readable_text.h"

namespace parkwatch::hj212 {

namespace {

constexpr std::array<std::string_view, field_count> field_names = {
    "QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO", "RF"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text) {
  for (const char c : text) {
    if (!is_digit(c)) return false;
  }
  return !text.empty();
}

/// The value of one to four digits, or -1.
int small_number(std::string_view text) {
  if (text.size() > 4 || !all_digits(text)) return -1;
  int value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value;
}

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool same_but_for_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (upper(a[i]) != upper(b[i])) return false;
  }
  return true;
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view trimmed(std::string_view text, Warnings& warnings) {
  if (text.empty() || (!is_space(text.front()) && !is_space(text.back()))) return text;
  warnings.add(Warning::Spaces);
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

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

/// The field of that name, or -1; DataTime is no header field.
int find_field(std::string_view name, Warnings& warnings) {
  for (std::size_t i = 0; i < field_count; ++i) {
    if (name == field_names[i]) return static_cast<int>(i);
  }
  for (std::size_t i = 0; i < field_count; ++i) {
    if (!same_but_for_case(name, field_names[i])) continue;
    warnings.add(Warning::HeaderNameCase);
    return static_cast<int>(i);
  }
  return -1;
}

void add_header_field(std::string_view name, std::string_view value, bool has_value, Segment& out) {
  out.header.push_back({name, value});
  const int index = find_field(name, out.warnings);
  if (index < 0) {
    out.warnings.add(Warning::UnknownHeaderField);
    return;
  }
  if (!has_value) out.warnings.add(Warning::MissingEquals);
  std::string_view& field = out.fields[static_cast<std::size_t>(index)];
  if (field.data() != nullptr) {
    out.warnings.add(Warning::RepeatedHeaderField);
    return;
  }
  field = value;
  if (value.empty()) out.warnings.add(Warning::EmptyHeaderValue);
}

/// The data area out of what follows "CP=".
void open_area(std::string_view rest, Segment& out) {
  const bool opened = rest.starts_with("&&");
  const std::size_t start = opened ? 2 : 0;
  const std::size_t close = rest.rfind("&&");
  const bool closed = close != std::string_view::npos && close >= start;
  if (!opened || !closed) out.warnings.add(Warning::AreaNotClosed);
  out.area = rest.substr(start, closed ? close - start : std::string_view::npos);
  if (closed && close + 2 != rest.size()) out.warnings.add(Warning::TextAfterArea);
  const std::size_t most = out.version == 2005 ? 960 : area_bytes_max;
  if (out.area.size() > most) out.warnings.add(Warning::OversizedArea);
}

void interpret_flag(Segment& out) {
  if (!out.has(Field::Flag)) return;
  const int flag = small_number(out.field(Field::Flag));
  if (flag < 0 || flag > 255) {
    out.warnings.add(Warning::MalformedHeaderField);
    return;
  }
  out.flag = flag;
  constexpr int versions[] = {2005, 2017, 2025};
  const int version = flag >> 2;
  if (version > 2) out.warnings.add(Warning::UnknownVersion);
  out.version = version > 2 ? 2025 : versions[version];
}

void interpret_packet_numbers(Segment& out) {
  const bool both = out.has(Field::Pnum) && out.has(Field::Pno);
  const bool any = out.has(Field::Pnum) || out.has(Field::Pno);
  if (any != both) out.warnings.add(Warning::PacketNumbers);
  if (out.has(Field::Flag) && any != ((out.flag & 2) != 0)) {
    out.warnings.add(Warning::PacketNumbers);
  }
  if (!both) return;
  const int count = small_number(out.field(Field::Pnum));
  const int number = small_number(out.field(Field::Pno));
  if (count < 1 || number < 1 || number > count) {
    out.warnings.add(Warning::PacketNumbers);
    return;
  }
  out.packet_count = count;
  out.packet_number = number;
}

bool plain_identifier(std::string_view text) {
  for (const char c : text) {
    const bool letter = upper(c) >= 'A' && upper(c) <= 'Z';
    if (!letter && !is_digit(c) && c != '-' && c != '_') return false;
  }
  return true;
}

/// The warnings about the values of the header (2017 6.3.2 Table 3).
void interpret_header(Segment& out) {
  interpret_flag(out);
  interpret_packet_numbers(out);
  const bool qn_needed = out.version != 2005;
  for (const Field field : {Field::St, Field::Cn, Field::Pw, Field::Mn}) {
    if (!out.has(field)) out.warnings.add(Warning::MissingHeaderField);
  }
  if (qn_needed && !out.has(Field::Qn)) out.warnings.add(Warning::MissingHeaderField);
  const auto malformed = [&out](Field field, bool good) {
    if (!out.field(field).empty() && !good) out.warnings.add(Warning::MalformedHeaderField);
  };
  malformed(Field::Qn, out.field(Field::Qn).size() == 17 && all_digits(out.field(Field::Qn)));
  malformed(Field::St, out.field(Field::St).size() == 2 && plain_identifier(out.field(Field::St)));
  malformed(Field::Cn, out.field(Field::Cn).size() == 4 && all_digits(out.field(Field::Cn)));
  malformed(Field::Pw, out.field(Field::Pw).size() <= 6);
  malformed(Field::Mn, out.field(Field::Mn).size() <= 24 && plain_identifier(out.field(Field::Mn)));
  const std::string_view command = out.field(Field::Cn);
  if (!command.empty() && find_command(command) == nullptr) {
    out.warnings.add(Warning::UnknownCommand);
  }
  if (!out.has(Field::Rf)) return;
  out.resend = out.field(Field::Rf) == "1";
  if (!out.resend || out.version != 2025) out.warnings.add(Warning::UnexpectedResend);
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

std::string_view field_name(Field field) {
  return field_names[static_cast<std::size_t>(field)];
}

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

void parse_header(std::string_view text, Segment& out) {
  out.header.clear();
  out.items.clear();
  out.fields.fill({});
  out.area = {};
  out.data_time = {};
  out.time.reset();
  out.flag = 0;
  out.version = 2005;
  out.packet_count = 1;
  out.packet_number = 1;
  out.resend = false;
  out.warnings = {};
  std::string_view rest = text;
  std::string_view after_cp;
  bool has_cp = false;
  while (!rest.empty() && !has_cp) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    std::string_view token = rest.substr(0, end);
    while (!token.empty() && token.front() == ',') {
      out.warnings.add(Warning::StraySeparator);
      token.remove_prefix(1);
    }
    const std::size_t equals = std::min(token.find('='), token.size());
    const std::string_view name = trimmed(token.substr(0, equals), out.warnings);
    has_cp = equals < token.size() && same_but_for_case(name, "CP");
    if (has_cp) {
      if (name != "CP") out.warnings.add(Warning::HeaderNameCase);
      after_cp = rest.substr(static_cast<std::size_t>(token.data() - rest.data()) + equals + 1);
    } else if (token.empty()) {
      out.warnings.add(Warning::StraySeparator);
    } else {
      const bool has_value = equals < token.size();
      const std::string_view value =
          has_value ? trimmed(token.substr(equals + 1), out.warnings) : std::string_view("");
      add_header_field(name, value, has_value, out);
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  interpret_header(out);
  if (has_cp) {
    open_area(after_cp, out);
  } else {
    out.warnings.add(Warning::MissingHeaderField);
  }
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
