#include "ingest/hj212/writer.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "ingest/hj212/crc.h"
#include "model/check.h"

namespace parkwatch::hj212 {

namespace {

constexpr std::size_t declared_max = 9999;

void append_head(std::size_t declared, std::string& out) {
  check(declared <= declared_max);
  std::array<char, 8> head{};
  std::snprintf(head.data(), head.size(), "##%04u", static_cast<unsigned>(declared));
  out.append(head.data());
}

void append_tail(std::string_view plain_segment, std::string& out) {
  std::array<char, 4> digits{};
  write_crc(crc(plain_segment), digits.data());
  out.append(digits.data(), digits.size());
  out.append("\r\n");
}

void append_printed(std::string_view cipher, std::string& out) {
  std::array<char, 8> text{};
  out.push_back('{');
  for (std::size_t i = 0; i < cipher.size(); ++i) {
    std::snprintf(text.data(), text.size(), "%s0x%02X", i == 0 ? "" : ",",
                  static_cast<unsigned>(static_cast<std::uint8_t>(cipher[i])));
    out.append(text.data());
  }
  out.push_back('}');
}

bool reserved(std::string_view text) {
  for (const char c : text) {
    const bool control = static_cast<std::uint8_t>(c) < 0x20 || c == 0x7F;
    if (control || c == ';' || c == ',' || c == '=' || c == '&') return true;
  }
  return false;
}

void append_field(Field field, std::string_view value, std::string& out) {
  if (value.empty()) return;
  out.append(field_name(field)).append("=").append(value).append(";");
}

/// One frame's share of a report.
struct Part {
  int number = 1;
  int count = 1;
  std::string_view groups;
};

std::string segment_text(const ReportHeader& header, const Part& part) {
  const bool split = part.count > 1;
  std::string text;
  if (header.qn) {
    append_field(Field::Qn, qn_text(*header.qn + std::chrono::milliseconds(part.number - 1)), text);
  }
  append_field(Field::St, header.st, text);
  append_field(Field::Cn, header.cn, text);
  append_field(Field::Pw, header.pw, text);
  append_field(Field::Mn, header.mn, text);
  const int flag = flag_value(header.version, split, header.answer_required);
  append_field(Field::Flag, std::to_string(flag), text);
  if (split) {
    append_field(Field::Pnum, std::to_string(part.count), text);
    append_field(Field::Pno, std::to_string(part.number), text);
  }
  if (header.resend && header.version == 2025) append_field(Field::Rf, "1", text);
  text.append("CP=&&");
  if (header.data_time) text.append("DataTime=").append(data_time_text(*header.data_time));
  if (header.data_time && !part.groups.empty()) text.push_back(';');
  return text.append(part.groups).append("&&");
}

/// The text of each factor's attributes.
std::vector<std::string> group_texts(std::span<const Item> items) {
  std::vector<std::string> groups;
  std::size_t start = 0;
  while (start < items.size()) {
    std::size_t end = start + 1;
    while (end < items.size() && !items[start].attribute.empty() && !items[end].attribute.empty() &&
           items[end].factor == items[start].factor) {
      ++end;
    }
    groups.push_back(area_text(items.subspan(start, end - start)));
    start = end;
  }
  return groups;
}

}  // namespace

void append_frame(std::string_view segment, std::string& out) {
  append_head(segment.size(), out);
  out.append(segment);
  append_tail(segment, out);
}

void append_encrypted_frame(std::string_view segment, const Sm4Key& key, CipherForm form,
                            std::string& out) {
  const std::size_t opening = segment.find("CP=&&");
  const std::size_t start = opening + 5;
  const std::size_t close = segment.rfind("&&");
  if (opening == std::string_view::npos || close < start || close - start < 16) {
    append_frame(segment, out);
    return;
  }
  const std::string_view area = segment.substr(start, close - start);
  std::string cipher;
  sm4_encrypt(key, area, cipher);
  append_head(segment.size(), out);
  out.append(segment.substr(0, start));
  if (form == CipherForm::Raw) {
    out.append(cipher);
  } else {
    const std::size_t whole = area.size() / 16 * 16;
    append_printed(std::string_view(cipher).substr(0, whole), out);
    out.append(area.substr(whole));
  }
  out.append(segment.substr(close));
  append_tail(segment, out);
}

int flag_value(int version, bool packet_numbers, bool answer_required) {
  const int bits = version == 2025 ? 2 : version == 2017 ? 1 : 0;
  return bits * 4 + (packet_numbers ? 2 : 0) + (answer_required ? 1 : 0);
}

std::string qn_text(EventTime at) {
  const CivilTime c = civil_time(at.milliseconds(), china_standard_time);
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), "%04d%02d%02d%02d%02d%02d%03d", c.year, c.month, c.day,
                c.hour, c.minute, c.second, c.millisecond);
  return text.data();
}

