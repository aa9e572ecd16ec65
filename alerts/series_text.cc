#include "alerts/series_text.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include "model/check.h"

namespace parkwatch {

namespace {

/// Length of the well-formed UTF-8 sequence at the front; 0 when there is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool overlong = (lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xF0 && byte(1) < 0x90);
  const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
  const bool beyond = lead == 0xF4 && byte(1) >= 0x90;
  return overlong || surrogate || beyond ? 0 : length;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.-") == std::string_view::npos;
}

void append_sample(std::string& out, const MetricInfo& info, const Sample& sample) {
  check(sample.labels.size() == info.labels.size());
  check(is_number(sample.value));
  out += info.name;
  for (std::size_t i = 0; i < info.labels.size(); ++i) {
    out += i == 0 ? '{' : ',';
    out += info.labels[i];
    out += "=\"";
    append_label_value(out, sample.labels[i]);
    out += '"';
  }
  if (!info.labels.empty()) out += '}';
  out += ' ';
  out += sample.value;
  out += '\n';
}

}  // namespace

void append_label_value(std::string& out, std::string_view value) {
  while (!value.empty()) {
    const std::size_t length = sequence_length(value);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      value.remove_prefix(1);
      continue;
    }
    const char first = value.front();
    if (first == '\\' || first == '"') out += '\\';
    if (first == '\n') {
      out += "\\n";
    } else {
      out += value.substr(0, length);
    }
    value.remove_prefix(length);
  }
}

SeriesText series_text(const MetricInfo& info, std::vector<Sample> samples, std::size_t cap) {
  SeriesText result;
  std::set<std::vector<std::string>> seen;
  std::vector<const Sample*> shown;
  for (const Sample& sample : samples) {
    if (!seen.insert(sample.labels).second) continue;
    if (shown.size() < cap) {
      shown.push_back(&sample);
    } else {
      ++result.left_out;
    }
  }
  if (shown.empty()) return result;
  std::sort(shown.begin(), shown.end(),
            [](const Sample* a, const Sample* b) { return a->labels < b->labels; });
  result.text.append("# HELP ").append(info.name).append(" ").append(info.help);
  result.text.append("\n# TYPE ").append(info.name).append(" ");
  result.text.append(metric_type_name(info.type)).append("\n");
  for (const Sample* sample : shown) append_sample(result.text, info, *sample);
  return result;
}

}  // namespace parkwatch
