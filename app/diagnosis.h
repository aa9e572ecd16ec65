#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/exit_code.h"

namespace parkwatch {

/// How bad one thing is. Order counts: the worst decides the exit code.
enum class Health : std::uint8_t {
  Good,
  Note,           // worth knowing, nothing to do
  Finding,        // works, but something should be done: exit code 3
  Away,           // a dependency is down: 75
  Misconfigured,  // starting again does not help: 78
};

/// One thing that was looked at, in one line: what it is, how it is, what to do.
struct Diagnosis {
  Health health = Health::Good;
  std::string subject;  // config, rules, store, kafka, topic, web, gateway, disk, clock, ...
  std::string what;
  std::string advice;  // empty when there is nothing to do

  /// "FAULT   kafka     no broker answers at ...: start it, or correct kafka.bootstrap"
  std::string text() const;
};

using Diagnoses = std::vector<Diagnosis>;

/// 0, 3, 75 or 78 by the worst of them.
ExitCode exit_code_of(const Diagnoses& diagnoses);

}  // namespace parkwatch