std::string data_time_text(EventTime at) {
  return qn_text(at).substr(0, 14);
}

std::string area_text(std::span<const Item> items) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Item& item = items[i];
    const bool attribute = !item.attribute.empty();
    if (i > 0) {
      const bool same =
          attribute && !items[i - 1].attribute.empty() && items[i - 1].factor == item.factor;
      text.push_back(same ? ',' : ';');
    }
    text.append(item.factor);
    if (attribute) text.append("-").append(item.attribute);
    if (item.has_value) text.append("=").append(item.value);
  }
  return text;
}

Result<std::vector<std::string>, WriteError> write_report(const ReportHeader& header,
                                                          std::span<const Item> items,
                                                          const std::optional<Sm4Key>& key,
                                                          CipherForm form) {
  for (const Item& item : items) {
    if (reserved(item.factor) || reserved(item.attribute) || reserved(item.value)) {
      return Unexpected{WriteError::ReservedCharacter};
    }
  }
  for (const std::string_view text : {header.st, header.cn, header.pw, header.mn}) {
    if (reserved(text)) return Unexpected{WriteError::ReservedCharacter};
  }
  // A part's fixed text is longest with both packet numbers at four digits.
  const std::size_t fixed = segment_text(header, {9999, 9999, {}}).size();
  if (fixed >= segment_bytes_max) return Unexpected{WriteError::SegmentTooLong};
  const std::size_t time_bytes = header.data_time ? std::size_t{24} : 0;  // "DataTime=...;"
  const std::size_t room = std::min(area_bytes_max - time_bytes, segment_bytes_max - fixed - 1);
  std::vector<std::string> areas(1);
  for (const std::string& group : group_texts(items)) {
    if (group.size() > room) return Unexpected{WriteError::GroupTooLong};
    if (!areas.back().empty() && areas.back().size() + 1 + group.size() > room) {
      areas.emplace_back();
    }
    if (!areas.back().empty()) areas.back().push_back(';');
    areas.back().append(group);
  }
  std::vector<std::string> frames;
  const int count = static_cast<int>(areas.size());
  for (const std::string& area : areas) {
    const Part part{static_cast<int>(frames.size()) + 1, count, area};
    const std::string segment = segment_text(header, part);
    std::string& frame = frames.emplace_back();
    if (key) {
      append_encrypted_frame(segment, *key, form, frame);
    } else {
      append_frame(segment, frame);
    }
  }
  return frames;
}

void append_answer(const Segment& received, int command, std::string_view area, std::string& out) {
  std::string segment;
  append_field(Field::Qn, received.field(Field::Qn), segment);
  segment.append("ST=91;CN=").append(std::to_string(command)).append(";");
  append_field(Field::Pw, received.field(Field::Pw), segment);
  append_field(Field::Mn, received.field(Field::Mn), segment);
  if (received.has(Field::Flag)) {
    const int flag = flag_value(received.version, false, false);
    append_field(Field::Flag, std::to_string(flag), segment);
  }
  segment.append("CP=&&").append(area).append("&&");
  append_frame(segment, out);
}

}  // namespace parkwatch::hj212
