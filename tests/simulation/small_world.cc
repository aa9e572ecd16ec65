#include "tests/simulation/small_world.h"

#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>

#include "tests/simulation/small_sites.h"

namespace parkwatch::simulation {

namespace {

using oracle::hour_ms;
using oracle::time_text;

const std::set<std::string> known_codes = {"a34013", "a21026", "a19001", "a01012",
                                           "a01014", "a01006", "a00000", "w01018",
                                           "w21003", "w01001", "w00000"};

Cells limit(const char* id, const char* factor, const char* lower, const char* upper,
            const char* averaging, const char* reference = "", const char* sure = "yes") {
  return {{"id", id},
          {"standard", "Test"},
          {"clause", "1"},
          {"industry", "any"},
          {"scope", "any"},
          {"factor", factor},
          {"lower", lower},
          {"upper", upper},
          {"unit", ""},
          {"of", "value"},
          {"averaging", averaging},
          {"reference_oxygen_percent", reference},
          {"sure", sure},
          {"source", "test"},
          {"valid_from", "2020-01-01"},
          {"valid_to", "2040-01-01"}};
}

/// The shipped rules, as far as a small world needs them, and limits of its own.
Sheets make_rules(const SmallWorld& world, Random& random) {
  static const std::vector<Cells> units = shipped_rules("units");
  static const std::vector<Cells> parameters = [] {
    std::vector<Cells> kept;
    for (Cells& row : shipped_rules("parameters")) {
      // Findings over whole days have no oracle here; tests/oracle has one.
      if (!row.at("name").starts_with("quality_")) kept.push_back(row);
    }
    return kept;
  }();
  static const std::vector<Cells> factors = [] {
    std::vector<Cells> kept;
    for (Cells& row : shipped_rules("factors")) {
      row.at("part_of").clear();  // of suspicions, which are findings over whole days, too
      if (known_codes.contains(row.at("code"))) kept.push_back(row);
    }
    return kept;
  }();
  Sheets rules{{"factors", factors}, {"units", units}, {"parameters", parameters}};
  const std::string change = time_text(world.start + world.hours / 2 * hour_ms);
  Cells early = limit("special/sulphur", "a21026", "", "40", "hour");
  Cells late = limit("special/sulphur", "a21026", "", "35", "hour", "", "no");
  early["valid_to"] = late["valid_from"] = change;
  std::vector<Cells> limits = {limit("standard/dust", "a34013", "", "12", "hour", "6"),
                               limit("standard/dust-plain", "a34013", "", "11.5", "hour"),
                               limit("standard/dust-day", "a34013", "", "10", "day", "11", "no"),
                               early,
                               late,
                               limit("standard/sulphur-low", "a21026", "1", "", "hour"),
                               limit("standard/oxygen", "a19001", "", "12", "hour"),
                               limit("standard/cod-day", "w01018", "", "40", "day"),
                               limit("standard/cod-hour", "w01018", "", "42", "hour"),
                               limit("standard/ammonia-day", "w21003", "", "5", "day"),
                               limit("standard/ph", "w01001", "6", "9", "hour")};
  for (Cells& row : limits) row["unit"] = row["factor"] == "a19001" ? "%" : "";
  for (Cells& row : limits) {
    if (row["unit"].empty()) row["unit"] = row["factor"].starts_with("a") ? "mg/m3" : "mg/L";
    if (row["factor"] == "w01001") row["unit"] = "1";
  }
  rules["limits"] = limits;
  if (random.chance(25)) {
    for (Cells& row : rules["parameters"]) {
      if (row["name"] == "conversion_order") row["value"] = "hour";
    }
  }
  return rules;
}

/// Adds parks, enterprises, outlets and devices to a world.
class WorldMaker {
 public:
  WorldMaker(SmallWorld& world, Random& random) : world_(world), random_(random) {}

