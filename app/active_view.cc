#include "app/active_view.h"

#include "app/activation.h"

namespace parkwatch {

void ActiveView::replace(ActiveSet set) {
  View made;
  made.set = std::make_shared<const ActiveSet>(std::move(set));
  made.plan = make_plan(*made.set);
  made.registry =
      std::make_shared<const RegistryView>(made.set->registry, made.set->rules, made.set->zones);
  const std::scoped_lock lock(mutex_);
  view_ = std::move(made);
}

ActiveView::View ActiveView::get() const {
  const std::scoped_lock lock(mutex_);
  return view_;
}

}  // namespace parkwatch
