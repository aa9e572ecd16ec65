#pragma once

#include <functional>
#include <optional>
#include <string>

#include "alerts/episode_log.h"
#include "app/rows.h"
#include "app/working_set.h"

namespace parkwatch {

/// Why a closed row got another version, and what it rests on.
struct Cause {
  EventTime minute;      // received minute of the changing record
  std::string registry;  // hash of the set it is computed under now
  std::string evidence;  // topic/partition/offset
  // Asked for only where a version is kept. A version made under another set has the set's cause.
  std::function<std::string()> of_data;  // late, resent, contradicted
  std::function<std::string()> of_set;   // rule, registry, release
};

/// How grave an episode is, by the window or instant that opened it.
using SeverityOf = std::function<std::string(EventTime)>;

/// Writes rows with their former versions. A version's minute is the greater of the changing
/// record's received minute and the row's present one; while it lasts the version is replaced, and
/// it is removed if the state returns to what it was. So a burst makes one version, and no batch
/// boundary shows. Another set is another version even in the same minute: it takes the next one.
class Versions {
 public:
  explicit Versions(WorkingSet& rows) : rows_(rows) {}

  /// A row of outlet_window, verdict or violation. Open rows have no versions.
  void put(TableId table, Row row, const Cause& cause);
  /// Removes such a row, keeping a closed one as former version.
  void erase(TableId table, const Key& key, const Cause& cause);
  /// Writes the episodes of a subject as they are `now`, and the events of the log's minute.
  /// `before` are the episodes as stored, `stored` is the log they came from.
  void put_episodes(const EpisodeSubject& subject, const EpisodeLog& stored, const EpisodeLog& log,
                    const std::vector<EpisodeSpan>& before, const std::vector<EpisodeSpan>& now,
                    const SeverityOf& severity);

 private:
  void keep_former(TableId table, const Row& former, EventTime replaced, const Cause& cause);
  void drop(TableId table, const Row& present, const Cause& cause);
  void come_back(Row& row, const Cause& cause);
  void join_cause(TableId table, const Row& present, const Cause& cause);
  const Row* last_former(TableId table, const Row& row);
  std::optional<EventTime> first_closed(const EpisodeSubject& subject, EventTime window);
  void put_severities(const EpisodeSubject& subject, const std::vector<EpisodeSpan>& now,
                      const SeverityOf& severity);
  Row event_row(const EpisodeSubject& subject, const EpisodeChange& change, EventTime minute,
                const std::vector<EpisodeSpan>& base);

  WorkingSet& rows_;
};

/// The text under which a row's former versions are kept: its key cells, joined by '|'.
std::string history_key(TableId table, const Row& row);

}  // namespace parkwatch
