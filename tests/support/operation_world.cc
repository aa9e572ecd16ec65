#include "tests/support/operation_world.h"

#include <algorithm>
#include <sstream>

#include "model/check.h"
#include "tests/support/world.h"

namespace parkwatch {

namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t day_ms = 1440 * minute_ms;

std::int64_t minute_of(const std::string& clock) {
  check(clock.size() == 5 && clock[2] == ':');
  return std::stoll(clock.substr(0, 2)) * 60 + std::stoll(clock.substr(3));
}

struct Sent {
  std::int64_t received;
  std::string text;
};

Sent document(const std::string& name, const std::string& value, std::int64_t time, bool later) {
  static const std::map<std::string, std::pair<std::string, std::string>> names = {
      {"line", {"LINE1", "p"}},     {"fan", {"FAN1", "p"}},        {"spare", {"FAN2", "p"}},
      {"amp", {"FAN1", "i"}},       {"damper", {"FAN1", "d"}},     {"so2", {"AIR1", "a21026"}},
      {"flow", {"AIR1", "a00000"}}, {"oxygen", {"AIR1", "a19001"}}};
  const std::int64_t received = later           ? at(operation_day) + 3 * day_ms
                                : name == "run" ? time + day_ms + 5 * minute_ms
                                                : time + minute_ms;
  const auto head = [&](const std::string& mn, const std::string& kind) {
    return R"({"type":"activity","mn":")" + mn + R"(","kind":")" + kind + R"(","time":")" +
           utc_text(time) + R"(","received":")" + utc_text(received) + R"(",)";
  };
  if (name == "state" || name == "run") {
    const std::string member = name == "run" ? "run_hours" : "state";
    return {received, head("AIR1", name == "run" ? "day" : "status") + R"("facilities":{"SB1":{")" +
                          member + "\":" + value + "}}}"};
  }
  const auto known = names.find(name);
  const std::size_t slash = name.find('/');
  check(known != names.end() || slash != std::string::npos);
  const std::size_t hash = std::min(name.find('#'), name.size());
  const auto [mn, factor] =
      known != names.end()
          ? known->second
          : std::pair(name.substr(0, slash), name.substr(slash + 1, hash - slash - 1));
  const std::string member = hash < name.size() ? name.substr(hash + 1) : "value";
  return {received, head(mn, "minute") + R"("factors":{")" + factor + "\":{\"" + member +
                        "\":" + value + "}}}"};
}

}  // namespace

std::map<std::string, std::string> operation_registry(
    const std::map<std::string, std::string>& files) {
  std::map<std::string, std::string> registry = {
      {"lines.csv", "id,enterprise,code,name\nl1,e1,MF0001,Line\n"},
      {"facilities.csv",
       "id,enterprise,code,name,outlet,hj212_code\nf1,e1,TA001,Scrubber,air1,SB1\n"},
      {"meters.csv",
       "mn,factor,signal,of,unit,rated,idle\n"
       "LINE1,p,power,line,l1,100,\nFAN1,p,power,facility,f1,10,\n"},
      {"treatments.csv", "line,facility\nl1,f1\n"},
  };
  for (const auto& [name, text] : files) registry[name] = text;
  return registry;
}

std::vector<std::string> operation_log(const std::string& text, bool later) {
  std::vector<Sent> sent;
  std::istringstream pieces(text);
  for (std::string piece; std::getline(pieces, piece, ';');) {
    std::istringstream words(piece);
    std::string when, what;
    if (!(words >> when >> what)) continue;
    const std::size_t dash = when.find('-');
    const std::int64_t from = minute_of(when.substr(0, dash));
    const std::int64_t to = dash == std::string::npos ? from + 1 : minute_of(when.substr(dash + 1));
    const std::size_t equals = what.find('=');
    const std::size_t wave = what.find('~');
    const std::string first = what.substr(equals + 1, wave - equals - 1);
    for (std::int64_t i = from; i < to; ++i) {
      const bool second = wave != std::string::npos && (i - from) % 2 == 1;
      sent.push_back(document(what.substr(0, equals), second ? what.substr(wave + 1) : first,
                              at(operation_day) + i * minute_ms, later));
    }
  }
  std::stable_sort(sent.begin(), sent.end(),
                   [](const Sent& a, const Sent& b) { return a.received < b.received; });
  std::vector<std::string> documents;
  for (Sent& one : sent) documents.push_back(std::move(one.text));
  return documents;
}

}  // namespace parkwatch
