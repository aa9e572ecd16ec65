#include "tests/simulation/small_sites.h"

namespace parkwatch::simulation {

namespace {

using oracle::hour_ms;
using oracle::minute_ms;
using oracle::time_text;

Cells mark_rule(const char* mark, const char* kind, const char* effect, const char* minutes,
                const char* deadline_hour) {
  return {{"scheme", "test"},    {"industry", "Test"},        {"mark", mark},
          {"name_zh", mark},     {"name_en", mark},           {"kind", kind},
          {"effect", effect},    {"minutes", minutes},        {"deadline_hour", deadline_hour},
          {"marked_by", "unit"}, {"standard", "Test"},        {"clause", "1"},
          {"sure", "yes"},       {"valid_from", "2020-01-01"}};
}

/// One shipped scheme, and one whose deadlines and yearly hours end within a small world.
std::vector<Cells> mark_schemes() {
  std::vector<Cells> rows;
  for (Cells& row : shipped_rules("mark_schemes")) {
    if (row["scheme"] == "thermal-power") rows.push_back(std::move(row));
  }
  rows.push_back(mark_rule("stop", "condition", "stopped", "45", "2"));
  Cells upset = mark_rule("upset", "condition", "exempt", "45", "2");
  upset["year_group"] = "upset";
  upset["year_hours"] = "2";
  rows.push_back(upset);
  Cells fault = mark_rule("fault", "condition", "exempt", "30", "0");
  fault["while_factor"] = "a34013";
  fault["while_upper"] = "12.5";
  rows.push_back(fault);
  Cells start = mark_rule("start", "condition", "exempt", "30", "6");
  start["factors"] = "a21026;w01018";
  start["mark_hours"] = "1";
  start["sure"] = "no";
  rows.push_back(start);
  rows.push_back(mark_rule("service", "equipment", "invalid", "15", "12"));
  return rows;
}

class SiteMaker {
 public:
  SiteMaker(SmallWorld& world, Random& random) : world_(world), random_(random) {}

  void make() {
    static const Sheets rules = {{"lifecycle", shipped_rules("lifecycle")},
                                 {"working_days", shipped_rules("working_days")},
                                 {"operation", shipped_rules("operation")},
                                 {"mark_schemes", mark_schemes()}};
    world_.rules.insert(rules.begin(), rules.end());
    for (Cells& row : world_.registry["outlets"]) {
      row["mark_scheme"] = random_.pick<std::string>({"", "test", "test", "thermal-power"});
    }
    const std::vector<Cells> enterprises = world_.registry["enterprises"];
    for (const Cells& row : enterprises) {
      projects(row);
      if (random_.chance(75)) site(row);
    }
  }

 private:
  void add(const std::string& sheet, const Cells& row) { world_.registry[sheet].push_back(row); }

  std::vector<std::string> outlets_of(const std::string& enterprise) const {
    std::vector<std::string> ids;
    for (const Cells& row : world_.registry.at("outlets")) {
      if (row.at("enterprise") == enterprise) ids.push_back(row.at("id"));
    }
    return ids;
  }

  /// The last one is not always registered.
  void projects(const Cells& enterprise) {
    const std::string& id = enterprise.at("id");
    for (int i = 0; i < 3; ++i) {
      const std::string project = id + "p" + std::to_string(i);
      world_.projects.push_back({project, enterprise.at("park")});
      if (i == 2 && random_.chance(50)) continue;
      add("projects", {{"id", project},
                       {"enterprise", id},
                       {"name", "Project"},
                       {"outlets", random_.chance(50) ? outlets_of(id).front() : ""}});
    }
  }

