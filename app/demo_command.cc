#include "app/demo_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "app/config_use.h"
#include "app/decoder_options.h"
#include "app/demo_events.h"
#include "app/demo_loggers.h"
#include "app/demo_meters.h"
#include "app/demo_project.h"
#include "app/demo_screen.h"
#include "app/demo_summary.h"
#include "app/log.h"
#include "app/places.h"
#include "app/program.h"
#include "app/real_time.h"
#include "app/stop_signals.h"
#include "ingest/mock_broker.h"
#include "ingest/topics.h"

namespace parkwatch {

namespace {

using Steady = std::chrono::steady_clock;

constexpr int partitions = 6;
/// Records sent and not yet judged before the loggers wait: far below what the embedded broker
/// keeps.
constexpr std::int64_t unread_max = 4'000;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "parkwatch-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The demonstration's clock: the simulated time, never ahead of the real one.
class DemoClock {
 public:
  explicit DemoClock(std::int64_t begin) : now_(begin) {}
  std::int64_t now() const { return now_; }
  void set(std::int64_t at) { now_ = std::min(at, real_time_ms()); }
  bool live() const { return real_time_ms() - now_ < 61'000; }

 private:
  std::atomic<std::int64_t> now_;
};

Config demo_config(const DemoOptions& options, const std::string& folder,
                   const std::string& bootstrap, const std::filesystem::path& temporary) {
  Config config;
  config.kafka.bootstrap = bootstrap;
  config.kafka.session_timeout_ms = 6'000;
  config.kafka.fetch_wait_ms = 20;
  config.store.url = "sqlite:" + (options.keep_store.empty() ? (temporary / "parkwatch.db").string()
                                                             : options.keep_store);
  config.registry.dir = folder + "/registry";
  config.registry.keys_file = folder + "/keys";
  config.rules.dir = options.rules;
  config.gateway.listen = "127.0.0.1";
  config.gateway.port = 0;
  config.gateway.spool_file = (temporary / "spool").string();
  config.web.port = options.web_port;
  config.worker.poll_timeout_ms = 50;
  return config;
}

/// The demonstration in motion.
class Demo {
 public:
  Demo(const DemoOptions& options, const std::string& folder, const Config& config,
       std::int64_t begin_ms)
      : options_(options),
        config_(config),
        clock_(begin_ms),
        scrubber_(EventTime(begin_ms) + std::chrono::hours(options.hours)),
        records_(broker_settings(config)) {
    LoadedSet loaded = load_set(config.registry.dir, config.rules.dir);
    keys_ = decoder_options(loaded.set, config.registry.keys_file, false).frames.keys;
    view_.replace(std::move(loaded.set));
    program_ = std::make_unique<Program>(Program::Options{
        config, Roles{}, [this] { return clock_.now(); },
        [this](const Commit& commit, const Counters& before) {
          std::int64_t judged = 0;
          for (const char* name : {"records_received", "ticks"}) {
            const auto now = commit.move->counters.find(name);
            const auto then = before.find(name);
            if (now == commit.move->counters.end()) continue;
            const std::int64_t grown = now->second - (then == before.end() ? 0 : then->second);
            if (std::string_view(name) == "records_received") judged += grown;
          }
          judged_ += judged;
          events_.take(commit);
        }});
    program_->start();
    send_demo_project(records_, EventTime(begin_ms));
    records_.flush();
    loggers_ = std::make_unique<DemoLoggers>(
        view_.get().plan, DemoValues(folder + "/data", EventTime(begin_ms), scrubber_), keys_,
        EventTime(begin_ms), program_->gateway_port());
    screen_ = std::make_unique<DemoScreen>(*view_.get().registry, program_->web_url(),
                                           "127.0.0.1:" + std::to_string(program_->gateway_port()));
  }

