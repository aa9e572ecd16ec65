#include "tests/simulation/small_kinds.h"

#include <algorithm>
#include <cstdio>
#include <map>

namespace parkwatch::simulation {

namespace {

using oracle::day_ms;
using oracle::floor_to;
using oracle::hour_ms;
using oracle::minute_ms;
using oracle::time_text;

using Members = std::vector<std::pair<std::string, std::string>>;  // values as JSON

std::string quoted(const std::string& text) {
  return '"' + text + '"';
}

std::string object(const Members& members) {
  std::string text;
  for (const auto& [name, value] : members) {
    text += (text.empty() ? "" : ",") + quoted(name) + ":" + value;
  }
  return "{" + text + "}";
}

/// What a channel of a meter does for a while.
struct Course {
  Time until = 0;
  int thousandths = 0;  // of rated
  bool flat = false;
};

class KindMaker {
 public:
  KindMaker(const SmallWorld& world, Random& random) : world_(world), random_(random) {}

  std::vector<Arrival> make() {
    for (const auto& [project, park] : world_.projects) story(project, park);
    for (const Logger& logger : world_.loggers) marks(logger);
    for (const Site& site : world_.sites) {
      power(site);
      run_states(site);
    }
    return std::move(arrivals_);
  }

 private:
  void put(const std::string& park, Time received, const Members& members) {
    Arrival arrival{received, {}};
    arrival.sent.key = park;
    arrival.sent.append = received + random_.below(900);
    Members all = members;
    all.emplace_back("received", quoted(time_text(received)));
    arrival.sent.payload = object(all);
    arrivals_.push_back(arrival);
    if (random_.one_in(12)) arrivals_.push_back(std::move(arrival));
  }

  Time inside() { return world_.start + random_.below(world_.hours * hour_ms); }

  // Milestones

  /// Acts that follow each other in a project, at ages from within tolerances to years.
  void story(const std::string& project, const std::string& park) {
    using Acts = std::vector<const char*>;
    static const std::vector<Acts> stories = {
        {"eia_approval", "design_chapter", "investment_estimate", "construction_start"},
        {"eia_approval", "construction_start", "completion", "completion_disclosed"},
        {"completion", "commissioning_start", "first_production", "acceptance_opinion"},
        {"acceptance_report", "acceptance_disclosed", "display_end", "platform_filing"},
        {"construction_start", "eia_approval", "eia_refusal"},
        {"facility_required", "facility_built", "idling_approval", "idled", "resumed"},
        {"main_progress", "protection_progress", "main_progress", "protection_progress"},
        {"completion", "rectification_opened", "acceptance_opinion", "rectification_closed"},
        {"permit_issued", "first_production", "permit_suspended", "production_stopped"},
        {"major_change", "eia_approval", "dismantling_approval", "dismantled"}};
    for (std::int64_t i = random_.between(1, 2); i > 0; --i) {
      const Acts& acts = random_.pick(stories);
      Time at = inside() - random_.pick({0, 0, 1, 3, 20, 100, 400, 2000}) * day_ms;
      for (const char* act : acts) {
        if (random_.chance(85)) milestone(project, park, act, at);
        at += random_.pick({Time{0}, hour_ms, 9 * hour_ms, day_ms, 31 * day_ms, -day_ms});
      }
    }
  }

  void milestone(const std::string& project, const std::string& park, const std::string& act,
                 Time at) {
    Members said = {{"type", quoted("milestone")},
                    {"source", quoted("eia")},
                    {"id", quoted("m" + std::to_string(random_.below(40)))},
                    {"park", quoted(park)},
                    {"project", quoted(project)},
                    {"act", quoted(random_.one_in(40) ? "eia_aproval" : act)}};
    if (random_.chance(20)) said.emplace_back("phase", quoted("first"));
    needs(act, at, said);
    Members moved = said;
    said.emplace_back("time", quoted(time_text(at)));
    const Time received = inside();
    put(park, received, said);
    if (random_.one_in(8)) {
      moved.emplace_back("time",
                         quoted(time_text(at + random_.pick({-day_ms, hour_ms, 4 * day_ms}))));
      put(park, inside(), moved);
    }
    if (random_.one_in(10)) {
      said.emplace_back("revoked", "true");
      put(park, inside(), said);
    }
  }

  void needs(const std::string& act, Time at, Members& said) {
    if (act.starts_with("facility") || act.starts_with("idl") || act.starts_with("dismantl") ||
        act == "resumed") {
      said.emplace_back("facility", quoted("TA001"));
    }
    if (act.starts_with("facility")) {
      said.emplace_back("capacity", random_.pick<std::string>({"100", "94.5"}));
      said.emplace_back("unit", quoted("m3/h"));
    }
    if (act.ends_with("progress")) {
      said.emplace_back("percent", random_.pick<std::string>({"0", "20", "60", "100"}));
    }
    if (act.starts_with("rectification")) said.emplace_back("order", quoted("o1"));
    if (act == "major_change") said.emplace_back("change", quoted("c1"));
    if (act == "acceptance_opinion") {
      said.emplace_back("result", quoted(random_.pick<std::string>({"pass", "pass", "fail"})));
    }
    if (act == "idling_approval") {
      said.emplace_back("end", quoted(time_text(at + random_.pick({0, 3, 40}) * day_ms)));
    }
  }

  // Marks

