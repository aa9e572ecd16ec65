#pragma once

#include <functional>

#include "app/exit_code.h"

namespace CLI {
class App;
}

namespace parkwatch {

/// Set by the subcommand that was named; run after the whole line was read.
using Action = std::function<ExitCode()>;

/// check, init and config.
void add_setup_commands(CLI::App& app, Action& action);

}  // namespace parkwatch
