#include "model/limits_csv.h"

#include <algorithm>
#include <array>
#include <span>
#include <tuple>

#include "model/dated_rows.h"
#include "model/rules_lookup.h"

namespace parkwatch {

namespace {

constexpr std::array limit_columns = {
    SheetColumn{"id", true},         SheetColumn{"standard", true},
    SheetColumn{"clause", true},     SheetColumn{"industry", true},
    SheetColumn{"scope", true},      SheetColumn{"factor", true},
    SheetColumn{"lower", true},      SheetColumn{"upper", true},
    SheetColumn{"unit", true},       SheetColumn{"of", true},
    SheetColumn{"averaging", true},  SheetColumn{"reference_oxygen_percent", true},
    SheetColumn{"sure", true},       SheetColumn{"source", true},
    SheetColumn{"valid_from", true}, SheetColumn{"valid_to", true},
};
constexpr std::array stack_columns = {
    SheetColumn{"id", true},
    SheetColumn{"standard", true},
    SheetColumn{"clause", true},
    SheetColumn{"industry", true},
    SheetColumn{"scope", true},
    SheetColumn{"factor", true},
    SheetColumn{"stack_height_m", true},
    SheetColumn{"upper", true},
    SheetColumn{"unit", true},
    SheetColumn{"of", true},
    SheetColumn{"averaging", true},
    SheetColumn{"above_buildings_m", true},
    SheetColumn{"least_height_m", true},
    SheetColumn{"short_percent", true},
    SheetColumn{"sure", true},
    SheetColumn{"source", true},
    SheetColumn{"valid_from", true},
    SheetColumn{"valid_to", true},
};

constexpr std::int64_t stack_upper_max = 1'000'000;

/// The bound in the factor's stored unit; a mass rate in kg/h.
std::optional<Decimal> limit_value(const SheetRow& row, std::string_view column,
                                   const Factor& factor, const Limit& limit, const Rules& rules) {
  const std::optional<Number> printed = row.number(column);
  if (!printed) return std::nullopt;
  std::optional<UnitConversion> conversion;
  if (limit.of == LimitOf::MassRate) {
    if (limit.unit == "kg/h") conversion = UnitConversion{"kg/h", "kg/h", 1, 1};
  } else {
    conversion = find_conversion(rules, factor, limit.unit);
  }
  if (!conversion) {
    row.fault(
        "unit `" + limit.unit + "` does not convert to `" + factor.unit + "` of " + factor.code,
        "correct it, or add the conversion to units.csv");
    return std::nullopt;
  }
  const std::optional<Decimal> value = convert_exactly(*printed, *conversion);
  if (!value) {
    row.fault("`" + std::string(column) + "` has no exact value in `" + conversion->to + "`",
              "at most 6 decimals of the factor's unit can be stored");
  }
  return value;
}

LimitSpan span_of(const Limit& limit) {
  if (limit.of == LimitOf::Reference) return LimitSpan::Other;
  if (limit.averaging == "hour") return LimitSpan::Hour;
  const bool day = limit.averaging == "day" && limit.of == LimitOf::Value;
  return day ? LimitSpan::Day : LimitSpan::Other;
}

Limit read_limit(const SheetRow& row, const Rules& rules) {
  Limit limit;
  limit.id = row.required("id");
  limit.standard = row.required("standard");
  limit.clause = row.required("clause");
  limit.industry = row.required("industry");
  limit.scope = row.required("scope");
  limit.factor = row.required("factor");
  limit.unit = row.required("unit");
  limit.of = row.choice<LimitOf>("of", std::nullopt,
                                 {{"value", LimitOf::Value},
                                  {"mass-rate", LimitOf::MassRate},
                                  {"reference", LimitOf::Reference}});
  limit.averaging = row.choice<std::string>("averaging", std::nullopt,
                                            {{"hour", "hour"},
                                             {"day", "day"},
                                             {"instant", "instant"},
                                             {"five-minute", "five-minute"},
                                             {"manual-mean", "manual-mean"}});
  limit.span = span_of(limit);
  limit.reference_oxygen_percent = row.decimal("reference_oxygen_percent");
  limit.sure = row.choice<bool>("sure", std::nullopt, {{"yes", true}, {"no", false}});
  limit.source = row.required("source");
  limit.validity = dated(row, limit.sure);
  if (limit.id.find_first_of(" ;\t") != std::string::npos) {
    row.fault("`id` contains a blank or semicolon: `" + limit.id + "`",
              "outlets name limits in a list separated by semicolons; use other characters");
  }
  const Factor* factor = find_factor(rules, limit.factor);
  if (factor == nullptr) {
    if (rules.factors.empty()) return limit;  // its file is refused as a whole
    row.fault("factor `" + limit.factor + "` is not in the factor table", "add it to factors.csv");
    return limit;
  }
  if (limit.of == LimitOf::MassRate && factor->role != FactorRole::Pollutant) {
    row.fault("factor `" + limit.factor + "` has no mass", "a mass rate is of a pollutant");
  }
  limit.lower = limit_value(row, "lower", *factor, limit, rules);
  limit.upper = limit_value(row, "upper", *factor, limit, rules);
  if (row.text("lower").empty() && row.text("upper").empty()) {
    row.fault("the limit has no bound", "fill in `upper` or `lower`");
  }
  if (limit.lower && limit.upper && *limit.upper < *limit.lower) {
    row.fault("`lower` is above `upper`", "exchange them");
  }
  const std::optional<Decimal>& oxygen = limit.reference_oxygen_percent;
  if (oxygen && limit.of == LimitOf::MassRate) {
    row.fault("a mass rate has no reference oxygen", "leave `reference_oxygen_percent` empty");
  }
  if (oxygen && (*oxygen < Decimal{} || *oxygen >= Decimal::whole(21))) {
    row.fault("`reference_oxygen_percent` is not from 0 to below 21", "write it in percent");
  }
  return limit;
}

/// A number of a stack table; a missing one is a fault.
Decimal number_within(const SheetRow& row, std::string_view column, std::int64_t least,
                      std::int64_t greatest) {
  row.required(column);
  const Decimal value = row.decimal(column).value_or(Decimal::whole(least));
  if (value < Decimal::whole(least) || value > Decimal::whole(greatest)) {
    row.fault("`" + std::string(column) + "` is out of range: " + value.text(),
              "write a number from " + std::to_string(least) + " to " + std::to_string(greatest));
  }
  return value;
}

Limit read_stack_limit(const SheetRow& row, const Rules& rules) {
  Limit limit = read_limit(row, rules);
  StackTable& stack = limit.stack;
  const Decimal height = number_within(row, "stack_height_m", 1, stack_height_max_m);
  stack.above_buildings_m = number_within(row, "above_buildings_m", 0, stack_height_max_m);
  stack.least_height_m = number_within(row, "least_height_m", 0, stack_height_max_m);
  stack.short_percent = number_within(row, "short_percent", 1, 100);
  if (limit.span == LimitSpan::Other) {
    row.fault("a limit by stack height is judged on hours or, a concentration, on days",
              "correct `of` or `averaging`");
  }
  const bool known =
      limit.upper && *limit.upper > Decimal() && *limit.upper <= Decimal::whole(stack_upper_max);
  if (limit.upper && !known) {
    row.fault("`upper` is out of range: " + limit.upper->text(),
              "write a number above 0, at most " + std::to_string(stack_upper_max));
  }
  stack.rows.push_back({height, limit.upper.value_or(Decimal())});
  limit.upper.reset();
  return limit;
}

bool same_but_height(const Limit& a, const Limit& b) {
  const auto rest = [](const Limit& limit) {
    return std::tie(limit.standard, limit.industry, limit.scope, limit.factor, limit.unit, limit.of,
                    limit.averaging, limit.stack.above_buildings_m, limit.stack.least_height_m,
                    limit.stack.short_percent);
  };
  return rest(a) == rest(b);
}

/// Adds the row to the table that it belongs to.
void add_height(const SheetRow& row, const Limit& one, Limit& table) {
  if (!same_but_height(one, table)) {
    row.fault("the row differs from the first one of `" + one.id + "` in more than its height",
              "rows of one id and one time are one table: only `clause`, `stack_height_m`, "
              "`upper`, `sure` and `source` may differ");
    return;
  }
  std::vector<StackTable::Row>& rows = table.stack.rows;
  const StackTable::Row& added = one.stack.rows.front();
  const auto at = std::lower_bound(
      rows.begin(), rows.end(), added,
      [](const StackTable::Row& a, const StackTable::Row& b) { return a.height_m < b.height_m; });
  if (at != rows.end() && at->height_m == added.height_m) {
    row.fault("`" + one.id + "` has a row for " + added.height_m.text() + " m already",
              "remove one");
    return;
  }
  rows.insert(at, added);
  table.sure = table.sure && one.sure;
}

}  // namespace

void read_limits(const TextFiles& files, Rules& rules, Faults& faults) {
  SeenRows seen;
  read_rule_sheet(files, "limits.csv", limit_columns, faults, [&](const SheetRow& row) {
    Limit limit = read_limit(row, rules);
    seen.add(limit.id, limit.validity, row);
    rules.limits.push_back(std::move(limit));
  });
  constexpr const char* by_height = "stack_limits.csv";
  if (!files.texts.contains(by_height)) return;
  const std::size_t first = rules.limits.size();
  read_rule_sheet(files, by_height, stack_columns, faults, [&](const SheetRow& row) {
    Limit limit = read_stack_limit(row, rules);
    const auto tables = std::span(rules.limits).subspan(first);
    const auto table = std::find_if(tables.begin(), tables.end(), [&](const Limit& other) {
      return other.id == limit.id && other.validity == limit.validity;
    });
    if (table != tables.end()) return add_height(row, limit, *table);
    seen.add(limit.id, limit.validity, row);
    rules.limits.push_back(std::move(limit));
  });
}

}  // namespace parkwatch
