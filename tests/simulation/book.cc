#include "tests/simulation/book.h"

#include <algorithm>
#include <set>
#include <sstream>

namespace parkwatch::oracle {

namespace {

constexpr Time forever = 1'000'000'000'000'000'000;

std::string cell(const Cells& row, const char* column) {
  const auto found = row.find(column);
  return found == row.end() ? std::string() : found->second;
}

std::optional<Fraction> number_cell(const Cells& row, const char* column) {
  const std::string text = cell(row, column);
  if (text.empty()) return std::nullopt;
  return number_of_cell(text);
}

Time date(const std::string& text, Time otherwise) {
  if (text.empty() || text == "unknown") return otherwise;
  // A date without a time is the local midnight in China.
  return time_of(text.size() == 10 ? text + "T00:00:00+08:00" : text);
}

Dated dated(const Cells& row) {
  return {date(cell(row, "valid_from"), -forever), date(cell(row, "valid_to"), forever)};
}

const std::vector<Cells>& rows_of(const Sheets& sheets, const std::string& name) {
  static const std::vector<Cells> none;
  const auto found = sheets.find(name);
  return found == sheets.end() ? none : found->second;
}

std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, by);) parts.push_back(part);
  return parts;
}

std::vector<std::string> csv_line(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

template <class Row, class Wanted>
const Row* find_row(const std::vector<Row>& rows, Time at, Wanted wanted) {
  for (const Row& row : rows) {
    if (row.covers(at) && wanted(row)) return &row;
  }
  return nullptr;
}

}  // namespace

