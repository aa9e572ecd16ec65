#include "alerts/series_text.h"

#include <algorithm>
#include <set>
#include <utility>

#include "model/check.h"
#include "model/utf8.h"

namespace parkwatch {

namespace {

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
  for (const char c : valid_utf8(value)) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
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
