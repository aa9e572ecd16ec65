#include "app/demo_project.h"

#include <fmt/format.h>

#include <chrono>
#include <string_view>

namespace parkwatch {

namespace {

using std::chrono::hours;

constexpr std::string_view park = "lyg-harbour";
constexpr std::string_view project = "lyg-refinery-2026";
constexpr hours day(24);

struct DemoAct {
  std::string_view name;
  std::chrono::milliseconds after_begin;
};

constexpr DemoAct acts[] = {
    {"eia_approval", -400 * day},        {"design_chapter", -390 * day},
    {"investment_estimate", -390 * day}, {"construction_start", -380 * day},
    {"completion", -100 * day},          {"completion_disclosed", -99 * day},
    {"acceptance_report", -2 * day},     {"first_production", hours(20)},
};

std::string milestone(const DemoAct& act, EventTime begin) {
  return fmt::format(
      R"({{"type":"milestone","source":"demo","id":"{}","park":"{}","project":"{}","act":"{}",)"
      R"("time":"{}","received":"{}"}})",
      act.name, park, project, act.name, utc_text(begin + act.after_begin), utc_text(begin));
}

}  // namespace

void send_demo_project(DemoRecords& records, EventTime begin) {
  for (const DemoAct& act : acts) records.send(park, milestone(act, begin));
}

}  // namespace parkwatch