  void make(const std::string& first_zone) {
    const std::vector<std::string> zones = {
        first_zone, random_.pick<std::string>({"Asia/Shanghai", "Asia/Urumqi", "Europe/Berlin"}),
        "Asia/Shanghai"};
    const std::int64_t parks = random_.between(2, 3);
    for (std::int64_t i = 0; i < parks; ++i) {
      const std::string id = "p" + std::to_string(i);
      world_.parks.push_back(id);
      add("parks", {{"id", id},
                    {"name", "Park"},
                    {"level", "municipal"},
                    {"city", i == 0 ? "Nanjing" : "Suzhou"},
                    {"zone", zones[static_cast<std::size_t>(i)]}});
    }
    for (const char* cluster : {"ca", "cb"}) {
      add("clusters", {{"id", cluster}, {"name", "Cluster"}, {"zone", random_.pick(zones)}});
    }
    for (std::int64_t i = 0; i < parks; ++i) enterprise(i);
  }

 private:
  void add(const std::string& sheet, const Cells& row) { world_.registry[sheet].push_back(row); }

  std::string hour_inside() {
    return time_text(world_.start + random_.below(world_.hours) * hour_ms);
  }

  void enterprise(std::int64_t i) {
    const std::string id = "e" + std::to_string(i);
    const std::string& park = world_.parks[static_cast<std::size_t>(i)];
    add("enterprises", {{"id", id}, {"name", "Works"}, {"park", park}});
    if (random_.chance(40)) {
      add("facilities",
          {{"id", id + "t"}, {"enterprise", id}, {"name", "Treatment"}, {"hj212_code", "SB1"}});
    }
    // The first cluster spans the parks; the second has some of them, or single outlets.
    add("memberships", {{"cluster", "ca"},
                        {"of", "enterprise"},
                        {"member", id},
                        {"share", random_.pick<std::string>({"1", "0.5", "0.333333", ""})},
                        {"valid_to", random_.chance(15) ? hour_inside() : ""}});
    const bool lined = random_.chance(25);
    if (lined) {
      add("lines", {{"id", id + "l"}, {"enterprise", id}, {"name", "Line"}});
      add("memberships", {{"cluster", "cb"},
                          {"of", "line"},
                          {"member", id + "l"},
                          {"share", random_.pick<std::string>({"1", "0.75"})},
                          {"valid_to", random_.chance(20) ? hour_inside() : ""}});
    }
    const std::int64_t outlets = random_.chance(30) ? 2 : 1;
    for (std::int64_t j = 0; j < outlets; ++j) {
      const bool water = (i + j) % 2 == 1;
      const std::string outlet = id + (water ? "w" : "a");
      make_outlet(outlet, id, park, water);
      if (lined) {
        add("line_outlets", {{"line", id + "l"},
                             {"outlet", outlet},
                             {"share", random_.pick<std::string>({"", "0.6"})}});
      } else if (random_.chance(40)) {
        add("memberships", {{"cluster", "cb"},
                            {"of", "outlet"},
                            {"member", outlet},
                            {"share", random_.pick<std::string>({"1", "0.25", "0.1"})},
                            {"valid_from", random_.chance(30) ? hour_inside() : ""}});
      }
    }
  }

