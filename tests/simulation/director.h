#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "storage/store.h"
#include "tests/simulation/group.h"
#include "tests/simulation/schedule.h"
#include "tests/simulation/stage.h"

namespace parkwatch::simulation {

/// The running worker's process dies here. Not an exception of the product: nothing catches it.
struct ProcessDied {
  bool same_again = false;  // it comes back as the same member
};

/// Makes a schedule's events happen at the store operations of the workers.
class Director {
 public:
  Director(const Schedule& schedule, Stage& stage, Group& group, std::function<void()> activate)
      : schedule_(schedule), stage_(stage), group_(group), activate_(std::move(activate)) {}

  /// Around each store operation of the running worker. Throw ProcessDied, StoreUnavailable.
  void before(bool commit);
  void after(bool commit);
  /// Every event has happened.
  bool done() const { return next_ == schedule_.events.size(); }
  std::int64_t operations() const { return operations_; }

 private:
  /// What waits for a commit of one worker.
  struct Armed {
    bool die_before = false, die_after = false;
    bool zombie = false;
    int rest = 0;
  };
  void happen(const Event& event);

  const Schedule& schedule_;
  Stage& stage_;
  Group& group_;
  std::function<void()> activate_;
  std::int64_t operations_ = 0;
  std::size_t next_ = 0;
  std::map<int, Armed> armed_;        // by worker
  std::map<int, Event::What> after_;  // what follows the operation in hand, by worker
};

/// A store whose every operation passes the director.
class SimulatedStore final : public Store {
 public:
  SimulatedStore(Store& store, Director& director) : store_(store), director_(director) {}

  Checkpoint claim(const PartitionId& partition) override;
  void read(TableId table, std::span<const Key> prefixes, const RowSink& sink) override;
  void scan(TableId table, const Key& low, const Key& high, std::size_t limit,
            const RowSink& sink) override;
  void commit(const Commit& commit) override;
  std::string active_set() override;

 private:
  Store& store_;
  Director& director_;
};

}  // namespace parkwatch::simulation
