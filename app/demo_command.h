#pragma once

#include <string>

#include "app/exit_code.h"

namespace parkwatch {

/// `parkwatch demo`
struct DemoOptions {
  double for_s = 0;          // 0: until a signal
  std::string summary_file;  // JSON; empty: none
  std::string folder;        // registry, keys and data of the demonstration
  std::string rules;         // empty: the program's own
  int web_port = 9464;       // 0: any free port
  int hours = 72;            // of history sent before it goes on live
  std::string keep_store;    // keeps the store in this file; empty: a temporary folder
};

/// One process with everything in it: data loggers over TCP, gateway, an embedded Kafka broker,
/// worker, store, pages and metrics. The clock starts three days ago and runs fast until it reaches
/// now, never ahead of the real one. Findings when the conservation of records does not hold.
ExitCode demo(const DemoOptions& options);

}  // namespace parkwatch
