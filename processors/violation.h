#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/decimal.h"
#include "model/time.h"

namespace parkwatch {

/// A broken rule of the three simultaneities, or a due date that warns ahead of one.
struct Violation {
  enum class State : std::uint8_t {
    Due,      // not broken yet: `due` lies ahead; `start` is where its clock began
    Ongoing,  // broken since `start`, no end known
    Ended,    // broken in [start, end)
  };
  std::string rule;     // TS-L01 and so on
  std::string subject;  // project, production line or facility
  EventTime start{};
  State state = State::Ongoing;
  std::optional<EventTime> end;        // of an Ended one
  std::optional<EventTime> due;        // when the act had to be done
  std::string severity;                // warning, minor, major or critical
  std::optional<MassDecimal> mass_kg;  // emitted meanwhile, where that is known
  std::string basis;                   // standard and clause in force at the time of the act
  std::string evidence;                // the documents or measurements it rests on
  friend bool operator==(const Violation&, const Violation&) = default;
};

/// "due", "ongoing" or "ended".
inline std::string violation_state_text(Violation::State state) {
  if (state == Violation::State::Due) return "due";
  return state == Violation::State::Ongoing ? "ongoing" : "ended";
}

}  // namespace parkwatch
