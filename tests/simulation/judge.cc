#include "tests/simulation/judge.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace parkwatch::oracle {

namespace {

bool exceeds(std::int64_t value, const LimitRow& limit) {
  return (limit.upper && value > *limit.upper) || (limit.lower && value < *limit.lower);
}

Units ratio(std::int64_t value, const LimitRow& limit) {
  if (limit.upper && limit.lower) {
    const Big span = Big(*limit.upper) - *limit.lower;
    Big twice = Big(value) * 2 - (Big(*limit.lower) + *limit.upper);
    if (twice.negative()) twice = twice * -1;
    return span.zero() ? std::nullopt : to_units(Fraction(twice, span));
  }
  const std::int64_t over = limit.upper ? value : *limit.lower;
  const std::int64_t under = limit.upper ? *limit.upper : value;
  if (under == 0) return std::nullopt;
  return to_units(Fraction(over, under));
}

VerdictRow judge_one(const FactorRow& factor, const WindowRow& window, const LimitRow& limit,
                     Units other_order) {
  VerdictRow row;
  row.limit_id = limit.id;
  row.lower = limit.lower;
  row.upper = limit.upper;
  row.unsure = !limit.sure;
  row.state = window.state;
  if (!window.due()) row.state = "exempt(" + window.state + ")";
  if (window.state == "missing") row.state = "invalid(missing)";
  if (!window.valid()) return row;
  const bool by_reference = limit.reference && factor.is("pollutant");
  row.value = by_reference ? window.converted : window.value;
  if (!row.value) {
    row.state = "invalid(not_converted)";
    return row;
  }
  const bool over = exceeds(*row.value, limit);
  row.state = over ? "over" : "compliant";
  row.ratio = ratio(*row.value, limit);
  if (by_reference && other_order && exceeds(*other_order, limit) != over) {
    row.note = "conversion_order_decides";
  }
  return row;
}

}  // namespace

std::vector<VerdictRow> judge(const Book& book, const OutletRow& outlet, const FactorRow& factor,
                              const WindowRow& window, Units other_order) {
  std::vector<VerdictRow> rows;
  const std::vector<const LimitRow*> limits = book.limits(outlet, factor.code, window.start);
  if (limits.empty()) {
    if (factor.is("pollutant") && window.by_day == factor.water) {
      VerdictRow none;
      none.state = "no_limit";
      none.value = window.value;
      rows.push_back(none);
    }
    return rows;
  }
  for (const LimitRow* limit : limits) {
    if (limit->by_day == window.by_day) {
      rows.push_back(judge_one(factor, window, *limit, other_order));
    }
  }
  constexpr std::int64_t far = std::numeric_limits<std::int64_t>::max();
  const auto strictness = [far](const VerdictRow& row) {
    return std::tuple(row.upper.value_or(far), row.lower ? -*row.lower : far, row.limit_id);
  };
  const auto strictest = std::min_element(
      rows.begin(), rows.end(),
      [&](const VerdictRow& a, const VerdictRow& b) { return strictness(a) < strictness(b); });
  if (strictest != rows.end()) strictest->leads = true;
  return rows;
}

std::string episode_id(const Subject& subject, Time first) {
  __extension__ using Wide128 = unsigned __int128;
  std::string text = subject.rule + "|" + subject.outlet;
  if (!subject.factor.empty()) text += "|" + subject.factor;
  if (!subject.limit_id.empty()) {
    text += "|" + subject.limit_id + "|" + (subject.by_day ? "day" : "hour");
  }
  text += "|" + time_text(first);
  // FNV-1a with 128 bits.
  const Wide128 prime = (Wide128{1} << 88) + 0x13B;
  Wide128 hash = (Wide128{0x6C62272E07BB0142} << 64) + 0x62B821756295C58D;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * prime;
  std::string hex;
  for (int shift = 124; shift >= 0; shift -= 4) {
    hex += "0123456789abcdef"[static_cast<std::size_t>((hash >> shift) & 15)];
  }
  return hex;
}

std::vector<EpisodeRow> episodes(const std::vector<std::pair<Time, Says>>& windows) {
  std::vector<EpisodeRow> found;
  bool running = false;
  for (const auto& [start, says] : windows) {
    if (says == Says::Opens) {
      if (!running) found.push_back({start, start, 0, std::nullopt});
      running = true;
      found.back().last = start;
      ++found.back().windows;
    } else if (says == Says::Resolves && running) {
      found.back().resolved = start;
      running = false;
    }
  }
  return found;
}

}  // namespace parkwatch::oracle
