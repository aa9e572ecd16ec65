#include "app/run_command.h"

#include <chrono>
#include <csignal>
#include <cstdlib>

#include "app/faults.h"
#include "app/log.h"
#include "app/program.h"
#include "app/real_time.h"

namespace parkwatch {

namespace {

/// SIGINT, SIGTERM and SIGHUP as questions; made before any thread, so that all inherit the mask.
class Signals {
 public:
  Signals() {
    sigemptyset(&watched_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&watched_, signal);
    pthread_sigmask(SIG_BLOCK, &watched_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
  }
  /// The next signal, or 0 after the time.
  int wait(std::chrono::milliseconds span) const {
    const timespec time{span.count() / 1'000, (span.count() % 1'000) * 1'000'000};
    const int signal = sigtimedwait(&watched_, nullptr, &time);
    return signal < 0 ? 0 : signal;
  }
  /// From now on a signal ends the process at once.
  void release() const { pthread_sigmask(SIG_UNBLOCK, &watched_, nullptr); }

 private:
  sigset_t watched_{};
};

}  // namespace

ExitCode run(const RunOptions& options) {
  ConfigSources sources;
  sources.file = options.config_file;
  sources.environment = parkwatch_environment();
  sources.flags = options.flags;
  const LoadedConfig loaded = load_config(sources);
  if (report_faults(loaded.faults)) return ExitCode::Configuration;
  const std::optional<Roles> roles = Roles::parse(loaded.config.run.roles);
  if (!roles) {
    throw UsageError("roles " + loaded.config.run.roles +
                     ": all, or some of gateway,park,cluster,web");
  }
  set_log_level(loaded.config.log.level);
  set_log_json(loaded.config.log.format == "json");
  const Signals signals;
  Program program({loaded.config, *roles, real_time_ms, {}});
  program.start();
  if (roles->gateway) log_info("gateway listens on port " + std::to_string(program.gateway_port()));
  if (roles->web) log_info("pages and metrics on " + program.web_url());
  for (;;) {
    const int signal = signals.wait(std::chrono::milliseconds(200));
    if (signal == SIGHUP) program.reload();
    if (signal == SIGINT || signal == SIGTERM) break;
    if (program.failed()) break;
  }
  log_info("draining");
  signals.release();
  program.stop();
  program.rethrow_failure();
  return ExitCode::Ok;
}

}  // namespace parkwatch