  void run(StopSignals& signals) {
    const Steady::time_point end =
        options_.for_s > 0
            ? Steady::now() +
                  std::chrono::milliseconds(static_cast<std::int64_t>(options_.for_s * 1'000))
            : Steady::time_point::max();
    // History is to be over after half of the time given, at latest after half a minute.
    const double seconds = options_.for_s > 0 ? std::min(30.0, options_.for_s * 0.4) : 30.0;
    const double speed = static_cast<double>(options_.hours) * 3'600.0 / seconds;
    Steady::time_point last = Steady::now();
    while (Steady::now() < end && !signals.stop_requested() && !program_->failed()) {
      const Steady::time_point now = Steady::now();
      const std::chrono::duration<double, std::milli> passed = now - last;
      last = now;
      step(static_cast<std::int64_t>(passed.count() * speed));
      show(now);
      std::this_thread::sleep_for(std::chrono::milliseconds(clock_.live() ? 50 : 5));
    }
    drain();
  }

  DemoSummary finish() {
    program_->stop();
    screen_->events(events_.lines());
    screen_->finish();
    program_->rethrow_failure();
    const std::unique_ptr<Store> store = open_store_snapshot(config_.store.url);
    return summarise(*store, events_.totals(), loggers_->counters());
  }

 private:
  std::int64_t unread() const { return loggers_->counters().sent + records_.sent() - judged_; }

  void step(std::int64_t simulated) {
    std::int64_t wanted = clock_.live() ? real_time_ms() : clock_.now() + simulated;
    while (next_minute_ms() <= std::min(wanted, real_time_ms()) && unread() < unread_max) {
      clock_.set(std::max(clock_.now(), next_minute_ms()));
      send_demo_power(records_, scrubber_, loggers_->next_minute());
      loggers_->advance(EventTime(clock_.now()), 1);
    }
    if (unread() < unread_max)
      clock_.set(std::max(clock_.now(), std::min(wanted, next_minute_ms())));
    loggers_->read_answers();
  }

  std::int64_t next_minute_ms() { return loggers_->next_minute().milliseconds(); }

  /// What was sent is still judged before the end, within a bound.
  void drain() {
    const Steady::time_point bound = Steady::now() + std::chrono::seconds(10);
    while (Steady::now() < bound && unread() > 0 && !program_->failed()) {
      loggers_->read_answers();
      show(Steady::now());
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

  void show(Steady::time_point now) {
    screen_->events(events_.lines());
    if (now - shown_ < std::chrono::milliseconds(500)) return;
    DemoScreen::Picture picture;
    picture.simulated_ms = clock_.now();
    picture.live = clock_.live();
    const std::chrono::duration<double> since = now - shown_;
    picture.records_per_second =
        static_cast<double>(judged_ - judged_shown_) / std::max(since.count(), 0.001);
    judged_shown_ = judged_;
    shown_ = now;
    try {
      const std::unique_ptr<Store> store = open_store_snapshot(config_.store.url);
      picture.overview = read_overview(*store, *view_.get().registry, clock_.now());
    } catch (const StoreUnavailable&) {
      return;  // the next picture is half a second away
    }
    picture.loggers = loggers_->counters();
    picture.events = events_.totals();
    screen_->show(picture);
  }

  DemoOptions options_;
  Config config_;
  DemoClock clock_;
  DemoScrubber scrubber_;
  DemoRecords records_;
  ActiveView view_;
  DemoEvents events_;
  hj212::KeyLookup keys_;
  std::atomic<std::int64_t> judged_ = 0;
  std::int64_t judged_shown_ = 0;
  Steady::time_point shown_{};
  std::unique_ptr<Program> program_;
  std::unique_ptr<DemoLoggers> loggers_;
  std::unique_ptr<DemoScreen> screen_;
};

}  // namespace

ExitCode demo(const DemoOptions& options) {
  set_log_level("warn");
  StopSignals signals;
  const std::string folder = options.folder.empty() ? default_demo_folder() : options.folder;
  const TemporaryFolder temporary;
  MockBroker broker;
  broker.create_topic(std::string(input_topic), partitions);
  const Config config = demo_config(options, folder, broker.bootstrap(), temporary.path());
  const std::int64_t hour = 3'600'000;
  const std::int64_t begin = real_time_ms() / hour * hour - options.hours * hour;
  Demo running(options, folder, config, begin);
  running.run(signals);
  const DemoSummary summary = running.finish();
  std::fputs(("\n" + summary.text).c_str(), stdout);
  if (!options.summary_file.empty()) {
    std::ofstream file(options.summary_file);
    file << summary.json << '\n';
    if (!file) throw std::runtime_error("cannot write " + options.summary_file);
  }
  return summary.difference == 0 ? ExitCode::Ok : ExitCode::Findings;
}

}  // namespace parkwatch
