#include "app/activation.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

#include "app/rows.h"

namespace parkwatch {

namespace {

/// The hours of which a device has kept values: from the first to the end of the last.
std::optional<Validity> kept_period(Store& store, const std::string& mn) {
  const auto first_from = [&](std::int64_t from) {
    std::optional<std::int64_t> hour;
    store.scan(TableId::DeviceHour, {mn, from}, {mn + '\0'}, 1,
               [&](const Row& row) { hour = number_of(row[1]); });
    return hour;
  };
  const std::optional<std::int64_t> first = first_from(std::numeric_limits<std::int64_t>::min());
  if (!first) return std::nullopt;
  // The last one by halving, since rows are read in ascending order only.
  constexpr std::int64_t hour = 3'600'000;
  std::int64_t last = *first;
  for (std::int64_t step = hour << 22; step >= hour; step /= 2) {
    for (std::optional<std::int64_t> found; (found = first_from(last + step));) last = *found;
  }
  return Validity{EventTime(*first), EventTime(last + hour)};
}

/// Of what a park can have rows: from its devices' first kept values to its time or the last ones.
std::optional<Validity> park_period(Store& store, const std::string& park,
                                    const std::set<std::string>& devices) {
  std::optional<Validity> period;
  for (const std::string& mn : devices) {
    const std::optional<Validity> kept = kept_period(store, mn);
    if (!kept) continue;
    if (!period) period = *kept;
    period->from = std::min(period->from, kept->from);
    period->to = std::max(period->to, kept->to);
  }
  const Key key[] = {{park}};
  store.read(TableId::Park, key, [&](const Row& row) {
    const std::optional<EventTime> time = park_time_of(row);
    if (period && time) period->to = std::max(period->to, *time + std::chrono::hours(1));
  });
  return period;
}

void add_devices(std::set<std::string>& devices, const Plan& plan, const std::string& park) {
  for (const OutletPlan* outlet : plan.outlets_of(park)) {
    for (const Device& device : outlet->devices) devices.insert(device.mn);
  }
}

/// Periods cut to what there is to judge; parks that the plan does not know are left out.
ParkPeriods clipped(Store& store, const ParkPeriods& periods, const Plan* before,
                    const Plan& after) {
  ParkPeriods result;
  for (const auto& [park, changed] : periods) {
    if (!std::binary_search(after.parks().begin(), after.parks().end(), park)) continue;
    std::set<std::string> devices;
    if (before != nullptr) add_devices(devices, *before, park);
    add_devices(devices, after, park);
    const std::optional<Validity> whole = park_period(store, park, devices);
    if (!whole) continue;
    for (const Validity& period : changed) {
      const Validity cut{std::max(period.from, whole->from), std::min(period.to, whole->to)};
      if (cut.from < cut.to) result[park].push_back(cut);
    }
  }
  return result;
}

/// Projects are judged at the park's time alone, so its present hour stands for all of them.
void add_projects(Store& store, ParkPeriods& periods, const Plan* before, const Plan& after) {
  for (const std::string& park : after.parks()) {
    const std::string facts = after.lifecycle().facts_of(park);
    const bool same = before != nullptr && before->lifecycle().facts_of(park) == facts &&
                      (facts.empty() || before->zone_of_park(park) == after.zone_of_park(park));
    if (same || periods.contains(park)) continue;
    const Key key[] = {{park}};
    store.read(TableId::Park, key, [&](const Row& row) {
      const std::optional<EventTime> time = park_time_of(row);
      if (!time) return;
      const EventTime hour = floor_to(*time, std::chrono::hours(1));
      periods[park].push_back({hour, hour + std::chrono::hours(1)});
    });
  }
}

ParkPeriods every_park(const Plan& plan, const Validity& period) {
  ParkPeriods periods;
  for (const std::string& park : plan.parks()) periods[park] = {period};
  return periods;
}

}  // namespace

SetFiles stored_files(Store& store, const std::string& hash) {
  std::optional<SetFiles> files;
  const Key key[] = {{hash}};
  store.read(TableId::RegistrySet, key,
             [&](const Row& row) { files = unpack_set(text_of(row[1])); });
  if (!files) throw StoreRefused("the store has no registry and rule set " + hash);
  return *std::move(files);
}

std::shared_ptr<const Plan> make_plan(const ActiveSet& set) {
  return std::make_shared<const Plan>(set.registry, set.rules, set.zones, set.hash);
}

ActiveSet stored_set(Store& store, const std::string& hash) {
  LoadedSet loaded = parse_set(stored_files(store, hash), hash);
  if (loaded.set.hash != hash) {
    throw StoreRefused("this release computes other results than the one that activated set " +
                       hash + ": activate the registry and rules anew with `parkwatch rejudge`");
  }
  return std::move(loaded.set);
}

SetChange change_to(Store& store, const SetFiles& files, const Plan& plan) {
  SetChange change;
  change.former = store.active_set();
  if (change.former.empty() || change.former == plan.hash()) return change;
  const SetFiles before = stored_files(store, change.former);
  if (set_hash(before) != change.former) {
    // Another release made it, so what it computed can not be told from its files.
    change.cause = "release";
    change.periods = clipped(store, every_park(plan, {}), nullptr, plan);
    add_projects(store, change.periods, nullptr, plan);
    return change;
  }
  change.cause = before.registry.texts != files.registry.texts ? "registry" : "rule";
  const std::shared_ptr<const Plan> former = make_plan(parse_set(before).set);
  change.periods = clipped(store, compare_plans(*former, plan), former.get(), plan);
  add_projects(store, change.periods, former.get(), plan);
  return change;
}

SetChange everything_between(Store& store, const Plan& plan, EventTime from, EventTime to) {
  return {plan.hash(), "release", clipped(store, every_park(plan, {from, to}), nullptr, plan)};
}

void activate(Store& store, const SetFiles& files, const Plan& plan, const SetChange& change,
              std::int64_t now_ms) {
  Commit commit;
  commit.active_set = change.former;
  if (change.former != plan.hash()) {
    commit.changes.push_back({TableId::RegistrySet, {plan.hash(), pack_set(files), now_ms}, false});
    commit.changes.push_back({TableId::ActiveSet, {std::string("active"), plan.hash()}, false});
  }
  for (const auto& [park, periods] : change.periods) {
    for (const Validity& period : periods) {
      commit.changes.push_back(
          {TableId::Rejudge,
           {park, cell(period.from), cell(period.to), cell(period.from), change.cause},
           false});
    }
  }
  store.commit(commit);
}

std::size_t activate(Store& store, const SetFiles& files, const Plan& plan, std::int64_t now_ms) {
  const SetChange change = change_to(store, files, plan);
  if (change.former == plan.hash()) return 0;
  activate(store, files, plan, change, now_ms);
  return change.periods.size();
}

void require_set(Store& store, const SetFiles& files, const Plan& plan, std::int64_t now_ms) {
  const std::string active = store.active_set();
  if (active.empty()) {
    activate(store, files, plan, now_ms);
  } else if (active != plan.hash()) {
    throw StoreRefused(
        "the store was made with registry and rules " + active.substr(0, 12) +
        ", the folders hold " + plan.hash().substr(0, 12) +
        ": activate them first (`parkwatch rejudge`, or SIGHUP to a running program), or "
        "use a new store");
  }
}

}  // namespace parkwatch
