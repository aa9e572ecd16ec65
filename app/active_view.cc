#include "app/active_view.h"

#include "app/activation.h"

namespace parkwatch {

namespace {

/// What is asked of the registry itself later; the rest, which may be large, stands in the plan.
Registry devices_with_keys(const Registry& registry) {
  Registry kept;
  for (const Device& device : registry.devices) {
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
  const std::scoped_lock lock(mutex_);
  view_ = std::move(made);
}

ActiveView::View ActiveView::get() const {
  const std::scoped_lock lock(mutex_);
  return view_;
}

}  // namespace parkwatch
