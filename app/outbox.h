#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace parkwatch {

/// Which results are told to their topics.
struct Publishing {
  bool windows = false;
  bool verdicts = false;
  bool alerts = false;
  bool contributions = false;
  bool clusters = false;
  bool violations = false;
  bool quality = false;
  bool marks = false;
  bool dead = false;
  bool open = false;  // windows, verdicts and totals also before they close

  bool any() const {
    return windows || verdicts || alerts || contributions || clusters || violations || quality ||
           marks || dead;
  }
  /// "none", "all" or names between commas; the setting topics.publish. Throws UsageError.
  static Publishing parse(std::string_view names);
  /// The topics that messages go to.
  std::vector<std::string> topics() const;
};

/// Adds a message to the outbox for every changed row that is told: what is committed is what will
/// be published. Call when rows, parks and move of the commit are complete. Versions: of a park's
/// row the park version that this commit makes, of a cluster's the number of the cluster step.
void add_messages(Commit& commit, const Publishing& publishing);

/// A row of the outbox, as the publisher reads it.
struct OutboxMessage {
  std::int64_t id = 0;
  std::string topic, key, message_id, type;
  std::int64_t time_ms = 0;  // event time, never a clock's
  std::int64_t version = 0;  // of all messages with the same key the greatest counts
  std::string payload;
  bool removed = false;  // a tombstone: the row is no more
};

/// What a row of `outbox` tells.
OutboxMessage outbox_message(const Row& row);

}  // namespace parkwatch
