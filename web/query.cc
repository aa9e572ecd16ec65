#include "web/query.h"

#include <algorithm>

#include "model/time.h"
#include "model/utf8.h"

namespace parkwatch {

namespace {

std::string joined(std::initializer_list<std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += ", ";
    text += word;
  }
  return text.empty() ? "none" : text;
}

}  // namespace

QueryParameters::QueryParameters(const std::multimap<std::string, std::string>& query,
                                 std::initializer_list<std::string_view> known,
                                 std::size_t bytes_max) {
  for (const auto& [name, value] : query) {
    const std::string shown = name.substr(0, 40);
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      throw BadParameter("unknown parameter '" + shown + "'; known here: " + joined(known));
    }
    if (value.size() > bytes_max) {
      throw BadParameter("parameter '" + shown + "' is longer than " + std::to_string(bytes_max) +
                         " bytes");
    }
    if (value.find('\0') != std::string::npos || !is_utf8(value)) {
      throw BadParameter("parameter '" + shown + "' is not UTF-8 text");
    }
    if (!values_.emplace(name, value).second) {
      throw BadParameter("parameter '" + shown + "' is given twice");
    }
  }
}

std::optional<std::string> QueryParameters::text(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

std::string QueryParameters::choice(std::string_view name,
                                    std::initializer_list<std::string_view> choices) const {
  const std::optional<std::string> value = text(name);
  if (!value) return std::string(*choices.begin());
  if (std::find(choices.begin(), choices.end(), *value) == choices.end()) {
    throw BadParameter("parameter '" + std::string(name) + "' must be one of: " + joined(choices));
  }
  return *value;
}

std::optional<std::int64_t> QueryParameters::time(std::string_view name) const {
  std::optional<std::string> value = text(name);
  if (!value) return std::nullopt;
  std::replace(value->begin(), value->end(), ' ', '+');
  const std::optional<std::int64_t> at = parse_iso_time(*value);
  if (!at) {
    throw BadParameter("parameter '" + std::string(name) +
                       "' must be a time with a zone, such as 2026-03-15T09:00:00Z or "
                       "2026-03-15T17:00:00%2B08:00");
  }
  return at;
}

}  // namespace parkwatch
