#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "app/exit_code.h"

namespace CLI {
class App;
}

namespace parkwatch {

/// What --store takes.
inline constexpr const char* store_help = "sqlite:FILE or postgresql://USER@HOST/DATABASE";

/// Set by the subcommand that was named; run after the whole line was read.
using Action = std::function<ExitCode()>;

/// Settings given as `section.key=value` on the command line, taken apart.
std::vector<std::pair<std::string, std::string>> split_settings(
    const std::vector<std::string>& texts);

/// check, init, config, rules, doctor and debug.
void add_setup_commands(CLI::App& app, Action& action);
void add_store_commands(CLI::App& app, Action& action);
void add_simulate(CLI::App& app, Action& action);
/// `send`, below `hj212`.
void add_hj212_send(CLI::App& hj212, Action& action);

/// audit, explain and rejudge.
void add_evidence_commands(CLI::App& app, Action& action);

/// run, demo and replay.
void add_running_commands(CLI::App& app, Action& action);

}  // namespace parkwatch
