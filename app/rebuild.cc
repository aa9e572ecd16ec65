#include "app/rebuild.h"

#include <stdlib.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <map>

#include "app/cluster_step.h"
#include "app/until_ticks.h"
#include "app/versions.h"
#include "storage/evidence.h"
#include "storage/export.h"
#include "storage/key_order.h"

namespace parkwatch {

namespace {

constexpr std::size_t marks_max = 10'000;

/// Feeds stored segments through the same steps as a worker.
class Rebuild {
 public:
  Rebuild(Store& source, Store& target, const std::shared_ptr<const Plan>& plan,
          const Decoder::Options& decoder, const std::function<void(std::int64_t)>& progress)
      : source_(source),
        target_(target),
        plan_(plan),
        task_(target, plan, decoder, Task::Options{.evidence = false}),
        progress_(progress) {
    Commit first;
    first.changes.push_back({TableId::ActiveSet, {std::string(active_set_name), plan->hash()}});
    target_.commit(first);
    source_.scan(TableId::Segment, {}, {}, 0, [&](const Row& row) {
      const PartitionId id{text_of(row[0]), static_cast<std::int32_t>(number_of(row[1]))};
      waiting_[id].push_back(number_of(row[2]));
    });
  }

  void run() {
    const PartitionId until{std::string(until_topic), 0};
    const auto ticks = waiting_.extract(until);
    if (!ticks.empty()) {
      for (const std::int64_t first_offset : ticks.mapped()) {
        const std::vector<EvidenceRecord> records = read(until, first_offset);
        for (const auto& [id, offset] : positions_of(records.front())) take_until(id, offset);
        step(until, records);
      }
    }
    for (auto& [id, offsets] : waiting_) {
      for (const std::int64_t first_offset : offsets) step(id, read(id, first_offset));
    }
    ClusterStep clusters(target_, *plan_);
    while (clusters.step(marks_max) > 0) {
    }
  }

 private:
  void take_until(const PartitionId& id, std::int64_t offset) {
    const auto found = waiting_.find(id);
    if (found == waiting_.end()) return;
    std::deque<std::int64_t>& offsets = found->second;
    for (; !offsets.empty() && offsets.front() < offset; offsets.pop_front()) {
      step(id, read(id, offsets.front()));
    }
  }

  std::vector<EvidenceRecord> read(const PartitionId& id, std::int64_t first_offset) {
    return read_segment_records(source_, id, first_offset);
  }

  void step(const PartitionId& id, const std::vector<EvidenceRecord>& records) {
    auto state = states_.find(id);
    if (state == states_.end()) {
      state = states_.emplace(id, partition_state(id, target_.claim(id))).first;
    }
    std::vector<RecordView> views;
    views.reserve(records.size());
    for (const EvidenceRecord& record : records) views.push_back(view_of(record));
    if (views.empty()) return;
    const Commit commit = task_.step(state->second, views);
    target_.commit(commit);
    task_.settle();
    state->second.counters = commit.move->counters;
    state->second.next_offset = commit.move->next_offset;
    state->second.chain_head = commit.move->chain_head;
    done_ += static_cast<std::int64_t>(records.size());
    if (progress_) progress_(done_);
  }

  Store& source_;
  Store& target_;
  std::shared_ptr<const Plan> plan_;
  Task task_;
  const std::function<void(std::int64_t)>& progress_;
  std::map<PartitionId, std::deque<std::int64_t>> waiting_;  // first offsets of segments
  std::map<PartitionId, PartitionState> states_;
  std::int64_t done_ = 0;
};

/// The rows of a table one after the other, a page in memory at a time.
class RowCursor {
 public:
  RowCursor(Store& store, const Table& table) : store_(store), table_(table) {
    next_page({});
    skip_others();
  }

  const Row* row() const { return at_ < page_.size() ? &page_[at_] : nullptr; }
  std::string key() const { return ordered_key(key_of(page_[at_])); }
  void advance() {
    step();
    skip_others();
  }

 private:
  static constexpr std::size_t page_rows = 1'000;

