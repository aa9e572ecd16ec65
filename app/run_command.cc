#include "app/run_command.h"

#include <chrono>
#include <csignal>
#include <cstdlib>

#include "app/faults.h"
#include "app/log.h"
#include "app/program.h"
#include "app/real_time.h"
#include "app/stop_signals.h"

namespace parkwatch {

ExitCode run(const RunOptions& options) {
  StopSignals signals({SIGHUP});  // first, so that who stops a starting worker finds it listening
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
  std::signal(SIGPIPE, SIG_IGN);
  const char* leaps = std::getenv("PARKWATCH_TEST_CLOCK");
  Program program({loaded.config, *roles, leaping_clock(leaps == nullptr ? "" : leaps), {}});
  program.start();
  if (roles->gateway) log_info("gateway listens on port " + std::to_string(program.gateway_port()));
  if (roles->web) log_info("pages and metrics on " + program.web_url());
  while (!signals.stop_requested() && !program.failed()) {
    if (signals.wait(std::chrono::milliseconds(200)) == SIGHUP) program.reload();
  }
  log_info("draining");
  signals.release();
  program.stop();
  program.rethrow_failure();
  return ExitCode::Ok;
}

}  // namespace parkwatch
