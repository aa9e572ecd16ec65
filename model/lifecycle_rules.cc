#include "model/lifecycle_rules.h"

#include <algorithm>
#include <charconv>

#include "model/check.h"

namespace parkwatch {

const LifecycleEntry* LifecycleRules::find(std::string_view rule, std::string_view name,
                                           EventTime at) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const LifecycleEntry& entry) {
    return entry.rule == rule && entry.name == name && entry.validity.covers(at);
  });
  return found == entries.end() ? nullptr : &*found;
}

const std::string& LifecycleRules::word(std::string_view rule, std::string_view name,
                                        EventTime at) const {
  const LifecycleEntry* entry = find(rule, name, at);
  check(entry != nullptr);
  return entry->value;
}

int LifecycleRules::number(std::string_view rule, std::string_view name, EventTime at) const {
  const std::string& text = word(rule, name, at);
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  check(error == std::errc{} && end == text.data() + text.size());
  return number;
}

}  // namespace parkwatch
