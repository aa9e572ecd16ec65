#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/active_set.h"
#include "app/park_period.h"
#include "app/report.h"
#include "app/report_names.h"
#include "app/transmission_days.h"

namespace parkwatch {

/// The effective transmission rates of a park's outlets and factors (docs/rules/transmission.md),
/// as sections of a report about a period.
class TransmissionSections {
 public:
  /// Reads the period and what lies before it in its first quarter. All of these outlive it.
  TransmissionSections(Store& store, const ActiveSet& set, const ParkPeriod& period,
                       const ReportNames& say);

  /// The period as a whole, and each local quarter that it touches, up to the period's end.
  ReportSection periods() const;
  /// Each day; with `short_only` those whose rate, completed or immediate, misses its target.
  ReportSection days(bool short_only) const;

 private:
  using Series = TransmissionDays::key_type;
  /// Days of a series that one line counts together.
  struct Span {
    std::string name;
    EventTime start, end;
    bool quarter = false;
  };
  std::vector<Span> spans() const;
  std::string rules_text() const;
  std::optional<Decimal> target(const std::string& outlet, EventTime at) const;
  ReportTable table(const std::string& of) const;
  std::vector<std::string> line(const Series& series, const Span& span,
                                const Transmission& counts) const;

  const Rules& rules_;
  const ParkPeriod& period_;
  std::shared_ptr<const Plan> plan_;
  const Zone& zone_;
  const ReportNames& say_;
  TransmissionDays counts_;
};

/// `parkwatch report transmission`.
Report transmission_report(Store& store, const ActiveSet& set, const ParkPeriod& period,
                           bool chinese);

}  // namespace parkwatch
