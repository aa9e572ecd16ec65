#include "app/active_view.h"

#include <utility>

#include "app/activation.h"
#include "app/memory.h"

namespace parkwatch {

namespace {

/// What is asked of the registry itself later; the rest, which may be large, stands in the plan.
Registry devices_with_keys(const Registry& registry) {
  Registry kept;
  for (const RegisteredDevice& device : registry.devices) {
    if (!device.sm4_key.empty()) kept.devices.push_back(device);
  }
  return kept;
}

}  // namespace

void ActiveView::replace(ActiveSet set) {
  View made;
  made.plan = make_plan(set);
  made.registry = std::make_shared<const RegistryView>(set.registry, set.rules, set.zones);
  set.registry = devices_with_keys(set.registry);
  made.set = std::make_shared<const ActiveSet>(std::move(set));
  {
    const std::scoped_lock lock(mutex_);
    std::swap(view_, made);
  }
  made = {};
  return_freed_memory();  // reading a set takes several times what is kept of it
}

ActiveView::View ActiveView::get() const {
  const std::scoped_lock lock(mutex_);
  return view_;
}

}  // namespace parkwatch
