#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/cluster_step.h"
#include "app/task.h"
#include "storage/memory_store.h"

namespace parkwatch {

/// The registry below, by file name.
std::map<std::string, std::string> default_registry();

/// A registry folder in memory over the shipped rules: one park, one cluster, one air and one water
/// outlet unless a test replaces a file.
struct World {
  /// File name and text; what is not given is the default one.
  explicit World(const std::map<std::string, std::string>& files = {},
                 const std::string& hash = "set");

  /// Takes JSON documents as one batch; each is a record with its own offset. The received time is
  /// the member `received`, there is no append time.
  void feed(const std::vector<std::string>& documents);
  /// A tick for the park.
  void tick(const std::string& received);
  void settle_clusters();

  /// A column of the row with this key, as text; "" when null, "no row" when there is none.
  std::string value(TableId table, const Key& key, const std::string& column);
  std::vector<Row> rows(TableId table, const Key& prefix = {});

  std::shared_ptr<const Plan> plan;
  std::unique_ptr<MemoryStore> store;
  std::unique_ptr<Task> task;
  PartitionState state;
};

/// Milliseconds of an ISO time; fails the test for anything else.
std::int64_t at(const std::string& iso);

/// A reading document: {"mn":…,"kind":…,"time":…,"received":…,"factors":…}.
std::string reading(const std::string& kind, const std::string& time, const std::string& received,
                    const std::string& factors, const std::string& mn = "AIR1");

}  // namespace parkwatch