  void marks(const Logger& logger) {
    for (std::int64_t i = random_.pick({0, 2, 5}); i > 0; --i) {
      Time from = floor_to(inside(), minute_ms);
      Time to = from + random_.pick({15, 30, 46, 60, 180, 600}) * minute_ms;
      if (random_.chance(50)) {
        from = floor_to(from, hour_ms);
        to = floor_to(to, hour_ms) + hour_ms;
      }
      const Time made = to + random_.pick({-2 * hour_ms, minute_ms, 3 * hour_ms, 30 * hour_ms});
      const bool wrong = random_.one_in(15);
      Members said = {
          {"type", quoted("mark")},
          {"source", quoted("portal")},
          {"id", quoted("k" + std::to_string(random_.below(5)))},
          {"park", quoted(logger.park)},
          {"outlet", quoted(logger.outlet)},
          {"scheme", quoted(random_.pick<std::string>({"test", "test", "test", "thermal-power"}))},
          {"mark", quoted(random_.pick<std::string>(
                       {"stop", "upset", "upset", "fault", "start", "service", "holiday"}))},
          {"from", quoted(time_text(from))},
          {"to", quoted(time_text(wrong ? from : to))},
          {"author", quoted("Li")}};
      if (random_.chance(20)) {
        said.emplace_back("factor", quoted(random_.pick(logger.factors).at("factor")));
      }
      put(logger.park, made, said);
      if (random_.one_in(6)) {
        said.emplace_back(random_.pick<std::string>({"revoked", "found_false"}), "true");
        put(logger.park, made + random_.pick({minute_ms, 5 * hour_ms}), said);
      }
    }
  }

  // Meters

  Course course(const Channel& channel, Time from) {
    const std::vector<int> levels = channel.signal == "damper"
                                        ? std::vector<int>{0, 0, 0, 500}
                                        : std::vector<int>{0, 30, 100, 601, 800, 800, 800};
    return {from + random_.pick({4, 8, 12, 33, 70}) * minute_ms, random_.pick(levels),
            random_.chance(30)};
  }

  std::string number(const Channel& channel, Course& course) {
    std::int64_t thousandths = course.thousandths;
    if (!course.flat && thousandths > 200) thousandths += random_.between(-20, 20);
    if (random_.one_in(150)) thousandths = -150;
    const std::int64_t milli = thousandths * channel.rated;
    if (channel.signal != "energy") return digits(milli, 1'000, 3);
    counter_ += std::max<std::int64_t>(milli, 0) * minute_ms;
    if (random_.one_in(100)) counter_ = 0;
    return digits(counter_, 1'000 * hour_ms, 6);  // kWh
  }

  static std::string digits(std::int64_t value, std::int64_t one, int places) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", places,
                  static_cast<double>(value) / static_cast<double>(one));
    return text;
  }

  /// One record a time with all that runs: some of it late, lost, repeated or corrected.
  void power(const Site& site) {
    const Time step = random_.pick({1, 1, 2, 3}) * minute_ms;
    const std::string kind = random_.pick<std::string>({"minute", "realtime"});
    Time at = floor_to(inside(), minute_ms);
    const Time end = at + random_.between(40, 70) * step;
    std::map<std::string, Course> courses;
    Time late = 0, late_until = 0;
    for (; at < end; at += step) {
      if (at >= late_until) {
        late = random_.pick({0, 0, 0, 2, 20}) * hour_ms;
        late_until = at + random_.between(5, 40) * minute_ms;
      }
      Members factors;
      for (const Channel& channel : site.channels) {
        Course& now = courses[channel.code];
        if (at >= now.until) now = course(channel, at);
        const std::string text = quoted(number(channel, now));
        if (random_.one_in(25)) continue;
        Members value = {{channel.signal == "energy" ? "total" : "value", text}};
        if (random_.one_in(80)) value.emplace_back("flag", quoted("D"));
        factors.emplace_back(channel.code, object(value));
      }
      reading(site, kind, at, at + minute_ms + late + random_.below(50'000), "factors", factors);
    }
  }

  void reading(const Site& site, const std::string& kind, Time at, Time received,
               const std::string& group, const Members& values) {
    const auto said = [&](const Members& of) {
      return Members{{"type", quoted("activity")},
                     {"mn", quoted(site.meter)},
                     {"kind", quoted(kind)},
                     {"time", quoted(time_text(at))},
                     {group, object(of)}};
    };
    if (random_.one_in(60)) at += 3 * hour_ms;
    put(site.park, received, said(values));
    if (!random_.one_in(30) || values.empty() || group != "factors") return;
    Members changed = values;
    changed.front().second = object({{"value", quoted(random_.chance(50) ? "70" : "0")}});
    put(site.park, received + random_.pick({Time{0}, 2 * minute_ms, 5 * hour_ms}), said(changed));
  }

  /// Reported run states, and run times of days, of the site's first facility.
  void run_states(const Site& site) {
    for (std::int64_t i = random_.between(0, 4); i > 0; --i) {
      const Time at = floor_to(inside(), minute_ms);
      const std::string state = random_.pick<std::string>({"0", "1", "1"});
      reading(site, "status", at, at + 2'000, "facilities", {{"SB2", object({{"state", state}})}});
    }
    for (Time day = world_.start - 13 * hour_ms; day < world_.end(); day += hour_ms) {
      if (day % day_ms != 16 * hour_ms || random_.chance(40)) continue;  // midnight in Shanghai
      const std::string hours = random_.pick<std::string>({"0.5", "3", "23"});
      reading(site, "day", day, day + day_ms + random_.below(9 * hour_ms), "facilities",
              {{"SB2", object({{"run_hours", quoted(hours)}})}});
    }
  }

  const SmallWorld& world_;
  Random& random_;
  std::int64_t counter_ = 0;
  std::vector<Arrival> arrivals_;
};

}  // namespace

std::vector<Arrival> records_of_sites(const SmallWorld& world, Random& random) {
  return KindMaker(world, random).make();
}

}  // namespace parkwatch::simulation
