#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/mark.h"
#include "processors/verdict.h"
#include "processors/window.h"

namespace parkwatch {

/// How a mark stands to the rules, for people to see.
enum class MarkState : std::uint8_t {
  Effective,
  Overlapping,  // effective, but another one of the same kind says something else meanwhile
  PartlyLate,   // made after the deadline of some of its hours: without effect on them
  Late,         // made after every deadline: without effect
  Revoked,
  False,
  ForeignOutlet,  // the outlet is not one of the park's
  OtherScheme,    // the outlet is not marked by this scheme
  UnknownMark,    // the scheme has no such mark at its beginning
  NamesFactor,    // a working condition is one of the whole outlet
};
std::string_view mark_state_name(MarkState state);
/// What the mark's own record says of it: revoked, false, or effective.
MarkState own_state(const Mark& mark);

/// The marks of one outlet, resolved by the rules (docs/rules/marks.md). Pure and immutable; it
/// points into the plan.
class OutletMarks {
 public:
  /// `zone` is the park's: its midnights decide deadlines and years.
  OutletMarks(const Plan& plan, const OutletPlan& outlet, const Zone& zone,
              std::vector<Mark> marks);

  bool empty() const { return marks_.empty(); }
  /// The rule of the mark that decides an hour for one of the outlet's factors; nullptr where none
  /// covers it in time. Yearly caps are applied, `while_factor` is not.
  const MarkRule* rule_at(EventTime hour, const std::string& factor) const;
  /// Whether any mark covers the hour for any factor.
  bool covers(EventTime hour) const;
  /// Each mark's standing, in the order given.
  std::vector<MarkState> states() const;
  const std::vector<Mark>& marks() const { return marks_; }

 private:
  struct Covering;  // what of an hour one kind of mark covers
  std::vector<Covering> coverings(EventTime hour, const std::string* factor) const;
  const MarkRule* rule_of(const Mark& mark, EventTime at) const;
  bool concerns(const Mark& mark, const MarkRule& rule, const std::string* factor) const;
  bool in_time(const Mark& mark, const MarkRule& rule, EventTime at) const;
  MarkState state_of(const Mark& mark) const;
  bool contradicted(const Mark& mark) const;
  void find_hours_beyond_caps();
  int year_of(EventTime at) const;

  const Plan& plan_;
  const OutletPlan& outlet_;
  const Zone& zone_;
  std::vector<Mark> marks_;
  std::map<std::string, std::set<EventTime>> beyond_;  // by year group: hours past its cap
};

/// Until when the windows that start in the local day of `at` may be marked; nothing where the
/// outlet has no scheme then.
std::optional<EventTime> mark_deadline(const Plan& plan, const OutletPlan& outlet, const Zone& zone,
                                       EventTime at);

/// Whether the window that starts then may still be marked at `now`.
bool waits_for_mark(const Plan& plan, const OutletPlan& outlet, const Zone& zone, EventTime start,
                    EventTime now);

/// An outlet's windows with what marks make of them.
struct MarkedWindows {
  OutletWindows windows;                  // after marks
  std::optional<OutletWindows> unmarked;  // by the values alone, where a mark changes anything
};

/// Applies the marks to an hour's windows: a stopped hour is not due and has mass 0, one without
/// valid equipment has no value, an exempt one keeps its value.
MarkedWindows mark_hour(OutletWindows windows, const OutletMarks& marks, EventTime hour);

/// Judges windows before and after marks. `pending`: the time to mark them is not over yet.
std::vector<Verdict> judge_marked(const OutletPlan& outlet, const MarkedWindows& windows,
                                  LimitSpan span, EventTime start, bool pending);

}  // namespace parkwatch
