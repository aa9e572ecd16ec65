#pragma once

#include <array>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/simulation/ledger.h"

namespace parkwatch::oracle {

enum class Outcome : std::uint8_t { Missing, Invalid, OverRange, Valid };

/// A kept value after docs/arithmetic.md 3, read with the rows of one hour.
struct JudgedCopy {
  const KeptCopy* copy = nullptr;
  Report report = Report::Realtime;
  Time start = 0, end = 0;  // of its interval
  Outcome outcome = Outcome::Invalid;
  std::int64_t units = 0;  // where it is valid
  bool zero_band = false;
  bool below = false;  // less than can be measured

  /// A report that was received before the end of its supposed interval.
  bool early() const { return report != Report::Realtime && copy->received < end; }
};

struct MinuteValue {
  Outcome outcome = Outcome::Missing;
  std::int64_t units = 0;
  Units converted;  // what the logger itself converted
  bool valid() const { return outcome == Outcome::Valid; }
};

/// The values of one outlet factor as the rows that hold at one time read them, and the minutes
/// that follow from them (docs/arithmetic.md 3 and 4).
class FactorValues {
 public:
  FactorValues(const Book& book, const Ledger& ledger, const OutletRow& outlet,
               const FactorRow& factor, const LocalDays& days, Time at);

  /// The values of a kind whose interval starts in [first, end), by start and data time.
  std::vector<JudgedCopy> find(Report report, Time first, Time end) const;
  /// The minute reports that cover a minute; the one that counts is the last.
  std::vector<JudgedCopy> covering(Time minute) const;
  MinuteValue minute(Time minute) const;
  /// Samples and minute reports of the slot of a cyclic factor, in the order in which the first
  /// valid one counts.
  std::vector<JudgedCopy> slot_values(Time at) const;
  Time slot_start(Time at) const;
  Units stored(const KeptCopy& copy, const char* attribute) const;

  const OutletRow& outlet() const { return outlet_; }
  const FactorRow& factor() const { return factor_; }
  const DeviceRow* device() const { return device_; }
  bool cyclic() const { return factor_.period > 0; }

 private:
  JudgedCopy judge(const KeptCopy& copy, Report report) const;
  MinuteValue samples_of(Time minute) const;
  MinuteValue filled(Time minute) const;
  MinuteValue slot(Time at) const;

  const Book& book_;
  const OutletRow& outlet_;
  const FactorRow& factor_;
  const LocalDays& days_;
  const DeviceRow* device_;                                  // the one that counts
  std::array<const std::map<Time, KeptCopy>*, 4> series_{};  // by Report; nullptr: none
};

/// The mean of stored values.
Units mean(const std::vector<std::int64_t>& units);

/// The stored number of an auxiliary by factor code, where it is registered and valid.
using Auxiliary = std::function<Units(const std::string& code)>;

/// What converts numbers of one outlet in one hour (docs/arithmetic.md 5).
class Converter {
 public:
  Converter(const Book& book, const OutletRow& outlet, Time hour);
  /// A stored number of a factor on the dry standard basis; nothing where it can not be converted.
  Units to_standard(const FactorRow& factor, std::int64_t units, const Auxiliary& auxiliary) const;
  /// measured * (21 - reference) / (21 - oxygen).
  Units to_reference(std::int64_t units, std::int64_t oxygen, const Fraction& reference) const;
  bool registered(const std::string& code) const;

 private:
  std::optional<Fraction> auxiliary_number(const std::string& code,
                                           const std::optional<Fraction>& otherwise,
                                           const Auxiliary& auxiliary) const;

  const Book& book_;
  const OutletRow& outlet_;
  Time hour_;
};

}  // namespace parkwatch::oracle