std::vector<Cells> read_csv(const std::string& text) {
  std::vector<Cells> rows;
  std::vector<std::string> names;
  for (const std::string& line : split(text, '\n')) {
    if (line.empty() || line.starts_with('#')) continue;
    const std::vector<std::string> cells = csv_line(line);
    if (names.empty()) {
      names = cells;
      continue;
    }
    Cells row;
    for (std::size_t i = 0; i < names.size() && i < cells.size(); ++i) row[names[i]] = cells[i];
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string write_csv(const std::vector<Cells>& rows) {
  std::set<std::string> names;
  for (const Cells& row : rows) {
    for (const auto& [name, text] : row) names.insert(name);
  }
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ",") + name;
  for (const Cells& row : rows) {
    text += '\n';
    bool first = true;
    for (const std::string& name : names) {
      const std::string value = cell(row, name.c_str());
      text += first ? "" : ",";
      text += value.find(',') == std::string::npos ? value : '"' + value + '"';
      first = false;
    }
  }
  return text + "\n";
}

Book::Book(const Sheets& registry, const Sheets& rules) {
  read_rules(rules);
  read_registry(registry);
  read_outlets(registry);
  read_factors(registry);
}

const LocalDays* Book::days(const std::string& zone) {
  std::unique_ptr<LocalDays>& known = zones_[zone];
  if (known == nullptr) known = std::make_unique<LocalDays>(zone.empty() ? "Asia/Shanghai" : zone);
  return known.get();
}

void Book::read_rules(const Sheets& rules) {
  for (const Cells& row : rows_of(rules, "factors")) {
    rule_factors_[cell(row, "code")] = {
        cell(row, "role"), cell(row, "unit"), cell(row, "medium") == "water",
        number_cell(row, "molar_mass"), number_cell(row, "equivalent_kg")};
  }
  for (const Cells& row : rows_of(rules, "units")) {
    const Fraction ratio =
        number_of_cell(cell(row, "numerator")) / number_of_cell(cell(row, "denominator"));
    units_[cell(row, "from")].emplace(cell(row, "to"), ratio);
    units_[cell(row, "to")].emplace(cell(row, "from"), Fraction(1) / ratio);
  }
  for (const Cells& row : rows_of(rules, "parameters")) {
    parameters_[{cell(row, "name"), cell(row, "pack")}] = cell(row, "value");
  }
  for (const Cells& row : rows_of(rules, "limits")) {
    const std::string averaging = cell(row, "averaging");
    const std::string of = cell(row, "of");
    if ((!of.empty() && of != "value") || (averaging != "hour" && averaging != "day")) continue;
    LimitRow one = limit(row, cell(row, "factor"), "lower", "upper");
    one.id = cell(row, "id");
    one.by_day = averaging == "day";
    one.sure = cell(row, "sure") == "yes" && cell(row, "clause") != "unknown" &&
               cell(row, "valid_from") != "unknown" && cell(row, "valid_to") != "unknown";
    limits_.push_back(one);
  }
}

LimitRow Book::limit(const Cells& row, const std::string& code, const char* lower,
                     const char* upper) const {
  LimitRow one;
  static_cast<Dated&>(one) = dated(row);
  one.factor = code;
  one.reference = number_cell(row, "reference_oxygen_percent");
  const Fraction by = scale(code, cell(row, "unit"));
  if (const auto number = number_cell(row, lower)) one.lower = to_units(*number * by);
  if (const auto number = number_cell(row, upper)) one.upper = to_units(*number * by);
  return one;
}

void Book::read_registry(const Sheets& registry) {
  for (const Cells& row : rows_of(registry, "parks")) {
    parks_.push_back({dated(row), cell(row, "id"), days(cell(row, "zone"))});
  }
  for (const Cells& row : rows_of(registry, "clusters")) {
    clusters_.push_back({dated(row), cell(row, "id"), days(cell(row, "zone"))});
  }
  for (const Cells& row : rows_of(registry, "memberships")) {
    members_.push_back({dated(row), cell(row, "cluster"), cell(row, "of"), cell(row, "member"),
                        number_cell(row, "share").value_or(Fraction(1))});
  }
  for (const Cells& row : rows_of(registry, "line_outlets")) {
    lines_.push_back({dated(row), cell(row, "line"), cell(row, "outlet"),
                      number_cell(row, "share").value_or(Fraction(1))});
  }
  for (const Cells& row : rows_of(registry, "enterprises")) {
    enterprises_.push_back({dated(row), cell(row, "id"), cell(row, "park")});
  }
  for (const Cells& row : rows_of(registry, "facilities")) {
    facilities_.push_back(
        {dated(row), cell(row, "enterprise"), cell(row, "outlet"), cell(row, "hj212_code")});
  }
  for (const Cells& row : rows_of(registry, "permits")) {
    if (cell(row, "limit").empty() && cell(row, "lower_limit").empty()) continue;
    LimitRow one = limit(row, cell(row, "factor"), "lower_limit", "limit");
    one.id = "permit/" + cell(row, "id");
    one.outlet = cell(row, "outlet");
    one.by_day = cell(row, "span") == "day";
    one.sure = cell(row, "sure") != "no";
    permits_.push_back(one);
  }
}

void Book::read_outlets(const Sheets& registry) {
  const auto basis = [](const Cells& row, const char* column) {
    const std::string text = cell(row, column);
    return text.empty() ? std::string("unknown") : text;
  };
  for (const Cells& row : rows_of(registry, "outlets")) {
    OutletRow one;
    static_cast<Dated&>(one) = dated(row);
    one.id = cell(row, "id");
    one.enterprise = cell(row, "enterprise");
    one.pack = cell(row, "rule_pack");
    one.water = cell(row, "medium") == "water";
    one.concentration_basis = basis(row, "concentration_basis");
    one.flow_basis = basis(row, "flow_basis");
    one.oxygen_basis = basis(row, "oxygen_basis");
    one.reference = number_cell(row, "reference_oxygen_percent");
    one.pressure = number_cell(row, "pressure_kpa");
    one.moisture = number_cell(row, "moisture_percent");
    one.limits = split(cell(row, "limits"), ';');
    outlets_.push_back(std::move(one));
  }
  for (const Cells& row : rows_of(registry, "devices")) {
    DeviceRow one;
    static_cast<Dated&>(one) = dated(row);
    one.mn = cell(row, "mn");
    one.outlet = cell(row, "outlet");
    const std::string interval = cell(row, "report_interval_s");
    const std::string minutes = cell(row, "minute_interval");
    one.report_minutes = ((interval.empty() ? 60 : std::stoi(interval)) + 59) / 60;
    one.minutes = minutes.empty() ? 1 : std::stoi(minutes);
    one.minute_end = cell(row, "minute_label") == "end";
    one.hour_end = cell(row, "hour_label") == "end";
    one.day_end = cell(row, "day_label") == "end";
    devices_.push_back(std::move(one));
  }
}

void Book::read_factors(const Sheets& registry) {
  for (const Cells& row : rows_of(registry, "factors")) {
    FactorRow one;
    static_cast<Dated&>(one) = dated(row);
    one.outlet = cell(row, "outlet");
    one.code = cell(row, "factor");
    one.mn = cell(row, "mn");
    const RuleFactor& rule = rule_factors_.at(one.code);
    one.role = rule.role;
    one.water = rule.water;
    one.stored_unit = rule.unit;
    one.scale = scale(one.code, cell(row, "unit"));
    one.range_min = number_cell(row, "range_min");
    one.range_max = number_cell(row, "range_max");
    one.zero_band = number_cell(row, "zero_band");
    one.set_parameter = cell(row, "set_parameter") == "yes";
    if (cell(row, "cyclic") == "yes") one.period = std::stoi(cell(row, "period_minutes"));
    const std::pair<std::string, std::string> name(one.outlet, one.code);
    if (std::find(series_.begin(), series_.end(), name) == series_.end()) series_.push_back(name);
    factors_.push_back(std::move(one));
  }
}

Fraction Book::scale(const std::string& code, const std::string& unit) const {
  const RuleFactor& rule = rule_factors_.at(code);
  if (unit.empty() || unit == rule.unit) return 1;
  if (unit != "ppm" && unit != "ppb") return chain(unit, rule.unit);
  const Fraction per_ppm = *rule.molar_mass / number_of_cell("22.4");
  return (unit == "ppm" ? per_ppm : per_ppm / 1000) / chain(rule.unit, "mg/m3");
}

Fraction Book::chain(const std::string& from, const std::string& to) const {
  std::map<std::string, Fraction> reached{{from, Fraction(1)}};
  std::vector<std::string> frontier{from};
  while (!frontier.empty()) {
    const std::string at = frontier.back();
    frontier.pop_back();
    const auto next = units_.find(at);
    if (next == units_.end()) continue;
    for (const auto& [name, ratio] : next->second) {
      if (reached.emplace(name, reached.at(at) * ratio).second) frontier.push_back(name);
    }
  }
  return reached.at(to);
}

const ParkRow* Book::park(const std::string& id, Time at) const {
  return find_row(parks_, at, [&](const ParkRow& row) { return row.id == id; });
}

const OutletRow* Book::outlet(const std::string& id, Time at) const {
  return find_row(outlets_, at, [&](const OutletRow& row) { return row.id == id; });
}

const DeviceRow* Book::device(const std::string& mn, Time at) const {
  return find_row(devices_, at, [&](const DeviceRow& row) { return row.mn == mn; });
}

const FactorRow* Book::factor(const std::string& outlet, const std::string& code, Time at) const {
  return find_row(factors_, at,
                  [&](const FactorRow& row) { return row.outlet == outlet && row.code == code; });
}

const ParkRow* Book::park_of(const OutletRow& outlet, Time at) const {
  const EnterpriseRow* enterprise = find_row(
      enterprises_, at, [&](const EnterpriseRow& row) { return row.id == outlet.enterprise; });
  return enterprise == nullptr ? nullptr : park(enterprise->park, at);
}

bool Book::facility(const OutletRow& outlet, const std::string& code, Time at) const {
  return find_row(facilities_, at, [&](const FacilityRow& row) {
           return row.code == code && row.enterprise == outlet.enterprise &&
                  (row.outlet.empty() || row.outlet == outlet.id);
         }) != nullptr;
}

const DeviceRow* Book::counting_device(const FactorRow& factor, Time at) const {
  if (!factor.mn.empty()) return device(factor.mn, at);
  const DeviceRow* only = nullptr;
  for (const DeviceRow& row : devices_) {
    if (!row.covers(at) || row.outlet != factor.outlet) continue;
    if (only != nullptr) return nullptr;
    only = &row;
  }
  return only;
}

bool Book::flow_registered(const std::string& outlet, Time from, Time to) const {
  return std::any_of(factors_.begin(), factors_.end(), [&](const FactorRow& row) {
    return row.outlet == outlet && row.is("flow") && row.from < to && from < row.to;
  });
}

Time Book::reach(const std::string& outlet) const {
  int minutes = 0;
  for (const DeviceRow& row : devices_) {
    if (row.outlet == outlet) minutes = std::max({minutes, row.minutes, row.report_minutes});
  }
  for (const FactorRow& row : factors_) {
    if (row.outlet == outlet) minutes = std::max(minutes, row.period);
  }
  return minutes * minute_ms + hour_ms + minute_ms;
}

std::vector<const LimitRow*> Book::limits(const OutletRow& outlet, const std::string& code,
                                          Time at) const {
  std::vector<const LimitRow*> found;
  for (const LimitRow& row : limits_) {
    const bool named =
        std::find(outlet.limits.begin(), outlet.limits.end(), row.id) != outlet.limits.end();
    if (named && row.factor == code && row.covers(at)) found.push_back(&row);
  }
  for (const LimitRow& row : permits_) {
    if (row.outlet == outlet.id && row.factor == code && row.covers(at)) found.push_back(&row);
  }
  std::sort(found.begin(), found.end(),
            [](const LimitRow* a, const LimitRow* b) { return a->id < b->id; });
  return found;
}

std::optional<Fraction> Book::reference(const OutletRow& outlet, const std::string& code,
                                        Time at) const {
  for (const LimitRow* row : limits(outlet, code, at)) {
    if (row->reference) return outlet.reference ? outlet.reference : row->reference;
  }
  return std::nullopt;
}

const MemberRow* Book::member(const std::string& cluster, const std::string& of,
                              const std::string& member, Time at) const {
  return find_row(members_, at, [&](const MemberRow& row) {
    return row.cluster == cluster && row.of == of && row.member == member;
  });
}

std::optional<ClusterShares> Book::share(const std::string& cluster, const OutletRow& outlet,
                                         Time at) const {
  const MemberRow* own = member(cluster, "outlet", outlet.id, at);
  if (own != nullptr) return ClusterShares{1, own->share};
  Fraction part = 0, counted = 0;
  bool by_line = false;
  for (const LineRow& line : lines_) {
    if (line.outlet != outlet.id || !line.covers(at)) continue;
    const MemberRow* held = member(cluster, "line", line.line, at);
    if (held == nullptr) continue;
    by_line = true;
    part = part + line.share;
    counted = counted + line.share * held->share;
  }
  if (by_line) {
    return ClusterShares{from_units(to_units(part).value()), from_units(to_units(counted).value())};
  }
  const MemberRow* whole = member(cluster, "enterprise", outlet.enterprise, at);
  if (whole == nullptr) return std::nullopt;
  return ClusterShares{1, whole->share};
}

const std::string* Book::parameter(const std::string& name, const std::string& pack) const {
  for (const std::string& owner : {pack, std::string()}) {
    const auto found = parameters_.find({name, owner});
    if (found != parameters_.end()) return &found->second;
  }
  return nullptr;
}

Fraction Book::number(const std::string& name, const std::string& pack) const {
  return number_of_cell(*parameter(name, pack));
}

std::int64_t Book::whole(const std::string& name, const std::string& pack) const {
  return std::stoll(*parameter(name, pack));
}

std::optional<Fraction> Book::equivalent_kg(const std::string& code) const {
  return rule_factors_.at(code).equivalent_kg;
}

}  // namespace parkwatch::oracle
