#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace parkwatch {

/// A fault refuses the whole set; a warning does not.
enum class Severity : std::uint8_t { Fault, Warning };

/// Something wrong in a file that people edit, and what to do about it.
struct Fault {
  std::string file;
  int line = 0;  // 1 is the first; 0: the file as a whole
  Severity severity = Severity::Fault;
  std::string message;
  std::string advice;

  /// "outlets.csv:12: fault: message; advice".
  std::string text() const;
  friend bool operator==(const Fault&, const Fault&) = default;
};

using Faults = std::vector<Fault>;

/// Whether any of them is more than a warning.
bool refuses(const Faults& faults);

/// Orders by file and line; faults before warnings on one line, else in the order found.
void sort_faults(Faults& faults);

}  // namespace parkwatch