  void make_outlet(const std::string& id, const std::string& enterprise, const std::string& park,
                   bool water) {
    const auto basis = [&](std::initializer_list<std::string> choices) {
      return water ? std::string() : random_.pick(choices);
    };
    Cells row{
        {"id", id}, {"enterprise", enterprise}, {"name", id}, {"medium", water ? "water" : "air"}};
    row["concentration_basis"] =
        basis({"standard-dry", "standard-dry", "standard-wet", "actual-wet", "actual-dry"});
    row["flow_basis"] = basis({"standard-dry", "standard-dry", "actual-wet", "unknown"});
    row["oxygen_basis"] = basis({"standard-dry", "standard-wet", "unknown"});
    row["reference_oxygen_percent"] = basis({"", "", "6", "3.5"});
    row["pressure_kpa"] = basis({"", "100.9"});
    row["moisture_percent"] = basis({"", "8.25"});
    row["rule_pack"] = basis({"", "", "", "waste-incineration"});
    row["limits"] =
        water
            ? some({"standard/cod-day", "standard/cod-hour", "standard/ammonia-day", "standard/ph"})
            : some({"standard/dust", "standard/dust-plain", "standard/dust-day", "special/sulphur",
                    "standard/sulphur-low", "standard/oxygen"});
    add("outlets", row);
    devices(id, park, water);
    if (random_.chance(60)) {
      add("permits", {{"id", id},
                      {"outlet", id},
                      {"factor", water ? "w01018" : "a34013"},
                      {"limit", water ? "38.5" : "9.5"},
                      {"span", random_.pick<std::string>({"hour", "day"})},
                      {"reference_oxygen_percent", !water && random_.chance(30) ? "8" : ""},
                      {"source", "test"},
                      {"sure", random_.pick<std::string>({"yes", "no"})},
                      {"valid_from", random_.chance(30) ? hour_inside() : ""}});
    }
  }

  std::string some(std::initializer_list<std::string> all) {
    std::string text;
    for (const std::string& one : all) {
      if (random_.chance(60)) text += (text.empty() ? "" : ";") + one;
    }
    return text;
  }

  void devices(const std::string& outlet, const std::string& park, bool water) {
    // One; or one after the other; or two at once.
    const int how = random_.pick({0, 0, 0, 1, 2});
    const std::string cut = hour_inside();
    const std::size_t first = world_.loggers.size();
    for (int i = 0; i < (how == 0 ? 1 : 2); ++i) {
      Logger logger;
      logger.mn = "MN-" + outlet + "-" + std::to_string(i);
      logger.outlet = outlet;
      logger.park = park;
      logger.water = water;
      logger.protocol = random_.pick({2005, 2017, 2017, 2025});
      logger.habit = habit();
      logger.interval_s = random_.pick({60, 590, 600, 900, 1800, 3600});
      if (logger.habit == Habit::Samples && logger.interval_s < 590) logger.interval_s = 600;
      logger.minutes = random_.pick({10, 15, 20, 30});
      logger.minute_end = random_.chance(35);
      logger.hour_end = random_.chance(35);
      logger.day_end = random_.chance(35);
      add("devices", {{"mn", logger.mn},
                      {"outlet", outlet},
                      {"protocol_version", std::to_string(logger.protocol)},
                      {"report_interval_s", std::to_string(logger.interval_s)},
                      {"minute_interval", std::to_string(logger.minutes)},
                      {"minute_label", logger.minute_end ? "end" : "start"},
                      {"hour_label", logger.hour_end ? "end" : ""},
                      {"day_label", logger.day_end ? "end" : "start"},
                      {"valid_from", how == 1 && i == 1 ? cut : ""},
                      {"valid_to", how == 1 && i == 0 ? cut : ""}});
      world_.loggers.push_back(logger);
    }
    factors(outlet, first, water, how == 2);
  }

  Habit habit() {
    // Long periods are told by hour reports, so that a seed stays small.
    if (world_.hours > 12)
      return random_.pick({Habit::Hours, Habit::Hours, Habit::Hours, Habit::MinutesAndHours});
    return random_.pick({Habit::Hours, Habit::Minutes, Habit::Samples, Habit::MinutesAndHours});
  }

