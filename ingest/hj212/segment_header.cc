#include <algorithm>

#include "ingest/hj212/commands.h"
#include "ingest/hj212/segment.h"
#include "ingest/hj212/segment_text.h"

namespace parkwatch::hj212 {

namespace {

constexpr std::array<std::string_view, field_count> field_names = {
    "QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO", "RF"};

/// The value of one to four digits, or -1.
int small_number(std::string_view text) {
  if (text.size() > 4 || !all_digits(text)) return -1;
  int value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value;
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

}  // namespace

std::string_view field_name(Field field) {
  return field_names[static_cast<std::size_t>(field)];
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

}  // namespace parkwatch::hj212
