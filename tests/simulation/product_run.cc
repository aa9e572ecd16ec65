#include <algorithm>
#include <memory>
#include <stop_token>

#include "app/activation.h"
#include "app/active_set.h"
#include "app/decoder_options.h"
#include "app/log.h"
#include "app/worker.h"
#include "storage/export.h"
#include "storage/memory_store.h"
#include "tests/simulation/director.h"
#include "tests/simulation/simulated_source.h"
#include "tests/simulation/trial.h"

namespace parkwatch::simulation {

namespace {

/// A registry and rule set as the product reads it from its files.
struct ProductSet {
  SetFiles files;
  std::shared_ptr<const Plan> plan;
  Decoder::Options decoder;
};

ProductSet product_set(const Sheets& registry, const Sheets& rules) {
  ProductSet set;
  set.files.registry.folder = "registry";
  set.files.rules.folder = "rules";
  for (const auto& [name, rows] : registry) {
    set.files.registry.texts[name + ".csv"] = oracle::write_csv(rows);
  }
  for (const auto& [name, rows] : rules) {
    set.files.rules.texts[name + ".csv"] = oracle::write_csv(rows);
  }
  const LoadedSet loaded = parse_set(set.files);
  for (const Fault& fault : loaded.faults) {
    if (fault.severity == Severity::Fault) throw std::runtime_error(fault.text());
  }
  set.plan = make_plan(loaded.set);
  set.decoder = decoder_options(loaded.set, "", false);
  return set;
}

Metrics& metrics() {
  static thread_local std::unique_ptr<Metrics> all;
  if (all == nullptr) all = std::make_unique<Metrics>();
  return *all;
}

/// The workers of one trial over one store.
class Workers {
 public:
  explicit Workers(const Trial& trial)
      : trial_(trial),
        metrics_(metrics()),
        store_(trial.schedule.sqlite ? open_store("sqlite::memory:")
                                     : std::make_unique<MemoryStore>()),
        group_(trial.log.records, trial.log.partitions, trial.schedule.workers,
               trial.schedule.cuts),
        director_(trial.schedule, stage_, group_, [this] { activate_corrected(); }),
        stops_(static_cast<std::size_t>(trial.schedule.workers)) {
    set_log_level("off");
    add_set(product_set(trial.world.registry, trial.world.rules));
    activate(*store_, sets_.begin()->second.files, *sets_.begin()->second.plan, 0);
    if (trial.corrected) {
      const ProductSet corrected = product_set(*trial.corrected, trial.world.rules);
      corrected_ = corrected.plan->hash();
      add_set(corrected);
    }
  }

  Outcome run() {
    stage_.run(trial_.schedule.workers, [this](int worker) { live(worker); });
    Outcome outcome;
    outcome.failure = failure_;
    outcome.operations = director_.operations();
    if (!failure_.empty()) return outcome;
    for (const Table& table : tables()) {
      // Minutes of operation are state that results are made from.
      if (!table.compared && table.id != TableId::Operation) continue;
      std::string& text = outcome.tables[std::string(table.name)];
      export_table(*store_, table, {}, [&](std::string_view part) { text += part; });
    }
    std::string& counters = outcome.tables["counter"];
    store_->scan(TableId::Counter, {}, {}, 0, [&](const Row& row) {
      counters += std::to_string(std::get<std::int64_t>(row[1])) + "," +
                  std::get<std::string>(row[2]) + "," +
                  std::to_string(std::get<std::int64_t>(row[3])) + "\n";
    });
    return outcome;
  }

 private:
  static constexpr int idle_most = 5'000;  // polls in a row that bring nothing to anybody

  void add_set(const ProductSet& set) { sets_[set.plan->hash()] = set; }

  void activate_corrected() {
    if (corrected_.empty()) return;
    const ProductSet& set = sets_.at(corrected_);
    activate(*store_, set.files, *set.plan, 0);
  }

  bool all_done() {
    if (!director_.done()) return false;
    bool done = true;
    for (const TableId owed : {TableId::Dirty, TableId::Rejudge}) {
      store_->scan(owed, {}, {}, 1, [&](const Row& first) {
        done = false;
        if (first != owed_) idle_polls_ = 0;  // work goes on between batches
        owed_ = first;
      });
    }
    std::map<std::int64_t, std::int64_t> next;
    const Key input[] = {{std::string(input_topic)}};
    store_->read(TableId::Progress, input, [&](const Row& row) {
      next[std::get<std::int64_t>(row[1])] = std::get<std::int64_t>(row[2]);
    });
    for (int i = 0; i < group_.partitions(); ++i) {
      const auto size = static_cast<std::int64_t>(group_.log(i).size());
      done = done && (size == 0 || next[i] == size);
    }
    return done;
  }

  void stop_all(const std::string& failure) {
    if (failure_.empty()) failure_ = failure;
    for (std::stop_source& stop : stops_) stop.request_stop();
  }

  /// A poll has brought nothing: the log is at its end, or somebody else has to go on.
  void idle() {
    if (all_done()) return stop_all("");
    if (++idle_polls_ > idle_most) return stop_all("the workers are stuck");
    stage_.hand_over();
  }

  /// One worker's process, again and again until all is consumed.
  void live(int worker) {
    const std::stop_token stop = stops_[static_cast<std::size_t>(worker)].get_token();
    while (!stop.stop_requested()) {
      try {
        work(worker, stop);
      } catch (const ProcessDied& died) {
        group_.died(worker, died.same_again);
        stage_.hand_over();
      } catch (const StoreUnavailable&) {
        group_.died(worker, true);  // the program begins its worker anew
        stage_.hand_over();
      } catch (const std::exception& fault) {
        stop_all(std::string("a worker ended: ") + fault.what());
      }
    }
  }

  void work(int worker, const std::stop_token& stop) {
    SimulatedStore store(*store_, director_);
    SimulatedSource source(group_, worker, [this] { idle(); });
    WorkerHooks hooks;
    hooks.plan = [this](const std::string& hash) { return sets_.at(hash).plan; };
    hooks.decoder_options = [this](const Plan& plan) { return sets_.at(plan.hash()).decoder; };
    hooks.clock = [] { return std::int64_t{0}; };
    hooks.ready = [](const std::string&) {};
    hooks.committed = [this](const Commit&, const Counters&) { idle_polls_ = 0; };
    Worker::Options options;
    options.topic = input_topic;
    options.poll_timeout = std::chrono::milliseconds(0);
    options.retry_first = std::chrono::milliseconds(0);
    options.batch_records_max = trial_.schedule.batch_max;
    options.marks_max = trial_.schedule.marks_max;
    options.clusters = !trial_.schedule.clusters_apart || worker + 1 == trial_.schedule.workers;
    Worker(source, store, nullptr, metrics_, hooks, options).run(stop);
  }

  const Trial& trial_;
  Metrics& metrics_;
  std::unique_ptr<Store> store_;
  std::map<std::string, ProductSet> sets_;  // by hash
  std::string corrected_;
  Stage stage_;
  Group group_;
  Director director_;
  std::vector<std::stop_source> stops_;
  std::string failure_;
  int idle_polls_ = 0;
  Row owed_;  // seen last of what is worked off between batches
};

}  // namespace

Outcome run_product(const Trial& trial) {
  return Workers(trial).run();
}

}  // namespace parkwatch::simulation
