#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>

#include "app/causes.h"
#include "app/device_hours.h"
#include "app/mass_hours.h"
#include "app/operation_step.h"
#include "app/versions.h"
#include "app/working_set.h"
#include "processors/hour.h"
#include "processors/lifecycle.h"
#include "processors/marks.h"

namespace parkwatch {

/// One park within a batch: gathers what its records touch and turns it into rows. Deterministic:
/// no clock, no I/O of its own. The rows after a run of records depend on the set of kept values
/// and on the park's time alone; versions are cut by received minute, so no batch boundary shows.
class ParkStep {
 public:
  /// `rows` and `hours` are shared by the parks of a worker; they and `partition`, which the
  /// records come from, outlive the step.
  ParkStep(std::string park, const Plan& plan, const PartitionId& partition, WorkingSet& rows,
           DeviceHourCache& hours);

  /// A record or tick received in this minute begins; what came in another minute is settled first.
  void begin(EventTime received_minute, std::int64_t offset);
  /// A kept value of a registered factor changed.
  void touch(const OutletPlan& outlet, std::string_view factor, Kind kind, EventTime time,
             const Device& device);
  /// A value of a registered factor was kept that is the first of its data time.
  void touch_new(const OutletPlan& outlet, std::string_view factor, Kind kind,
                 const KeptValue& value, const Device& device);
  /// A milestone of the park was kept.
  void touch_projects() {
    projects_due_ = true;
    projects_offset_ = offset_;
  }
  /// A document of the park counts now; `former` is the copy that it takes the place of.
  void take_document(const Document* former, const Document& document);
  /// A kept value of a meter or of a facility's run state changed. `device` may be null.
  void touch_operation(const OperationSite& site, Kind kind, EventTime time, const Device* device);
  /// Everything of the outlets in [from, to) is recomputed: registry or rules changed.
  void rejudge(EventTime from, EventTime to);
  /// Settles the last run and refreshes what is still open. Call once, at the end of a batch.
  void finish();

  /// As loaded, for the commit's check.
  ParkVersion version() const;

 private:
  /// What touched an outlet's window.
  struct Touch {
    std::int64_t offset = -1;  // of the last record that did; -1: none did
    bool changes = false;      // the window may have changed, so it is computed anew
  };
  using TouchedOutlets = std::map<const OutletPlan*, Touch>;
  using FirstHours = std::map<std::string, EventTime, std::less<>>;      // by factor
  using JudgedSubjects = std::set<std::pair<std::string, std::string>>;  // rule, subject
  /// A subject's log as it stood when the run's first window changed it, and as it is now.
  struct TouchedTrail {
    EpisodeSubject subject;
    EpisodeLog before, now;
    std::map<EventTime, std::string> severities;  // of violations, by their start
  };

