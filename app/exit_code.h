#pragma once

namespace parkwatch {

/// What the program ends with; the same for every command.
enum class ExitCode : int {
  Ok = 0,
  Runtime = 1,
  Usage = 2,
  Findings = 3,
  DependencyDown = 75,
  Configuration = 78,
};

}  // namespace parkwatch