  /// On to the next row that is a result.
  void skip_others() {
    while (row() != nullptr && !is_result(table_, *row())) step();
  }
  void step() {
    if (++at_ < page_.size() || page_.size() < page_rows) return;
    const std::span<const Cell> last = key_of(page_.back());
    next_page({last.begin(), last.end()});
  }
  std::span<const Cell> key_of(const Row& row) const {
    return std::span(row).first(table_.key_columns);
  }
  /// From a key on, which itself is left out.
  void next_page(const Key& after) {
    std::vector<Row> page;
    store_.scan(table_.id, after, {}, page_rows + 1, [&](const Row& row) { page.push_back(row); });
    if (!after.empty()) page.erase(page.begin());
    if (page.size() > page_rows) page.pop_back();
    page_ = std::move(page);
    at_ = 0;
  }

  Store& store_;
  const Table& table_;
  std::vector<Row> page_;
  std::size_t at_ = 0;
};

/// How the values of two rows with the same key differ; empty when they do not.
std::string difference(const Table& table, const Row& stored, const Row& rebuilt) {
  for (std::size_t i = table.key_columns; i < stored.size(); ++i) {
    const Column& column = table.columns[i];
    if (column.audit || stored[i] == rebuilt[i]) continue;
    const std::string name(column.name);
    if (column.type == ColumnType::Blob) return name + " is not what the evidence gives";
    return name + " is '" + printed(column.type, stored[i]) + "', the evidence gives '" +
           printed(column.type, rebuilt[i]) + "'";
  }
  return {};
}

void compare_table(Store& stored, Store& rebuilt, const Table& table, RowAudit& audit) {
  bool first = true;
  const auto fault = [&](const Row& row, std::string reason) {
    ++audit.differing;
    if (first) {
      audit.faults.push_back(
          {std::string(table.name), history_key(table.id, row), std::move(reason)});
    }
    first = false;
  };
  RowCursor a(stored, table), b(rebuilt, table);
  while (a.row() != nullptr || b.row() != nullptr) {
    ++audit.rows;
    if (b.row() == nullptr || (a.row() != nullptr && a.key() < b.key())) {
      fault(*a.row(), "no evidence gives this row");
      a.advance();
    } else if (a.row() == nullptr || b.key() < a.key()) {
      fault(*b.row(), "the row is missing");
      b.advance();
    } else {
      std::string reason = difference(table, *a.row(), *b.row());
      if (!reason.empty()) fault(*a.row(), std::move(reason));
      a.advance();
      b.advance();
    }
  }
}

std::size_t rows_in(Store& store, TableId id) {
  std::size_t count = 0;
  store.scan(id, {}, {}, 0, [&](const Row&) { ++count; });
  return count;
}

}  // namespace

TemporaryStore::TemporaryStore() {
  folder_ = (std::filesystem::temp_directory_path() / "parkwatch-audit-XXXXXX").string();
  if (::mkdtemp(folder_.data()) == nullptr) {
    throw StoreUnavailable("no folder for the rebuilt store could be made as " + folder_);
  }
  store_ = open_store("sqlite:" + folder_ + "/rebuilt.db");
}

TemporaryStore::~TemporaryStore() {
  store_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void rebuild(Store& source, Store& target, const std::shared_ptr<const Plan>& plan,
             const Decoder::Options& decoder, const std::function<void(std::int64_t)>& progress) {
  Rebuild(source, target, plan, decoder, progress).run();
}

RowAudit compare_rebuilt(Store& stored, Store& rebuilt) {
  RowAudit audit;
  if (const std::size_t owed = rows_in(stored, TableId::Rejudge); owed > 0) {
    audit.left.push_back("no table: " + std::to_string(owed) +
                         " periods are still to be judged again");
    return audit;
  }
  const bool dirty = rows_in(stored, TableId::Dirty) > 0;
  const bool one_set = rows_in(stored, TableId::RegistrySet) <= 1;
  for (const Table& table : tables()) {
    if (!table.compared) continue;
    if (table.id == TableId::ClusterWindow && dirty) {
      audit.left.push_back("cluster_window: totals are still to be summed");
    } else if ((table.id == TableId::History || table.id == TableId::EpisodeEvent) && !one_set) {
      audit.left.push_back(std::string(table.name) + ": the store was made under several sets");
    } else {
      compare_table(stored, rebuilt, table, audit);
    }
  }
  return audit;
}

}  // namespace parkwatch