  static void touch_outlet(TouchedOutlets& touched, const OutletPlan& outlet, std::int64_t offset,
                           bool changes = true);
  void touch_windows(const OutletPlan& outlet, std::string_view factor, Kind kind, EventTime time,
                     const Device& device, bool changes);
  bool repeats(const OutletPlan& outlet, std::string_view factor, const KeptValue& sample,
               const Device& device) const;
  void settle_hour(const OutletPlan& outlet, EventTime hour, const Touch& touch);
  void touch_all_outlets(TouchedOutlets& touched);
  Cause cause_of(const OutletPlan& outlet, const WindowKey& key, std::int64_t offset);
  std::string cause_of_set();
  void settle_run();
  void close_windows(EventTime before, EventTime now);
  EventTime closed_until() const;
  void write_operation();
  void recompute_touched(bool closed_only);
  static std::vector<const OutletPlan*> changed_outlets(const TouchedOutlets& touched);
  void add_window_keys(std::vector<Key>& keys, LimitSpan span, EventTime start,
                       const std::vector<const OutletPlan*>& outlets) const;
  void preload_devices(EventTime hour);
  void preload_hour(EventTime hour, const TouchedOutlets& touched);
  void preload_day(EventTime day, const TouchedOutlets& touched);
  void recompute_hour(const OutletPlan& outlet, EventTime hour, std::int64_t offset);
  void touch_clusters(const OutletPlan& outlet, EventTime hour);
  void touch_day(const OutletPlan& outlet, const WindowKey& key, const OutletWindows& windows,
                 std::int64_t offset);
  void recompute_day(const OutletPlan& outlet, EventTime day_start, std::int64_t offset);
  void write_outlet(const OutletPlan& outlet, const WindowKey& key, const MarkedWindows& marked,
                    const Cause& cause);
  const OutletMarks& marks_of(const OutletPlan& outlet);
  bool reaches(const Mark& mark, const OutletMarks& all, EventTime start, EventTime end) const;
  void take_mark(const Mark* former, const Mark* mark);
  void write_mark_states(const std::string& outlet_id);
  void write_all_marks();
  void touch_marked(const Mark& mark);
  void note_marked(const std::string& outlet, const std::string& reach, EventTime from,
                   EventTime to);
  void forget_marked(EventTime minute);
  void touch_pending(EventTime before, EventTime now);
  void touch_pending_day(EventTime day, EventTime now);
  std::vector<const OutletPlan*> pending_outlets(LimitSpan span, EventTime start, EventTime now);
  bool marked_in_minute(const OutletPlan& outlet, const WindowSpan& window, EventTime minute);
  void write_trails(const OutletPlan& outlet, const WindowKey& key, EventTime end,
                    const OutletWindows& windows, const std::vector<Verdict>& verdicts);
  void close_former_trails(const OutletPlan& outlet, const WindowKey& key, EventTime end,
                           const JudgedSubjects& judged);
  void write_hour_trails(const OutletPlan& outlet, const WindowKey& key, EventTime end,
                         const OutletWindows& windows, JudgedSubjects& judged);
  void move_time_to_kept_values(EventTime from, EventTime to);
  void touch_kept_values(const OutletPlan& outlet, EventTime hour);
  void touch_former_outlets(EventTime hour);
  TouchedTrail* touched_trail(const EpisodeSubject& subject, bool needed);
  void write_violations(const std::string& rule, const std::string& subject,
                        const std::vector<Violation>& violations, const Cause& cause);
  void note_emission(const OutletPlan& outlet, const WindowKey& key, const OutletWindows& windows);
  Cause cause_of_violations(std::int64_t offset);
  void judge_projects();
  void set_trail(const EpisodeSubject& subject, EventTime start, EventTime end, TrailClass of);
  void write_episodes();
  const Parameters& parameters_of(const OutletPlan& outlet, EventTime at) const;
  Capture capture_at(const std::string& outlet, const std::string& factor, EventTime at);
  std::int64_t gaps_from(const std::string& outlet, const std::string& factor, EventTime at);
  std::vector<std::string> pollutants_of(const std::string& outlet);
  void note_masses(const OutletPlan& outlet, const WindowKey& key,
                   const std::vector<Window>& windows);
  void count_mass(const OutletPlan& outlet, const std::string& factor, EventTime hour,
                  const HourMass& before, const HourMass& now);
  void touch_gaps(const OutletPlan& outlet, const std::string& factor, EventTime from);
  void write_substitutions();
  void substitute(const OutletPlan& outlet, const std::string& factor, EventTime from);
  void estimate_run(const OutletPlan& outlet, const std::string& factor, MassHours& series,
                    EventTime first, const std::vector<EventTime>& run,
                    std::map<EventTime, Row>& found);
  void put_substitutions(const OutletPlan& outlet, const std::string& factor, EventTime begin,
                         std::map<EventTime, Row> found);
  void write_contributions();
  static bool may_be_estimated(const Window& window);
  void preload_estimates(EventTime hour);
  void write_hour_contribution(const std::string& cluster, EventTime hour);
  void write_day_contribution(const std::string& cluster, EventTime day_start);
  void put_contributions(const std::string& cluster, LimitSpan span, EventTime start,
                         Contributions sums, bool closed);
  void note_first(const OutletPlan& outlet, std::string_view factor, EventTime hour);
  FirstHours& first_hours(const std::string& outlet);
  std::optional<EventTime> first_hour(const std::string& outlet, const std::string& factor);
  bool hour_closed(EventTime hour) const;
  bool day_closed(const Zone& zone, EventTime day_start) const;
  EventTime end_of(const WindowKey& key) const;

  std::string park_;
  const Plan& plan_;
  const PartitionId& partition_;
  WorkingSet& rows_;
  DeviceHourCache& hours_;
  // Every value asks for its series' first hour: held for the batch, by outlet.
  std::unordered_map<std::string, FirstHours> first_hours_;
  Versions versions_;
  const Zone& zone_;
  OperationStep operation_;
  std::optional<EventTime> time_;  // the park's time; nothing before its first record
  std::int64_t loaded_version_ = 0;
  std::optional<EventTime> rows_through_;  // hour up to which every series has its rows
  std::optional<EventTime> run_minute_;
  std::optional<EventTime> preloaded_;  // the newest hour whose devices were read ahead
  EventTime cause_minute_;              // received minute of what is being settled
  std::int64_t offset_ = -1;            // of the record in hand
  bool rejudging_ = false;
  bool projects_due_ = false;          // to be judged when the run is settled
  std::int64_t projects_offset_ = -1;  // of the record that asks for it
  std::map<EventTime, TouchedOutlets> touched_hours_;
  /// What was touched last: the factors of a record touch the same, one after the other.
  struct LastTouch {
    const OutletPlan* outlet = nullptr;
    EventTime first, last;
    Touch touch;
  } last_touch_;
  const OutletPlan* last_noted_ = nullptr;  // the outlet whose first hours are at hand
  FirstHours* last_hours_ = nullptr;
  std::map<EventTime, TouchedOutlets> touched_days_;
  std::map<std::pair<std::string, std::string>, TouchedTrail> touched_trails_;  // by rule, subject
  std::set<std::pair<std::string, EventTime>> dirty_hours_;                     // cluster and hour
  /// Series whose gaps are to be estimated anew, from an hour on.
  std::map<std::pair<const OutletPlan*, std::string>, EventTime> touched_gaps_;
  std::map<std::string, OutletMarks> marks_;          // by outlet, as far as asked for
  std::map<std::string, OutletPlan> former_outlets_;  // with rows, but no longer of this park
};

}  // namespace parkwatch
