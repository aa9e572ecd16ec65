#include "ingest/record_headers.h"

#include <algorithm>
#include <charconv>

#include "model/check.h"

namespace parkwatch {

namespace {

constexpr std::string_view hj212_type = "application/hj212";
constexpr std::string_view json_type = "application/json";

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool same_ignoring_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

ContentType parse_content_type(std::string_view text) {
  const std::string_view type = trimmed(text.substr(0, text.find(';')));
  if (same_ignoring_case(type, hj212_type)) return ContentType::Hj212;
  if (same_ignoring_case(type, json_type)) return ContentType::Json;
  return ContentType::Unknown;
}

std::string_view content_type_text(ContentType type) {
  check(type != ContentType::Unknown);
  return type == ContentType::Hj212 ? hj212_type : json_type;
}

std::int64_t parse_received(std::string_view text) {
  constexpr std::size_t digits_max = 15;
  const bool digits = std::all_of(text.begin(), text.end(),
                                  [](char letter) { return letter >= '0' && letter <= '9'; });
  if (text.empty() || text.size() > digits_max || !digits) return -1;
  std::int64_t milliseconds = -1;
  std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  return milliseconds;
}

void read_headers(RecordView& record) {
  record.content_type = ContentType::Unknown;
  record.received_ms = -1;
  record.redriven_from = {};
  record.first_append_ms = -1;
  for (const auto& [name, value] : record.headers) {
    if (name == content_type_header) record.content_type = parse_content_type(value);
    if (name == received_header) record.received_ms = parse_received(value);
    if (name == redriven_from_header) record.redriven_from = value;
    if (name == first_append_header) record.first_append_ms = parse_received(value);
  }
}

}  // namespace parkwatch
