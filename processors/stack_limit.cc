#include "processors/stack_limit.h"

#include <algorithm>

#include "model/check.h"

namespace parkwatch {

namespace {

/// A limit before it is rounded, in units of 10^-6.
struct Exact {
  Wide numerator = 0;
  Wide denominator = 1;
};

using Row = StackTable::Row;

/// GB 16297-1996 annex B1.
std::optional<Exact> interpolated(const Row& below, const Row& above, Decimal height) {
  const Wide wide = Wide{above.height_m.units()} - below.height_m.units();
  const Wide up = Wide{height.units()} - below.height_m.units();
  const std::optional<Wide> low = checked_multiply(below.upper.units(), wide - up);
  const std::optional<Wide> high = checked_multiply(above.upper.units(), up);
  if (!low || !high) return std::nullopt;
  return Exact{*low + *high, wide};
}

/// GB 16297-1996 annex B2 and B3.
std::optional<Exact> extrapolated(const Row& end, Decimal height) {
  const Wide square = Wide{height.units()} * height.units();
  const std::optional<Wide> numerator = checked_multiply(end.upper.units(), square);
  if (!numerator) return std::nullopt;
  return Exact{*numerator, Wide{end.height_m.units()} * end.height_m.units()};
}

std::optional<Exact> full_limit(const std::vector<Row>& rows, Decimal height) {
  const auto above = std::find_if(rows.begin(), rows.end(),
                                  [&](const Row& row) { return row.height_m >= height; });
  if (above == rows.end()) return extrapolated(rows.back(), height);
  if (above->height_m == height) return Exact{above->upper.units(), 1};
  if (above == rows.begin()) return extrapolated(rows.front(), height);
  return interpolated(*std::prev(above), *above, height);
}

}  // namespace

std::optional<StackLimit> limit_of_stack(const StackTable& table, Decimal stack_height_m,
                                         const std::optional<Decimal>& buildings_height_m) {
  check(!table.rows.empty());
  std::optional<Exact> exact = full_limit(table.rows, stack_height_m);
  const auto shorten = [&] {
    if (!exact) return;
    const std::optional<Wide> share =
        checked_multiply(exact->numerator, table.short_percent.units());
    if (!share) return exact.reset();
    exact->numerator = *share;
    exact->denominator *= Wide{100} * Decimal::one;
  };
  const bool among_buildings =
      buildings_height_m && Wide{stack_height_m.units()} <
                                Wide{buildings_height_m->units()} + table.above_buildings_m.units();
  if (among_buildings) shorten();
  if (stack_height_m < table.least_height_m) shorten();
  const std::optional<Decimal> upper =
      exact ? Decimal::quotient(exact->numerator, exact->denominator) : std::nullopt;
  if (!upper) return std::nullopt;
  return StackLimit{*upper, buildings_height_m.has_value()};
}

}  // namespace parkwatch