  void factors(const std::string& outlet, std::size_t first, bool water, bool together) {
    std::vector<Cells> rows;
    const auto row = [&](const char* code, int percent, const Cells& cells = {}) {
      if (!random_.chance(percent)) return;
      Cells one = cells;
      one["outlet"] = outlet;
      one["factor"] = code;
      rows.push_back(one);
    };
    if (water) {
      row("w01018", 100, {{"unit", random_.pick<std::string>({"", "mg/l"})}});
      row("w00000", 80, {{"unit", random_.pick<std::string>({"", "m3/h"})}});
      row("w01001", 40, {{"range_max", "14"}});
      row("w21003", 50,
          {{"cyclic", "yes"}, {"period_minutes", random_.pick<std::string>({"60", "120", "90"})}});
    } else {
      row("a34013", 100,
          {{"unit", random_.pick<std::string>({"", "mg/m³"})},
           {"zero_band", random_.pick<std::string>({"", "0.3"})},
           {"range_max", random_.pick<std::string>({"", "100"})},
           {"range_min", random_.pick<std::string>({"", "", "0.5"})}});
      row("a21026", 50, {{"unit", random_.pick<std::string>({"", "ppm"})}, {"range_max", "200"}});
      row("a00000", 80, {{"unit", random_.pick<std::string>({"", "m3/h"})}});
      row("a19001", 60, {{"range_max", "25"}});
      row("a01012", 60);
      row("a01014", 30, {{"set_parameter", random_.pick<std::string>({"yes", "no"})}});
    }
    for (Cells& one : rows) date(one, first, together);
  }

  /// Sometimes a factor is registered late, ends early or changes its range.
  void date(Cells& row, std::size_t first, bool together) {
    std::vector<Logger>& loggers = world_.loggers;
    if (together) {
      row["mn"] = loggers[first + static_cast<std::size_t>(random_.below(2))].mn;
    }
    const std::int64_t kind = random_.below(12);
    const std::string cut = hour_inside();
    if (kind == 0) row["valid_from"] = cut;
    if (kind == 1) row["valid_to"] = cut;
    if (kind == 2) {
      Cells later = row;
      row["valid_to"] = later["valid_from"] = cut;
      later["range_max"] = row["range_max"].empty() ? "" : "60";
      add("factors", later);
    }
    add("factors", row);
    for (std::size_t i = first; i < loggers.size(); ++i) loggers[i].factors.push_back(row);
  }

  SmallWorld& world_;
  Random& random_;
};

}  // namespace

std::vector<Cells> shipped_rules(const std::string& name) {
  std::ifstream file(PARKWATCH_SOURCE_DIR "/rules/" + name + ".csv");
  if (!file) throw std::runtime_error("rules/" + name + ".csv can not be read");
  return oracle::read_csv({std::istreambuf_iterator<char>(file), {}});
}

SmallWorld make_world(Random& random) {
  SmallWorld world;
  // The second begins before the change to summer time of the one zone that has it, the last
  // before a local midnight.
  const std::int64_t when = random.below(3);
  world.start = oracle::time_of(
      std::vector<std::string>{"2026-03-15T00:00:00Z", "2026-03-28T18:00:00Z",
                               "2026-07-01T13:00:00Z"}[static_cast<std::size_t>(when)]);
  world.hours = random.pick({4, 5, 6, 6, 8, 26, 30});
  world.rules = make_rules(world, random);
  WorldMaker(world, random).make(when == 1 ? "Europe/Berlin" : "Asia/Shanghai");
  if (random.chance(50)) add_sites(world, random);
  return world;
}

Sheets corrected_registry(const SmallWorld& world, Random& random) {
  Sheets registry = world.registry;
  for (auto& [sheet, rows] : registry) {
    for (Cells& row : rows) {
      if (sheet == "permits" && random.chance(50)) {
        row["limit"] = row["factor"] == "w01018" ? "36" : "8.75";
      }
      if (sheet == "factors" && row["factor"] == "a34013" && random.chance(50)) {
        row["range_max"] = "60";
      }
      if (sheet == "outlets" && row["medium"] == "air" && random.chance(40)) {
        row["reference_oxygen_percent"] = "11";
      }
    }
  }
  if (!world.projects.empty()) correct_sites(registry, random);
  return registry;
}

}  // namespace parkwatch::simulation
