#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/metric_table.h"

namespace parkwatch {

/// One series of a picture: label values in the family's order, and the number as decimal text
/// (`Decimal::text`, `std::to_string` of an integer), so that no measured value becomes binary.
struct Sample {
  std::vector<std::string> labels;
  std::string value;
};

struct SeriesText {
  std::string text;          // HELP, TYPE and one line a series; empty without series
  std::size_t left_out = 0;  // series beyond the cap
};

/// A family in the Prometheus text format 0.0.4. The first `cap` samples in the given order are
/// shown, sorted by their labels; of equal label sets only the first counts.
SeriesText series_text(const MetricInfo& info, std::vector<Sample> samples, std::size_t cap);

/// Appends a label value: backslash, quote and line feed escaped, bytes that are no UTF-8 replaced.
void append_label_value(std::string& out, std::string_view value);

}  // namespace parkwatch
