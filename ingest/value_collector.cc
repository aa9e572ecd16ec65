#include "ingest/value_collector.h"

#include <algorithm>

#include "ingest/decoder.h"
#include "ingest/readable_text.h"
#include "model/decimal.h"

namespace parkwatch {

bool is_text_attribute(std::string_view attribute) {
  return attribute == "Flag" || attribute == "EFlag" || attribute == "Info" ||
         attribute == "SampleTime" || attribute == "SN";
}

void ValueCollector::begin(Decoded& out, std::size_t values_max) {
  out_ = &out;
  out.reading.items.clear();
  out.rejected.clear();
  values_max_ = values_max;
  count_ = 0;
  scattered_ = false;
  factors_.clear();
  factor_of_.clear();
}

void ValueCollector::reject(std::string_view factor, std::string_view attribute,
                            std::string_view text, Reason reason) {
  if (++count_ > values_max_) return;
  out_->rejected.push_back({factor, attribute, text, reason});
}

void ValueCollector::add(std::string_view factor, std::string_view attribute,
                         std::string_view text) {
  if (text.empty()) return reject(factor, attribute, text, Reason::EmptyValue);
  if (is_text_attribute(attribute)) {
    if (!readable_text(text)) return reject(factor, attribute, text, Reason::InvalidUtf8);
  } else if (!Number::parse(text)) {
    const bool readable = readable_text(text) && readable_text(attribute);
    return reject(factor, attribute, text, readable ? Reason::BadNumber : Reason::InvalidUtf8);
  }
  std::vector<ReadingItem>& items = out_->reading.items;
  std::uint32_t number = 0;
  if (!items.empty() && items.back().factor == factor) {
    number = factor_of_.back();
  } else {
    const NameSet::Added added = factors_.add(factor);
    number = static_cast<std::uint32_t>(added.number);
    if (!added.fresh) scattered_ = true;
    if (added.fresh && (!readable_text(factor) || !readable_text(attribute))) {
      return reject(factor, attribute, text, Reason::InvalidUtf8);
    }
  }
  if (++count_ > values_max_) return;
  items.push_back({factor, attribute, text});
  factor_of_.push_back(number);
}

void ValueCollector::group() {
  std::vector<ReadingItem>& items = out_->reading.items;
  order_.clear();
  for (std::size_t i = 0; i < items.size(); ++i) order_.emplace_back(factor_of_[i], items[i]);
  std::stable_sort(order_.begin(), order_.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < items.size(); ++i) {
    factor_of_[i] = order_[i].first;
    items[i] = order_[i].second;
  }
}

bool ValueCollector::finish() {
  if (scattered_) group();
  std::vector<ReadingItem>& items = out_->reading.items;
  std::size_t kept = 0;
  std::size_t group_start = 0;
  bool repeated = false;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (kept > 0 && factor_of_[i] != factor_of_[kept - 1]) group_start = kept;
    const auto group_end = items.begin() + static_cast<std::ptrdiff_t>(kept);
    const auto same =
        std::find_if(items.begin() + static_cast<std::ptrdiff_t>(group_start), group_end,
                     [&](const ReadingItem& item) { return item.attribute == items[i].attribute; });
    if (same != group_end) {
      repeated = true;
      if (same->text != items[i].text) {
        out_->rejected.push_back(
            {items[i].factor, items[i].attribute, items[i].text, Reason::RepeatedValue});
      }
      continue;
    }
    items[kept] = items[i];
    factor_of_[kept] = factor_of_[i];
    ++kept;
  }
  items.resize(kept);
  return repeated;
}

}  // namespace parkwatch
