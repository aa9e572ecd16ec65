#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "app/active_set.h"
#include "processors/plan.h"
#include "web/registry_view.h"

namespace parkwatch {

/// What the threads of a program look up in the active set; replaced as a whole when another set
/// becomes active. Threads: any.
class ActiveView {
 public:
  struct View {
    std::shared_ptr<const ActiveSet> set;  // its registry: only devices that encrypt
    std::shared_ptr<const Plan> plan;
    std::shared_ptr<const RegistryView> registry;
  };

  void replace(ActiveSet set);
  View get() const;

 private:
  mutable std::mutex mutex_;
  View view_;
};

}  // namespace parkwatch
