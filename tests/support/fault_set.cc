#include "tests/support/fault_set.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <vector>

#include "processors/hour.h"
#include "processors/quality.h"
#include "tests/simulation/random.h"
#include "tests/support/forger.h"

namespace parkwatch {

namespace {

using simulation::Random;
using std::chrono::hours;
using std::chrono::minutes;

constexpr int minutes_a_day = 1'440;
constexpr std::int64_t range_end = 19'900;  // hundredths; what is more would be out of range
constexpr const char* pollutant = "a21026";
constexpr const char* flow = "a00000";
constexpr const char* oxygen = "a19001";
const EventTime first_day(1'767'196'800'000);  // 2026-01-01T00:00 in China

enum class Sends : std::uint8_t { MinuteReports, Samples, HourReports };

/// A fault, or what looks like one, in [from, to): minutes since the first day.
struct Trouble {
  enum class Of : std::uint8_t { Stuck, Zero, Spike, Range, Gap, Clock, Stop, Peak, Outage };
  Of of = Of::Stop;
  std::int64_t from = 0, to = 0;
  std::int64_t size = 0;  // of a spike, a value out of range or a peak: thousandths of the level,
                          // or hundredths; of a clock: seconds
};

const char* name_of(Trouble::Of of) {
  switch (of) {
    case Trouble::Of::Stuck:
      return "stuck";
    case Trouble::Of::Zero:
      return "zero";
    case Trouble::Of::Spike:
      return "spike";
    case Trouble::Of::Range:
      return "range";
    case Trouble::Of::Gap:
      return "gap";
    case Trouble::Of::Clock:
      return "clock";
    case Trouble::Of::Stop:
    case Trouble::Of::Peak:
    case Trouble::Of::Outage:
      return "";
  }
  return "";
}

/// What one minute of an outlet is, in hundredths.
struct Instant {
  std::int64_t pollutant = 0, flow = 0, oxygen = 0;
};

/// One outlet's truth and what its logger makes of it.
class SimulatedOutlet {
 public:
  SimulatedOutlet(const FaultSetOptions& options, int number)
      : random_(options.seed * 1'000'003 + static_cast<std::uint64_t>(number)) {
    const int tenth = number % 10;
    sends_ = tenth < 6 ? Sends::MinuteReports : tenth < 8 ? Sends::Samples : Sends::HourReports;
    clean_stack_ = random_.one_in(10);
    level_ = clean_stack_ ? random_.between(30, 150) : random_.between(500, 9'000);
    for (int day = 0; day < options.days; ++day) plan_day(day, options.troubled_percent);
    forger_.emplace(options.seed * 2'000'003 + static_cast<std::uint64_t>(number), level_);
    forger_->plan(quiet_days(options.days), options.forged_percent);
  }

  Sends sends() const { return sends_; }
  std::int64_t limit_hundredths() const { return forger_->limit(); }

  /// Fills what the logger sent of the day into `store`, by hour of the data time.
  void send_day(int day, std::map<EventTime, DeviceHour>& store) {
    Instant sum;
    for (int i = 0; i < minutes_a_day; ++i) {
      const std::int64_t minute = std::int64_t{day} * minutes_a_day + i;
      const Instant now = measured(minute);
      if (sends_ == Sends::MinuteReports) put(store, Kind::Minute, minute, now);
      if (sends_ == Sends::Samples && i % 5 == 0) put(store, Kind::Realtime, minute, now);
      if (sends_ != Sends::HourReports) continue;
      if (i % 60 == 0) sum = {};
      sum = {sum.pollutant + now.pollutant, sum.flow + now.flow, sum.oxygen + now.oxygen};
      if (i % 60 != 59) continue;
      put(store, Kind::Hour, minute - 59, {sum.pollutant / 60, sum.flow / 60, sum.oxygen / 60});
    }
  }

  /// Whether the day has the fault: so much of it that the page promises a finding. Nothing where
  /// it has too little of it to say.
  std::optional<bool> faulty(const std::string& finding, int day) const {
    const std::int64_t begin = std::int64_t{day} * minutes_a_day, end = begin + minutes_a_day;
    const bool reports = sends_ == Sends::HourReports;
    std::optional<bool> result = false;
    if (finding.starts_with("forged")) return forged(finding, day);
    for (const Trouble& one : troubles_) {
      const std::int64_t inside = std::min(one.to, end) - std::max(one.from, begin);
      if (inside <= 0 || name_of(one.of) != finding) continue;
      std::int64_t needed = 1;
      if (finding == "stuck") needed = reports ? 8 * 60 : 5 * 60;
      if (finding == "zero") needed = 5 * 60;
      if (finding == "gap") needed = reports ? 2 * 60 : 60;
      if (finding == "clock") needed = 20 * 60;
      // An hour's mean hides what lasts minutes; at the meter's resolution readings may stand.
      const bool hidden = reports && (finding == "spike" || finding == "range");
      // Less than ten steps of the meter's resolution is no spike.
      const bool small =
          finding == "spike" && clean_stack_ && std::abs(one.size - 1'000) * level_ < 120 * 1'000;
      if (hidden || small || (finding == "stuck" && clean_stack_)) return std::nullopt;
      if (inside >= needed) return true;
      result = std::nullopt;
    }
    return result;
  }

 private:
  using Of = Trouble::Of;

  /// What is forged just under the limit is smooth, too; at the meter's resolution nothing shows.
  std::optional<bool> forged(const std::string& how, int day) const {
    const std::optional<Forger::Of> of = forger_->of_day(day);
    if (!of) return false;
    if (how == "forged pinned") return of == Forger::Of::Pinned;
    if (clean_stack_) return std::nullopt;
    if (how == "forged recurring") return of == Forger::Of::Recurring;
    if (of == Forger::Of::Pinned) return std::nullopt;
    return of == Forger::Of::Smooth;
  }

  /// Days on which no trouble goes on.
  std::vector<int> quiet_days(int days) const {
    std::vector<int> quiet;
    for (int day = 0; day < days; ++day) {
      const std::int64_t begin = std::int64_t{day} * minutes_a_day, end = begin + minutes_a_day;
      const bool troubled =
          std::any_of(troubles_.begin(), troubles_.end(),
                      [&](const Trouble& one) { return one.from < end && begin < one.to; });
      if (!troubled) quiet.push_back(day);
    }
    return quiet;
  }

  /// At most one trouble begins on a day, so that none hides another.
  void plan_day(int day, int percent) {
    const std::int64_t begin = std::int64_t{day} * minutes_a_day;
    if (!random_.chance(percent) || begin < busy_until_) return;
    const std::int64_t from = begin + random_.between(0, minutes_a_day - 1);
    const auto add = [&](Of of, std::int64_t start, std::int64_t length, std::int64_t size = 0) {
      troubles_.push_back({of, start, start + length, size});
      busy_until_ = start + length;
    };
    switch (random_.below(9)) {
      case 0:
        return add(Of::Stuck, from, random_.between(5 * 60, 40 * 60));
      case 1:
        return add(Of::Zero, from, random_.between(5 * 60, 30 * 60));
      case 2:
        return add(Of::Spike, from, sends_ == Sends::Samples ? 5 : random_.between(1, 4),
                   random_.pick<std::int64_t>({100, 300, 2'500, 4'000, 8'000}));
      case 3:
        return add(Of::Range, from, random_.between(5, 90),
                   random_.pick<std::int64_t>({-900, -2'500, 20'100, 65'535}));
      case 4:
        return add(Of::Gap, from, random_.between(60, 30 * 60));
      case 5:
        return add(Of::Clock, begin, random_.between(1, 3) * minutes_a_day,
                   random_.pick<std::int64_t>({-150, -270, 18 * 60, 55 * 60, 8 * 3'600}));
      case 6:
        return add(Of::Stop, from, random_.between(3 * 60, 40 * 60));
      case 7:
        return add(Of::Peak, from, random_.between(12, 45), random_.between(1'500, 4'000));
      default:
        return add(Of::Outage, from, random_.between(2 * 60, 30 * 60));
    }
  }

  const Trouble* at(std::int64_t minute) {
    while (next_ < troubles_.size() && troubles_[next_].to <= minute) ++next_;
    if (next_ == troubles_.size() || minute < troubles_[next_].from) return nullptr;
    return &troubles_[next_];
  }

  /// The level that the process and the meter's noise give.
  std::int64_t process(std::int64_t minute) {
    drift_ += random_.between(-level_ / 40 - 1, level_ / 40 + 1) - drift_ / 24;
    // A day's rhythm of a quarter, as a triangle.
    const std::int64_t of_day = minute % minutes_a_day;
    const std::int64_t rhythm = std::abs(of_day - minutes_a_day / 2) * level_ / (4 * 720);
    return std::max<std::int64_t>(level_ + rhythm + drift_, clean_stack_ ? 10 : 50);
  }

  Instant measured(std::int64_t minute) {
    Instant now{process(minute), 3'000 + random_.between(-90, 90), 900 + random_.between(-25, 25)};
    const Trouble* trouble = at(minute);
    if (trouble == nullptr) {
      now.pollutant = forger_->value(minute, now.pollutant);
      return rounded(now);
    }
    switch (trouble->of) {
      case Of::Stuck:
        if (minute == trouble->from || !standing_) standing_ = now.pollutant;
        now.pollutant = *standing_;
        if (minute + 1 == trouble->to) standing_.reset();
        break;
      case Of::Zero:
        now.pollutant = 0;
        break;
      case Of::Spike:
        now.pollutant = std::min(now.pollutant * trouble->size / 1'000, range_end);
        break;
      case Of::Range:
        now.pollutant = trouble->size;
        break;
      case Of::Stop:
        now = {0, 0, 2'090 + random_.between(-3, 3)};
        break;
      case Of::Peak: {
        const std::int64_t length = trouble->to - trouble->from;
        const std::int64_t edge = std::min(minute - trouble->from, trouble->to - 1 - minute);
        now.pollutant += now.pollutant * (trouble->size - 1'000) / 1'000 * 2 * edge / length;
        now.pollutant = std::min(now.pollutant, range_end);
        break;
      }
      case Of::Gap:
      case Of::Clock:
      case Of::Outage:
        break;
    }
    return rounded(now);
  }

  /// A clean stack's analyser shows tenths.
  Instant rounded(Instant now) const {
    if (clean_stack_) now.pollutant = now.pollutant / 10 * 10;
    return now;
  }

  void put(std::map<EventTime, DeviceHour>& store, Kind kind, std::int64_t minute,
           const Instant& now) {
    // Lost on the way; an hour report that is lost would be a gap.
    if (kind != Kind::Hour && random_.one_in(100)) return;
    const Trouble* trouble = at(minute);
    const bool gap = trouble != nullptr && trouble->of == Of::Gap;
    if (gap) return;
    const std::int64_t length = kind == Kind::Minute ? 1 : kind == Kind::Hour ? 60 : 0;
    const EventTime time = first_day + minutes(minute);
    std::int64_t received = (time + minutes(length)).milliseconds() + random_.between(500, 20'000);
    if (trouble != nullptr && trouble->of == Of::Outage) {
      received = (first_day + minutes(trouble->to)).milliseconds() + random_.between(500, 90'000);
    }
    if (trouble != nullptr && trouble->of == Of::Clock) received += trouble->size * 1'000;
    const std::pair<const char*, std::int64_t> values[] = {
        {pollutant, now.pollutant}, {flow, now.flow}, {oxygen, now.oxygen}};
    for (const auto& [factor, hundredths] : values) {
      KeptValue value;
      value.time = time;
      value.received = ReceivedTime(received);
      value.scheme = Scheme::Hj212v2017;
      const std::string attributes = (kind == Kind::Realtime ? "Flag=N,Rtd=" : "Avg=") +
                                     fixed_text(hundredths, 2) +
                                     (kind == Kind::Realtime ? "" : ",Flag=N");
      value.attributes = attributes;
      bool changed = false;
      store[floor_to(time, hours(1))].offer(factor, kind, value, changed);
    }
  }

  Random random_;
  Sends sends_ = Sends::MinuteReports;
  bool clean_stack_ = false;
  std::int64_t level_ = 0, drift_ = 0;
  std::vector<Trouble> troubles_;
  std::int64_t busy_until_ = 0;
  std::size_t next_ = 0;
  std::optional<std::int64_t> standing_;
  std::optional<Forger> forger_;
};

Registry registry_of(const FaultSetOptions& options) {
  Registry registry;
  Park park;
  park.id = "park";
  registry.parks.push_back(park);
  Enterprise enterprise;
  enterprise.id = "enterprise";
  enterprise.park = park.id;
  registry.enterprises.push_back(enterprise);
  for (int i = 0; i < options.outlets; ++i) {
    RegisteredOutlet outlet;
    outlet.id = "outlet" + std::to_string(i);
    outlet.enterprise = enterprise.id;
    registry.outlets.push_back(outlet);
    RegisteredDevice device;
    device.mn = "D" + std::to_string(i);
    device.outlet = outlet.id;
    const SimulatedOutlet simulated(options, i);
    device.report_interval_s = simulated.sends() == Sends::Samples ? 300 : 60;
    Permit permit;
    permit.id = outlet.id;
    permit.outlet = outlet.id;
    permit.factor = pollutant;
    permit.limit = Decimal::quotient(simulated.limit_hundredths() * Decimal::one, 100);
    registry.permits.push_back(permit);
    registry.devices.push_back(device);
    for (const char* code : {pollutant, flow, oxygen}) {
      OutletFactor factor;
      factor.outlet = outlet.id;
      factor.factor = code;
      if (std::string(code) == pollutant) {
        factor.range_min = Decimal::whole(-5);
        factor.range_max = Decimal::whole(200);
      }
      registry.factors.push_back(factor);
    }
  }
  return registry;
}

const std::map<std::string, std::set<std::string>>& findings_by_fault() {
  static const std::map<std::string, std::set<std::string>> all = {
      {"stuck", {"stuck"}},
      {"zero", {"zero"}},
      {"spike", {"spike"}},
      {"gap", {"gap"}},
      {"clock", {"clock"}},
      {"range", {"below_range", "over_range"}},
      {"forged smooth", {"suspect_smooth"}},
      {"forged recurring", {"suspect_recurring"}},
      {"forged pinned", {"suspect_pinned"}}};
  return all;
}

std::set<std::string> found_on(const Plan& plan, const OutletPlan& outlet, EventTime day,
                               const DeviceHours& lookup) {
  const Zone zone;
  const EventTime end = zone.day_end(day);
  std::vector<Finding> findings;
  std::vector<HourWindows> windows;
  for (EventTime hour = day; hour < end; hour = hour + hours(1)) {
    OutletWindows calculated = HourCalculator(plan, lookup).calculate(outlet, hour, zone);
    findings.insert(findings.end(), calculated.findings.begin(), calculated.findings.end());
    HourWindows& by_factor = windows.emplace_back();
    for (Window& window : calculated.windows) {
      by_factor.emplace(window.factor, std::move(window));
    }
  }
  const OutletWindows calculated =
      calculate_day(plan, outlet, day, end, windows, {pollutant, flow, oxygen}, lookup);
  findings.insert(findings.end(), calculated.findings.begin(), calculated.findings.end());
  std::set<std::string> found;
  for (const Finding& finding : findings) {
    if (finding.factor == pollutant) found.insert(finding.finding);
  }
  return found;
}

}  // namespace

std::map<std::string, FaultScore> run_fault_set(const FaultSetOptions& options,
                                                const Rules& rules) {
  const Plan plan(registry_of(options), rules, {{"Asia/Shanghai", Zone()}}, "");
  std::map<std::string, FaultScore> scores;
  for (int i = 0; i < options.outlets; ++i) {
    SimulatedOutlet simulated(options, i);
    const OutletPlan& outlet = *plan.outlet("outlet" + std::to_string(i));
    std::map<EventTime, DeviceHour> store;
    const DeviceHours lookup = [&](std::string_view, EventTime hour) {
      const auto at = store.find(hour);
      return at == store.end() ? nullptr : &at->second;
    };
    for (int day = 0; day < options.days; ++day) {
      const EventTime start = first_day + hours(24 * day);
      store.erase(store.begin(), store.lower_bound(start - hours(1)));
      simulated.send_day(day, store);
      const std::set<std::string> found = found_on(plan, outlet, start, lookup);
      for (const auto& [fault, names] : findings_by_fault()) {
        const std::optional<bool> faulty = simulated.faulty(fault, day);
        if (!faulty) continue;
        const bool flagged = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
          return found.contains(name);
        });
        FaultScore& score = scores[fault];
        ++(*faulty ? score.faulty : score.clean);
        if (flagged) ++(*faulty ? score.found : score.flagged);
      }
    }
  }
  return scores;
}

}  // namespace parkwatch
