#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/decimal.h"
#include "model/validity.h"

namespace parkwatch {

/// What a meter's value says of its unit.
enum class MeterSignal : std::uint8_t {
  Power,    // or anything proportional to it, in the unit of `rated`
  Current,  // as power; also watched for being flat (TS-O08)
  Energy,   // a counter that only rises, in kWh; power follows from its differences, in kW
  Damper,   // how far a facility's bypass is open; `rated` is fully open
};

/// What a meter or treatment row is about.
enum class UnitOf : std::uint8_t { Line, Facility };

/// A meter of a production line or treatment facility: which value of which device is its power.
/// The MN may be a logger's of devices.csv too; one that stands only here needs no outlet.
struct Meter {
  std::string mn, factor;  // factor: whatever code the device sends
  MeterSignal signal = MeterSignal::Power;
  UnitOf of = UnitOf::Line;
  std::string unit;  // id of the line or facility
  Decimal rated;     // above 0; in the unit as sent (energy: kW)
  Decimal idle;      // baseline of a machine that runs empty
  Validity validity;
};

/// A production line's emission is treated by a facility. Facilities of one group stand in for each
/// other: `required` of them must run.
struct Treatment {
  std::string line, facility;
  std::string group;                     // never empty: the facility's id where none is given
  std::optional<std::int64_t> required;  // none: all of the group
  std::optional<std::int64_t> warm_up_minutes;  // none: the rule's
  std::optional<std::int64_t> run_on_minutes;   // none: the rule's
  Validity validity;
};

/// What a facility's meters show in good order from a production load on.
struct Baseline {
  std::string line, facility;
  Decimal load_percent;  // of the line's rated power
  Decimal power;         // sum of the facility's meters
  Validity validity;
};

/// A site's own value of a number in operation.csv.
struct Tolerance {
  std::string enterprise, rule, name;
  Decimal value;
  Validity validity;
};

/// An order or permission of the bureau, or a declared condition, that production or treatment is
/// held against while it is valid.
struct OperationOrder {
  enum class Kind : std::uint8_t {
    Stop,         // production has to stand still, or is said to
    Limit,        // production may run up to `limit_percent` of its rated power
    Maintenance,  // approved maintenance of a facility or meter
    Fault,        // a declared fault of a facility: production has to stop (GB 37822-2019 10.1)
    Marked,       // a mark other than a stop, of an outlet: its values are not the usual ones
  };
  std::string enterprise;
  std::string unit;  // id of a line, facility or outlet; empty: all of the enterprise
  Kind kind = Kind::Stop;
  std::optional<Decimal> limit_percent;  // of a Limit
  std::string document;                  // its number
  Validity validity;
};

/// A dated parameter of the operation rules (rules/operation.csv).
struct OperationParameter {
  std::string rule;  // TS-O01 to TS-O11, or state: how power becomes on and off
  std::string name, value, standard, clause;
  bool sure = false;
  Validity validity;
};

}  // namespace parkwatch
