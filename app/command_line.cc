#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>

#include "app/exit_code.h"
#include "app/version.h"

namespace parkwatch {

namespace {

/// Set by the subcommand that was named; run after the whole line was read.
using Action = std::function<ExitCode()>;

void add_version(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("version", "Print the version");
  command->callback([&action] {
    action = [] {
      std::puts(version_text().c_str());
      return ExitCode::Ok;
    };
  });
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app("Parkwatch watches the pollutant emissions of industrial parks as they happen.",
               "parkwatch");
  app.require_subcommand(1);
  Action action;
  add_version(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : static_cast<int>(ExitCode::Usage);
  }
  return static_cast<int>(action());
}

}  // namespace parkwatch
