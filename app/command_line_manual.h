#pragma once

#include <string>

namespace CLI {
class App;
}

namespace parkwatch {

// What the program says of its own commands, from the one place that declares them. The functions
// read the application, which must not have parsed a line yet.

/// docs/commands.md: every command with its options, environment variables and defaults.
std::string command_document(const CLI::App& app);

/// The manual page parkwatch(1), in man's own language.
std::string manual_page(const CLI::App& app, const std::string& version);

/// A script for the shell (bash, zsh or fish) that completes commands, options and their words.
/// Throws std::invalid_argument for another shell.
std::string completion_script(const CLI::App& app, const std::string& shell);

}  // namespace parkwatch
