#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace parkwatch {

/// Reads the command line and runs the command it names. The only place that knows CLI11:
/// every command is a function of a plain options struct, declared in app/*_command.h.
/// Returns the process's exit code.
int run_command_line(int argc, char** argv);

/// Calls `use` with all commands declared and no line read: for what is printed of them.
void with_all_commands(const std::function<void(const CLI::App&)>& use);

}  // namespace parkwatch
