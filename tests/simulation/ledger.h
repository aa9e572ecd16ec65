#pragma once

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/book.h"
#include "tests/simulation/sent.h"

namespace parkwatch::oracle {

/// One kept value. `outlet` is where it is monitored; nullptr: nowhere, or it is a facility's.
struct KeptCopy {
  Time time = 0;
  Time received = 0;
  Writing writing = Writing::Json;
  std::string text;
  Attributes attributes;
  const OutletRow* outlet = nullptr;
  // Of all its copies, kept or not.
  bool resent = false, contradicted = false;
  Time first_received = 0;

  bool operator==(const KeptCopy&) const = default;
  std::optional<Fraction> number(const char* attribute) const;
};

struct CopySeries {
  std::string mn, factor;
  Report report = Report::Realtime;
  friend auto operator<=>(const CopySeries&, const CopySeries&) = default;
};

/// Which copy counts, what became of every record, and each park's time (docs/arithmetic.md 2).
class Ledger {
 public:
  explicit Ledger(const Book& book) : book_(book) {}

  /// The park whose time a record moves, and to which minute; nothing where it moves none.
  std::optional<std::pair<std::string, Time>> moves(const Sent& sent) const;
  /// A kept value of a monitored factor that changed.
  struct Changed {
    const KeptCopy* copy = nullptr;
    Report report = Report::Realtime;
    const DeviceRow* device = nullptr;
    const FactorRow* factor = nullptr;
    const ParkRow* park = nullptr;
  };
  /// Takes a record. Returns what it changed.
  std::vector<Changed> consume(const Sent& sent);

  using Kept = std::map<CopySeries, std::map<Time, KeptCopy>>;
  Kept& kept() { return kept_; }
  const Kept& kept() const { return kept_; }
  const std::map<std::string, Time>& park_time() const { return park_time_; }
  /// (digest, reason) and the payload.
  const std::map<std::pair<std::string, std::string>, std::string>& dead() const { return dead_; }
  /// The hours in which intervals of kept samples, minute and hour reports begin, by outlet and
  /// factor.
  const std::map<std::pair<std::string, std::string>, std::set<Time>>& hours_with_data() const {
    return hours_with_data_;
  }
  struct HeldDocument {
    std::string park, type, source, id;
    Time received = 0;
    std::string members;
    friend auto operator<=>(const HeldDocument&, const HeldDocument&) = default;
  };
  /// By park, type, source and id.
  const std::map<std::vector<std::string>, HeldDocument>& documents() const { return documents_; }
  /// Named as the store does, by partition.
  const std::map<int, std::map<std::string, std::int64_t>>& counters() const { return counters_; }

 private:
  struct Place {
    const DeviceRow* device = nullptr;
    const OutletRow* outlet = nullptr;
    const ParkRow* park = nullptr;
  };
  Place place(const std::string& mn, Time at) const;
  Time received(const Sent& sent) const;
  /// Why the data time quarantines the whole record; empty: it does not.
  std::string out_of_time(const Sent& sent) const;
  bool known(const std::string& park) const;
  void take_document(const Sent& sent);
  void take_reading(const Sent& sent, std::vector<Changed>& changed);
  std::string take_value(const Sent& sent, const Place& place, const std::string& factor,
                         const Attributes& attributes, std::vector<Changed>& changed);
  void bury(const Sent& sent, const std::string& reason);
  void count(const Sent& sent, const std::string& of, const std::string& fate);

  const Book& book_;
  Kept kept_;
  std::map<std::string, Time> park_time_;
  std::map<std::pair<std::string, std::string>, std::string> dead_;
  std::map<std::vector<std::string>, HeldDocument> documents_;
  std::map<std::pair<std::string, std::string>, std::set<Time>> hours_with_data_;
  std::map<int, std::map<std::string, std::int64_t>> counters_;
};

/// The windows that a kept value takes part in: hours [first, last], or the day that begins at
/// `first`.
struct TakesPart {
  bool by_day = false;
  Time first = 0, last = 0;
  /// Whether it takes part in a window; in a day also through its hours.
  bool touches(bool day, Time start, Time end) const {
    return by_day ? day && first == start : first < end && last >= start;
  }
};
TakesPart takes_part(const Ledger::Changed& value);

/// The start of the interval that a data time names.
Time interval_start(const DeviceRow& device, Report report, Time time);

}  // namespace parkwatch::oracle
