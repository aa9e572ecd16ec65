#include "app/program.h"

#include <chrono>
#include <sstream>

#include "app/activation.h"
#include "app/cluster_step.h"
#include "app/config_use.h"
#include "app/crash_point.h"
#include "app/decoder_options.h"
#include "app/faults.h"
#include "app/gateway_metrics.h"
#include "app/log.h"
#include "app/publisher.h"
#include "app/version.h"
#include "app/waiting.h"
#include "ingest/kafka_producer.h"
#include "ingest/kafka_source.h"

namespace parkwatch {

std::optional<Roles> Roles::parse(const std::string& text) {
  Roles roles{false, false, false, false};
  std::stringstream names(text);
  for (std::string name; std::getline(names, name, ',');) {
    if (name == "all") {
      roles = {};
    } else if (name == "gateway") {
      roles.gateway = true;
    } else if (name == "park") {
      roles.park = true;
    } else if (name == "cluster") {
      roles.cluster = true;
    } else if (name == "web") {
      roles.web = true;
    } else {
      return std::nullopt;
    }
  }
  return roles;
}

Program::Program(Options options)
    : options_(std::move(options)),
      metrics_(Metrics::Options{
          .episode_series_max = static_cast<std::size_t>(options_.config.alerts.episode_series_max),
          .picture_series_max =
              static_cast<std::size_t>(options_.config.alerts.outlet_series_max)}) {}

Program::~Program() {
  stop();
}

BrokerSettings Program::broker() const {
  BrokerSettings settings = broker_settings(options_.config);
  settings.on_log = [](int level, const std::string& text) {
    if (level <= 3) log_warning("kafka client: " + text);
  };
  return settings;
}

Publishing Program::publishing() const {
  Publishing publishing = Publishing::parse(options_.config.topics.publish);
  publishing.open = options_.config.topics.open_windows;
  return publishing;
}

std::unique_ptr<Store> Program::open() const {
  StoreOptions how;
  how.busy_timeout = std::chrono::milliseconds(options_.config.store.busy_timeout_ms);
  if (const char* nth = std::getenv("PARKWATCH_TEST_KILL_AT_COMMIT")) {
    how.before_commit = crash_point(nth);
  }
  return open_store(store_url(options_.config), how);
}

/// Its files and warnings are let go first: they may be larger than the set itself.
void Program::adopt(LoadedSet loaded) {
  loaded.files = {};
  loaded.faults = {};
  active_.replace(std::move(loaded.set));
}

/// Of the store; empty before the first start. Processes that write no results leave the store to
/// the one that does.
std::string Program::active_set() const {
  return writes() ? open()->active_set() : std::string();
}

void Program::load_first_set(const std::string& active) {
  LoadedSet loaded = load_set(options_.config.registry.dir, options_.config.rules.dir, active);
  const bool refused = report_faults(loaded.faults);
  if (!writes()) {
    if (refused) throw StoreRefused("registry or rules have faults: see above");
    adopt(std::move(loaded));
    return;
  }
  if (active.empty()) {
    if (refused) throw StoreRefused("registry or rules have faults: see above");
    activate(*open(), loaded.files, *make_plan(loaded.set), options_.clock());
    adopt(std::move(loaded));
    return;
  }
  if (!refused && loaded.set.hash == active) {
    adopt(std::move(loaded));
    return;
  }
  log_warning("the folders hold another registry or other rules than the active set " +
              active.substr(0, 12) + ", which goes on; send SIGHUP to activate them");
  active_.replace(stored_set(*open(), active));
}

bool Program::reload() {
  LoadedSet loaded = load_set(options_.config.registry.dir, options_.config.rules.dir);
  if (report_faults(loaded.faults)) {
    metrics_.set(Metric::ConfigReloadSuccess, 0);
    log_error("registry or rules have faults: the former ones stay active");
    return false;
  }
  std::size_t parks = 0;
  if (writes()) {
    const std::unique_ptr<Store> store = open();
    parks = activate(*store, loaded.files, *make_plan(loaded.set), options_.clock());
  }
  adopt(std::move(loaded));
  metrics_.set(Metric::ConfigReloadSuccess, 1);
  metrics_.set(Metric::ConfigReloadTimestamp, options_.clock() / 1'000);
  log_info("registry and rules read again; " + std::to_string(parks) + " parks are judged anew");
  return true;
}

void Program::set_reason(const std::string& part, const std::string& reason) {
  const std::scoped_lock lock(mutex_);
  if (reason.empty()) {
    reasons_.erase(part);
  } else {
    reasons_[part] = reason;
  }
}

Readiness Program::readiness() const {
  Readiness readiness;
  const std::scoped_lock lock(mutex_);
  for (const auto& [part, reason] : reasons_) readiness.reasons.push_back(part + ": " + reason);
  if (gateway_ != nullptr) {
    const std::string reason = gateway_->snapshot().not_ready;
    if (!reason.empty()) readiness.reasons.push_back("gateway: " + reason);
  }
  return readiness;
}

/// Runs a part until it ends by itself: a dependency that stays away is tried again from the start,
/// a refusal ends the program.
void Program::guard(const char* part, const std::function<void()>& body) {
  try {
    body();
  } catch (const std::exception& error) {
    log_error(std::string(part) + " ended: " + error.what());
    set_reason(part, error.what());
    const std::scoped_lock lock(mutex_);
    if (failure_ == nullptr) failure_ = std::current_exception();
    failed_ = true;
  }
}

WorkerHooks Program::hooks(Store& store) {
  WorkerHooks hooks;
  hooks.plan = [this, &store](const std::string& hash) {
    if (active_.get().plan->hash() != hash) active_.replace(stored_set(store, hash));
    return active_.get().plan;
  };
  hooks.decoder_options = [this](const Plan&) {
    return decoder_options(*active_.get().set, options_.config.registry.keys_file,
                           options_.config.gateway.crc == "either");
  };
  hooks.clock = options_.clock;
  hooks.ready = [this](const std::string& reason) { set_reason("worker", reason); };
  hooks.committed = options_.committed;
  return hooks;
}

void Program::run_worker(const std::stop_token& stop) {
  const Config& config = options_.config;
  std::chrono::milliseconds pause(500);
  const auto wait_for = [&](const std::string& what, const std::exception& away) {
    set_reason("worker", what + ": " + away.what());
    log_warning(what + " is away, trying again: " + away.what());
    wait_unless_stopped(stop, pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(10'000));
  };
  while (!stop.stop_requested()) {
    try {
      KafkaProducer ticks({.broker = broker()});
      KafkaSource source(source_options(config, broker()));
      if (!wait_for_first_set(stop)) return;
      const std::unique_ptr<Store> store = open();
      Worker::Options worker;
      worker.topic = config.kafka.input_topic;
      worker.poll_timeout = std::chrono::milliseconds(config.worker.poll_timeout_ms);
      worker.batch_records_max = static_cast<std::size_t>(config.worker.batch_records_max);
      worker.clusters = options_.roles.cluster;
      worker.go_on_at_gap = config.kafka.gap == "continue";
      worker.task.rows_max = static_cast<std::size_t>(config.worker.rows_max);
      worker.task.device_values_max = static_cast<std::size_t>(config.worker.device_values_max);
      worker.task.publishing = publishing();
      pause = std::chrono::milliseconds(500);
      Worker(source, *store, &ticks, metrics_, hooks(*store), worker).run(stop);
      ticks.flush(std::chrono::milliseconds(2'000));
    } catch (const OffsetOutsideLog& outside) {
      // Retention has overtaken a worker that reads: a new one states the gap when it takes over.
      if (config.kafka.gap != "continue" || outside.wanted >= outside.low) throw;
      log_warning(outside.what());
    } catch (const BrokerUnavailable& away) {
      wait_for("kafka", away);
    } catch (const StoreUnavailable& away) {
      wait_for("store", away);
    }
  }
}

void Program::run_clusters(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      const std::unique_ptr<Store> store = open();
      set_reason("cluster", "");
      while (!stop.stop_requested()) {
        const std::string active = store->active_set();
        if (active_.get().plan->hash() != active) active_.replace(stored_set(*store, active));
        const std::shared_ptr<const Plan> plan = active_.get().plan;
        if (ClusterStep(*store, *plan, publishing()).step(2'000) == 0)
          wait_unless_stopped(stop, std::chrono::milliseconds(200));
      }
    } catch (const SetMoved&) {
      continue;
    } catch (const StoreUnavailable& away) {
      set_reason("cluster", std::string("store: ") + away.what());
      wait_unless_stopped(stop, std::chrono::milliseconds(1'000));
    }
  }
}

/// Readiness is not touched: results wait in the store until they can be told.
void Program::run_publisher(const std::stop_token& stop) {
  const Config& config = options_.config;
  constexpr std::chrono::milliseconds pause(5'000);
  while (!stop.stop_requested()) {
    try {
      const std::unique_ptr<Store> store = open();
      KafkaProducer::Options how = producer_options(config, broker());
      Publisher::Options options;
      options.topics = publishing().topics();
      options.source = "/parkwatch/" + config.kafka.group_id;
      options.delivery_patience = how.delivery_timeout + pause;
      // One process alone can have a SQLite store: whoever had the turn before is gone.
      const bool alone = config.store.url.starts_with("sqlite:");
      options.takeover_after = std::chrono::milliseconds(alone ? 0 : config.topics.takeover_ms);
      KafkaProducer producer(std::move(how));
      Publisher(*store, producer, metrics_, options, [] {
        return std::chrono::steady_clock::now();
      }).run(stop);
    } catch (const BrokerUnavailable& away) {
      log_warning(std::string("results are not published, trying again: ") + away.what());
      wait_unless_stopped(stop, pause);
    } catch (const StoreUnavailable& away) {
      log_warning(std::string("results are not published, the store is away: ") + away.what());
      wait_unless_stopped(stop, pause);
    }
  }
}

void Program::run_gateway(const std::stop_token& stop) {
  gateway_->run(stop);
}

void Program::start_worker() {
  set_reason("worker", "starting");
  threads_.emplace_back(
      [this](const std::stop_token& stop) { guard("worker", [&] { run_worker(stop); }); });
}

bool Program::wait_for_first_set(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  return first_set_.wait(lock, stop, [this] { return loaded_; });
}

void Program::start() {
  const std::string active = active_set();
  // A worker that comes back joins its group while the set is read: both take seconds. The first
  // one does not join before its set is accepted.
  const bool comes_back = !active.empty() && options_.roles.park;
  if (comes_back) start_worker();
  load_first_set(active);
  {
    const std::scoped_lock lock(mutex_);
    loaded_ = true;
  }
  first_set_.notify_all();
  const Config& config = options_.config;
  if (options_.roles.gateway) {
    gateway_producer_ = std::make_unique<KafkaProducer>(producer_options(config, broker()));
    gateway_producer_->partition_count(config.kafka.input_topic);
    GatewayOptions options = gateway_options(config);
    options.frames = decoder_options(*active_.get().set, config.registry.keys_file,
                                     config.gateway.crc == "either")
                         .frames;
    options.on_event = [](const GatewayEvent& event) { log_info("gateway: " + event.text); };
    gateway_ = std::make_unique<Gateway>(
        std::move(options), *gateway_producer_,
        [this](std::string_view mn, ReceivedTime at) -> std::optional<DeviceFacts> {
          const Plan::DeviceMatch match =
              active_.get().plan->device(mn, EventTime(at.milliseconds()));
          if (match.park == nullptr) return std::nullopt;
          if (match.device == nullptr) {  // only meters stand under the MN
            const Device unregistered;
            return DeviceFacts{*match.park, unregistered.report_interval_s, false, ""};
          }
          return DeviceFacts{*match.park, match.device->report_interval_s,
                             match.device->time_master, ""};
        },
        [this] { return ReceivedTime(options_.clock()); });
    threads_.emplace_back(
        [this](const std::stop_token& stop) { guard("gateway", [&] { run_gateway(stop); }); });
  }
  if (options_.roles.park) {
    if (!comes_back) start_worker();
  } else if (options_.roles.cluster) {
    threads_.emplace_back(
        [this](const std::stop_token& stop) { guard("cluster", [&] { run_clusters(stop); }); });
  }
  if (publishing().any() && writes()) {
    threads_.emplace_back(
        [this](const std::stop_token& stop) { guard("publisher", [&] { run_publisher(stop); }); });
  }
  if (options_.roles.web) {
    WebFront::Options how;
    how.server.address = config.web.listen;
    how.server.port = static_cast<int>(config.web.port);
    how.server.threads = static_cast<std::size_t>(config.web.threads);
    how.store_url = store_url(config);
    how.outlet_ratios = config.alerts.outlet_series;
    WebFront::Sources sources;
    sources.readiness = [this] { return readiness(); };
    sources.registry = [this] { return active_.get().registry; };
    auto shown = std::make_shared<GatewayMetrics>(metrics_);
    sources.refresh = [this, shown] {
      if (gateway_ != nullptr) shown->show(gateway_->snapshot());
    };
    sources.clock = options_.clock;
    web_ = std::make_unique<WebFront>(how, std::move(sources), metrics_);
    web_->start();
  }
}

void Program::stop() {
  set_reason("program", "draining");
  // The gateway first: what it has taken still reaches Kafka; then the workers finish their batch.
  for (std::jthread& thread : threads_) {
    thread.request_stop();
    if (thread.joinable()) thread.join();
  }
  threads_.clear();
  if (web_ != nullptr) web_->stop();
}

void Program::rethrow_failure() {
  const std::scoped_lock lock(mutex_);
  if (failure_ != nullptr) std::rethrow_exception(failure_);
}

std::uint16_t Program::gateway_port() const {
  return gateway_ == nullptr ? std::uint16_t{0} : gateway_->port();
}

std::string Program::web_url() const {
  return web_ == nullptr ? std::string() : web_->url();
}

std::optional<GatewayCounters> Program::gateway_counters() const {
  if (gateway_ == nullptr) return std::nullopt;
  return gateway_->snapshot();
}

}  // namespace parkwatch
