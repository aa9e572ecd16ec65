#include "app/rejudge_command.h"

#include <chrono>
#include <memory>
#include <optional>
#include <ostream>

#include "app/activation.h"
#include "app/cluster_step.h"
#include "app/faults.h"
#include "app/real_time.h"
#include "app/rejudge_step.h"
#include "app/row_difference.h"
#include "storage/overlay_store.h"

namespace parkwatch {

namespace {

constexpr std::size_t slice_hours = 24 * 7;
constexpr std::size_t marks_max = 10'000;
constexpr TableId shown_tables[] = {TableId::OutletWindow, TableId::Verdict,       TableId::Quality,
                                    TableId::Contribution, TableId::ClusterWindow, TableId::Episode,
                                    TableId::Violation,    TableId::Mark,          TableId::Capture,
                                    TableId::Substitution};

EventTime time_of(const std::string& flag, const std::string& text, EventTime otherwise) {
  if (text.empty()) return otherwise;
  const std::optional<std::int64_t> time = parse_iso_time(text);
  if (time) return EventTime(*time);
  throw UsageError("rejudge: " + flag + " " + text +
                   " is no time; write it with a zone, as 2026-03-15T09:30:00+08:00");
}

void require_within(const ParkPeriods& periods, const Validity& asked) {
  for (const auto& [park, changed] : periods) {
    if (changed.front().from >= asked.from && changed.back().to <= asked.to) continue;
    throw UsageError("rejudge: the change touches park " + park + " from " +
                     utc_text(changed.front().from) + " to " + utc_text(changed.back().to) +
                     ", which is more than --from and --to say: widen or leave out both");
  }
}

/// Works off everything that is listed, clusters last.
class Work {
 public:
  Work(Store& store, std::shared_ptr<const Plan> plan, const Publishing& publishing)
      : store_(store),
        plan_(std::move(plan)),
        publishing_(publishing),
        task_(store, plan_, Decoder::Options{}, Task::Options{.publishing = publishing}) {}

  void finish() {
    while (rejudge_slice(store_, task_, slice_hours)) {
    }
    ClusterStep clusters(store_, *plan_, publishing_);
    while (clusters.step(marks_max) > 0) {
    }
  }

 private:
  Store& store_;
  std::shared_ptr<const Plan> plan_;
  Publishing publishing_;
  Task task_;
};

void print_periods(const SetChange& change, const Plan& plan, std::ostream& out) {
  if (change.former == plan.hash()) {
    out << "set " << plan.hash().substr(0, 12) << " is active already\n";
  } else {
    out << "set " << change.former.substr(0, 12) << " -> " << plan.hash().substr(0, 12) << " ("
        << change.cause << " changed)\n";
  }
  for (const auto& [park, periods] : change.periods) {
    for (const Validity& period : periods) {
      out << "park " << park << ": " << utc_text(period.from) << " to " << utc_text(period.to)
          << '\n';
    }
  }
  if (change.periods.empty()) out << "nothing stored is touched\n";
}

SetChange change_of(Store& store, const LoadedSet& given, const Plan& plan,
                    const RejudgeOptions& options) {
  const Validity asked{time_of("--from", options.from, Validity{}.from),
                       time_of("--to", options.to, Validity{}.to)};
  if (asked.from >= asked.to) throw UsageError("rejudge: --from must lie before --to");
  SetChange change = change_to(store, given.files, plan);
  if (change.former.empty()) {
    throw StoreRefused("the store has no active set yet: nothing to judge anew");
  }
  if (change.former != plan.hash()) {
    require_within(change.periods, asked);
  } else if (!options.from.empty()) {
    change = everything_between(store, plan, asked.from, asked.to);
  }
  return change;
}

}  // namespace

ExitCode rejudge(const RejudgeOptions& options, std::ostream& out, std::ostream&) {
  const Publishing publishing = Publishing::parse(options.publish);
  const LoadedSet given = load_set(options.registry, options.rules);
  if (report_faults(given.faults)) return ExitCode::Configuration;
  const std::shared_ptr<const Plan> plan = make_plan(given.set);
  // What is printed is computed over a snapshot first, in both cases: the same work, not written.
  {
    const std::unique_ptr<Store> snapshot = open_store_snapshot(options.store_url);
    OverlayStore overlay(*snapshot);
    const SetChange change = change_of(overlay, given, *plan, options);
    print_periods(change, *plan, out);
    activate(overlay, given.files, *plan, change, real_time_ms());
    Work(overlay, plan, {}).finish();
    DifferenceTotals totals;
    for (const TableId id : shown_tables) {
      overlay.differences(id, [&](const Row* before, const Row* after) {
        const std::string line = difference_line(id, before, after);
        if (line.empty()) return;
        totals.add(id, before, after);
        if (!options.quiet) out << line << '\n';
      });
    }
    out << totals.text() << totals.count() << " rows differ\n";
  }
  if (options.dry_run) {
    out << "nothing was written\n";
    return ExitCode::Ok;
  }
  const std::unique_ptr<Store> store = open_store(options.store_url);
  activate(*store, given.files, *plan, change_of(*store, given, *plan, options), real_time_ms());
  Work(*store, plan, publishing).finish();
  out << "written; former versions are in history\n";
  return ExitCode::Ok;
}

}  // namespace parkwatch
