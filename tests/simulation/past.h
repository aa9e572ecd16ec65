#pragma once

#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/simulation/oracle.h"

namespace parkwatch::oracle {

/// The versions of one thing: at most one a minute, the last is the present one. A version's minute
/// is the greater of the changing record's received minute and the present version's; while it
/// lasts the version is replaced, and it is gone when the state returns to what it was.
/// What made a version is the strongest of the causes in its minute.
template <class State>
struct VersionStack {
  struct Version {
    Time minute;
    State state;
    std::string cause;
  };
  std::vector<Version> versions;

  void put(Time received_minute, const State& state, const std::string& cause = "late") {
    if (versions.empty()) {
      versions.push_back({received_minute, state, cause});
      return;
    }
    Version& present = versions.back();
    if (received_minute > present.minute) {
      if (!(present.state == state)) versions.push_back({received_minute, state, cause});
      return;
    }
    present.state = state;
    present.cause = stronger(present.cause, cause);
    if (versions.size() > 1 && versions[versions.size() - 2].state == state) versions.pop_back();
  }

  static std::string stronger(const std::string& a, const std::string& b) {
    if (a == "contradicted" || b == "contradicted") return "contradicted";
    return a == "resent" || b == "resent" ? "resent" : "late";
  }
};

/// The episodes of a subject, and when the windows that opened them first closed.
struct EpisodesKnown {
  std::vector<EpisodeRow> rows;
  std::map<Time, Time> first_closed;  // by opening window: the version minute
  friend bool operator==(const EpisodesKnown& a, const EpisodesKnown& b) {
    return a.rows == b.rows;
  }
};

/// Reads the log in order: what was final at the end of each run of records that one park received
/// in one minute, and how that changed.
class Past {
 public:
  explicit Past(Oracle& oracle) : oracle_(oracle) {}

  /// Call before the oracle consumes the record; it ends the park's run if the minute is another.
  void before(const Sent& sent);
  /// The log has ended.
  void finish();

  /// (by day, start, outlet, factor); for a verdict with its limit, for a window with "".
  using RowKey = std::tuple<std::string, bool, Time, std::string, std::string, std::string>;
  const std::map<RowKey, VersionStack<WindowRow>>& windows() const { return windows_; }
  const std::map<RowKey, VersionStack<VerdictRow>>& verdicts() const { return verdicts_; }
  const std::map<Subject, VersionStack<EpisodesKnown>>& episodes() const { return episodes_; }

 private:
  void settle(const std::string& park, Time minute);
  void settle_episodes(const std::string& park);
  /// Why the records received in the minute changed a window (docs/store.md, history).
  std::string cause(const WindowRow& window, Time minute) const;
  std::map<Time, Time> first_closed(const Subject& subject) const;

  Oracle& oracle_;
  std::map<std::string, Time> runs_;  // the received minute of each park's run
  std::map<RowKey, VersionStack<WindowRow>> windows_;
  std::map<RowKey, VersionStack<VerdictRow>> verdicts_;
  std::map<Subject, VersionStack<EpisodesKnown>> episodes_;
  /// Kept values that came again or otherwise, of the park in hand: every one, and those that
  /// changed in the run.
  std::vector<Ledger::Changed> marked_;
  std::vector<Ledger::Changed> in_run_;
};

}  // namespace parkwatch::oracle
