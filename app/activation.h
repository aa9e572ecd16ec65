#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "app/active_set.h"
#include "processors/plan.h"
#include "storage/store.h"

namespace parkwatch {

/// The set resolved for look-ups. Throws std::invalid_argument for a set that does not fit
/// together.
std::shared_ptr<const Plan> make_plan(const ActiveSet& set);

/// The set that is stored under a hash. Throws StoreRefused when there is none or it no longer
/// parses.
ActiveSet stored_set(Store& store, const std::string& hash);

/// Makes a set the active one in one transaction and lists what is to be re-judged: every park from
/// its devices' first kept hour to its time. The first set of an empty store has nothing to
/// re-judge. Returns the number of parks listed. Activating the active set does nothing.
std::size_t activate(Store& store, const SetFiles& files, const Plan& plan, std::int64_t now_ms);

/// For commands that open a store with a registry at hand: the first set of an empty store is
/// activated, the active one goes on; another one throws StoreRefused with advice.
void require_set(Store& store, const SetFiles& files, const Plan& plan, std::int64_t now_ms);

}  // namespace parkwatch
