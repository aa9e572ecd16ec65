#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "alerts/metrics.h"
#include "app/active_view.h"
#include "app/config.h"
#include "app/web_front.h"
#include "app/worker.h"
#include "ingest/gateway.h"

namespace parkwatch {

/// Which parts run in this process.
struct Roles {
  bool gateway = true;
  bool park = true;
  bool cluster = true;
  bool web = true;

  /// "all" or names separated by commas; nothing for an unknown name.
  static std::optional<Roles> parse(const std::string& text);
};

/// The running program: gateway, workers, cluster step and web server over one configuration, each
/// on threads of its own. `run` and `demo` are this with other settings. Threads: construct, start,
/// reload and stop from one thread.
class Program {
 public:
  struct Options {
    Config config;
    Roles roles;
    /// Milliseconds since 1970 UTC, never ahead of the real time: stamps frames, makes ticks, ages.
    std::function<std::int64_t()> clock;
    /// After every commit of a worker; from its thread. May be empty.
    std::function<void(const Commit& commit, const Counters& before)> committed;
  };

  explicit Program(Options options);
  ~Program();

  /// Loads the registry and rules, opens the store, activates the first set, begins all roles.
  /// Throws StoreRefused, StoreUnavailable, BrokerRefused, BrokerUnavailable, AddressUnavailable,
  /// UsageError for a registry that is refused (its faults are printed).
  void start();
  /// Reads registry and rules again and activates them; a refused set changes nothing. True when
  /// active.
  bool reload();
  /// Drains: no more frames, batches in hand are committed, then everything ends.
  void stop();
  /// A part has ended for good; the program should stop. Rethrow with `rethrow_failure`.
  bool failed() const { return failed_; }
  void rethrow_failure();

  std::uint16_t gateway_port() const;
  std::string web_url() const;
  Readiness readiness() const;
  std::optional<GatewayCounters> gateway_counters() const;

 private:
  void adopt(LoadedSet loaded);
  /// Results, so that the store's active set is this process's to choose.
  bool writes() const { return options_.roles.park || options_.roles.cluster; }
  std::string active_set() const;
  void load_first_set(const std::string& active);
  void start_worker();
  bool wait_for_first_set(const std::stop_token& stop);
  void run_worker(const std::stop_token& stop);
  void run_gateway(const std::stop_token& stop);
  void run_clusters(const std::stop_token& stop);
  void run_publisher(const std::stop_token& stop);
  void guard(const char* part, const std::function<void()>& body);
  void set_reason(const std::string& part, const std::string& reason);
  BrokerSettings broker() const;
  Publishing publishing() const;
  WorkerHooks hooks(Store& store);
  std::unique_ptr<Store> open() const;

  Options options_;
  Metrics metrics_;
  ActiveView active_;
  std::unique_ptr<Producer> gateway_producer_;
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<WebFront> web_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> reasons_;  // by part; why it is not ready
  bool loaded_ = false;                         // the first set is there
  std::condition_variable_any first_set_;
  std::exception_ptr failure_;
  std::atomic<bool> failed_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace parkwatch
