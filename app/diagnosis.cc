#include "app/diagnosis.h"

#include <algorithm>

namespace parkwatch {

namespace {

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text + ' ';
}

const char* word_of(Health health) {
  switch (health) {
    case Health::Good:
      return "ok";
    case Health::Note:
      return "note";
    case Health::Finding:
      return "WARNING";
    case Health::Away:
      return "AWAY";
    case Health::Misconfigured:
      return "FAULT";
  }
  return "";
}

}  // namespace

std::string Diagnosis::text() const {
  return padded(word_of(health), 7) + padded(subject, 9) + what +
         (advice.empty() ? "" : " -> " + advice);
}

ExitCode exit_code_of(const Diagnoses& diagnoses) {
  Health worst = Health::Good;
  for (const Diagnosis& diagnosis : diagnoses) worst = std::max(worst, diagnosis.health);
  switch (worst) {
    case Health::Good:
    case Health::Note:
      return ExitCode::Ok;
    case Health::Finding:
      return ExitCode::Findings;
    case Health::Away:
      return ExitCode::DependencyDown;
    case Health::Misconfigured:
      return ExitCode::Configuration;
  }
  return ExitCode::Runtime;
}

}  // namespace parkwatch
