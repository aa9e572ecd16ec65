#include "app/demo_project.h"

#include <fmt/format.h>

#include <chrono>
#include <stdexcept>
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

void send_demo_project(Producer& producer, const std::string& topic, EventTime begin) {
  const HeaderView json[] = {{"content-type", "application/json"}};
  for (const DemoAct& act : acts) {
    if (producer.produce(topic, park, json, milestone(act, begin), {}) != Produced::Queued) {
      throw std::runtime_error("the embedded broker takes no milestones");
    }
  }
  if (!producer.flush(std::chrono::seconds(10))) {
    throw std::runtime_error("the embedded broker does not acknowledge milestones");
  }
}

}  // namespace parkwatch