  void site(const Cells& enterprise) {
    const std::string& id = enterprise.at("id");
    Site site{id, enterprise.at("park"), "PM-" + id, {}};
    const std::string line = id + "m";
    add("lines", {{"id", line}, {"enterprise", id}, {"name", "Line"}});
    meter(site, "l", random_.pick<std::string>({"power", "power", "current"}), "line", line, 100);
    const int facilities = random_.chance(40) ? 2 : 1;
    const bool shared = facilities == 2 && random_.chance(60);
    for (int i = 0; i < facilities; ++i) {
      const std::string facility = id + "s" + std::to_string(i);
      add("facilities", {{"id", facility},
                         {"enterprise", id},
                         {"name", "Scrubber"},
                         {"outlet", random_.chance(70) ? outlets_of(id).front() : ""},
                         {"hj212_code", "SB" + std::to_string(i + 2)}});
      meter(site, "s" + std::to_string(i),
            random_.pick<std::string>({"power", "power", "power", "energy"}), "facility", facility,
            10);
      add("treatments", {{"line", line},
                         {"facility", facility},
                         {"group", shared ? "g" : ""},
                         {"required", shared ? "1" : ""},
                         {"warm_up_minutes", shared ? "" : random_.pick<std::string>({"", "10"})},
                         {"run_on_minutes", shared ? "" : random_.pick<std::string>({"", "12"})}});
      if (!random_.chance(40)) continue;
      for (const auto& [load, power] : {std::pair("0", "4"), std::pair("50", "8")}) {
        add("baselines",
            {{"line", line}, {"facility", facility}, {"load_percent", load}, {"power", power}});
      }
    }
    if (random_.chance(40)) meter(site, "d", "damper", "facility", id + "s0", 100);
    tolerances(id);
    for (const std::string& unit : {line, id + "s0", std::string()}) order(id, unit);
    world_.sites.push_back(site);
  }

  void meter(Site& site, const std::string& code, const std::string& signal, const std::string& of,
             const std::string& unit, int rated) {
    add("meters", {{"mn", site.meter},
                   {"factor", code},
                   {"signal", signal},
                   {"of", of},
                   {"unit", unit},
                   {"rated", std::to_string(rated)},
                   {"idle", random_.pick<std::string>({"", "0.5"})},
                   {"valid_to", random_.one_in(12) ? hour_inside() : ""}});
    site.channels.push_back({code, signal, rated});
  }

  /// Times short enough for a small world.
  void tolerances(const std::string& enterprise) {
    const auto tolerance = [&](const char* rule, const char* name, const char* value) {
      add("tolerances",
          {{"enterprise", enterprise}, {"rule", rule}, {"name", name}, {"value", value}});
    };
    if (random_.chance(50)) tolerance("state", "unknown_after_minutes", "3");
    if (random_.chance(50)) {
      tolerance("TS-O08", "minutes", "30");
      tolerance("TS-O08", "samples", "12");
    }
    if (random_.chance(50)) tolerance("TS-O10", "zero_percent", "60");
  }

  void order(const std::string& enterprise, const std::string& unit) {
    if (!random_.chance(20)) return;
    const std::string kind = random_.pick<std::string>({"stop", "limit", "maintenance", "fault"});
    const Time begin = world_.start + random_.below(world_.hours * 60) * minute_ms;
    add("orders", {{"enterprise", enterprise},
                   {"unit", unit},
                   {"kind", kind},
                   {"limit_percent", kind == "limit" ? "40" : ""},
                   {"document", "D-1"},
                   {"valid_from", time_text(begin)},
                   {"valid_to", time_text(begin + random_.between(20, 150) * minute_ms)}});
  }

  std::string hour_inside() {
    return time_text(world_.start + random_.below(world_.hours) * hour_ms);
  }

  SmallWorld& world_;
  Random& random_;
};

}  // namespace

void add_sites(SmallWorld& world, Random& random) {
  SiteMaker(world, random).make();
}

void correct_sites(Sheets& registry, Random& random) {
  for (auto& [sheet, rows] : registry) {
    for (Cells& row : rows) {
      if (!random.chance(30)) continue;
      if (sheet == "outlets") row["mark_scheme"] = random.pick<std::string>({"", "test"});
      if (sheet == "meters") row["idle"] = "2";
      if (sheet == "treatments" && row["group"].empty()) row["run_on_minutes"] = "3";
      if (sheet == "projects") row["outlets"] = "";
      if (sheet == "orders") row["document"] = "D-2";
    }
  }
}

}  // namespace parkwatch::simulation
