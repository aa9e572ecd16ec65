#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "app/active_set.h"
#include "processors/plan.h"
#include "processors/plan_difference.h"
#include "storage/store.h"

namespace parkwatch {

/// The set resolved for look-ups. Throws std::invalid_argument for a set that does not fit
/// together.
std::shared_ptr<const Plan> make_plan(const ActiveSet& set);

/// The set that is stored under a hash. Throws StoreRefused when there is none or it no longer
/// parses.
ActiveSet stored_set(Store& store, const std::string& hash);

/// The files of the set that is stored under a hash. Throws StoreRefused when there is none.
SetFiles stored_files(Store& store, const std::string& hash);

/// What a set changes in a store that was made under another one.
struct SetChange {
  std::string former;   // hash of the active set; empty in a new store
  std::string cause;    // registry, rule or release: what of it differs
  ParkPeriods periods;  // to be re-judged, within what the park's devices have kept values of
};

/// Compares a set with the store's active one. Nothing is written.
SetChange change_to(Store& store, const SetFiles& files, const Plan& plan);

/// Makes a set the active one in one transaction that also lists what is to be re-judged.
/// The first set of an empty store has nothing to re-judge. Throws SetMoved when another set became
/// active since `change` was computed.
void activate(Store& store, const SetFiles& files, const Plan& plan, const SetChange& change,
              std::int64_t now_ms);

/// Both of the above. Returns the number of parks listed. Activating the active set does nothing.
std::size_t activate(Store& store, const SetFiles& files, const Plan& plan, std::int64_t now_ms);

/// What [from, to) holds of the active set's parks, as `change_to` clips it: to judge all of it
/// once more.
SetChange everything_between(Store& store, const Plan& plan, EventTime from, EventTime to);

/// For commands that open a store with a registry at hand: the first set of an empty store is
/// activated, the active one goes on; another one throws StoreRefused with advice.
void require_set(Store& store, const SetFiles& files, const Plan& plan, std::int64_t now_ms);

}  // namespace parkwatch
