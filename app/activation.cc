#include "app/activation.h"

#include <algorithm>
#include <optional>

#include "app/rows.h"

namespace parkwatch {

namespace {

SetFiles stored_files(Store& store, const std::string& hash) {
  std::optional<SetFiles> files;
  const Key key[] = {{hash}};
  store.read(TableId::RegistrySet, key,
             [&](const Row& row) { files = unpack_set(text_of(row[1])); });
  if (!files) throw StoreRefused("the store has no registry and rule set " + hash);
  return *std::move(files);
}

/// The first hour that any device of the park has kept values of.
std::optional<std::int64_t> first_kept_hour(Store& store, const Plan& plan,
                                            const std::string& park) {
  std::optional<std::int64_t> first;
  for (const OutletPlan* outlet : plan.outlets_of(park)) {
    for (const Device& device : outlet->devices) {
      store.scan(TableId::DeviceHour, {device.mn}, {device.mn + '\0'}, 1, [&](const Row& row) {
        const std::int64_t hour = number_of(row[1]);
        first = first ? std::min(*first, hour) : hour;
      });
    }
  }
  return first;
}

/// What of a set differs from the former one: the registry, only the rules, or only how the program
/// computes.
std::string cause_of_change(Store& store, const std::string& former, const SetFiles& files) {
  const SetFiles before = stored_files(store, former);
  if (before.registry.texts != files.registry.texts) return "registry";
  return before.rules.texts != files.rules.texts ? "rule" : "release";
}

}  // namespace

std::shared_ptr<const Plan> make_plan(const ActiveSet& set) {
  return std::make_shared<const Plan>(set.registry, set.rules, set.zones, set.hash);
}

ActiveSet stored_set(Store& store, const std::string& hash) {
  LoadedSet loaded = parse_set(stored_files(store, hash));
  if (loaded.set.hash != hash) {
    throw StoreRefused("this release computes other results than the one that activated set " +
                       hash + ": activate the registry and rules anew");
  }
  return std::move(loaded.set);
}

std::size_t activate(Store& store, const SetFiles& files, const Plan& plan, std::int64_t now_ms) {
  const std::string former = store.active_set();
  if (former == plan.hash()) return 0;
  Commit commit;
  commit.active_set = former;
  commit.changes.push_back({TableId::RegistrySet, {plan.hash(), pack_set(files), now_ms}, false});
  commit.changes.push_back({TableId::ActiveSet, {std::string("active"), plan.hash()}, false});
  std::size_t listed = 0;
  const std::string cause = former.empty() ? std::string() : cause_of_change(store, former, files);
  if (!former.empty()) {
    for (const std::string& park : plan.parks()) {
      const std::optional<std::int64_t> from = first_kept_hour(store, plan, park);
      std::optional<std::int64_t> time;
      const Key key[] = {{park}};
      store.read(TableId::Park, key, [&](const Row& row) { time = number_of(row[1]); });
      if (!from || !time) continue;
      const std::int64_t to = *time + std::chrono::milliseconds(std::chrono::hours(1)).count();
      commit.changes.push_back({TableId::Rejudge, {park, *from, to, *from, cause}, false});
      ++listed;
    }
  }
  store.commit(commit);
  return listed;
}

void require_set(Store& store, const SetFiles& files, const Plan& plan, std::int64_t now_ms) {
  const std::string active = store.active_set();
  if (active.empty()) {
    activate(store, files, plan, now_ms);
  } else if (active != plan.hash()) {
    throw StoreRefused("the store was made with registry and rules " + active.substr(0, 12) +
                       ", the folders hold " + plan.hash().substr(0, 12) +
                       ": activate them first (SIGHUP to a running program), or use a new store");
  }
}

}  // namespace parkwatch
