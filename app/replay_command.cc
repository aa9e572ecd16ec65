#include "app/replay_command.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <map>

#include "app/activation.h"
#include "app/cluster_step.h"
#include "app/decoder_options.h"
#include "app/faults.h"
#include "app/log.h"
#include "app/progress.h"
#include "app/real_time.h"
#include "app/task.h"
#include "app/until_ticks.h"
#include "ingest/replay_file.h"
#include "ingest/topics.h"

namespace parkwatch {

namespace {

/// Feeds records of several partitions to one task, a commit per batch.
class Replay {
 public:
  Replay(Store& store, std::shared_ptr<const Plan> plan, const Decoder::Options& decoder)
      : store_(store), task_(store, plan, decoder, {}), clusters_(store, *plan) {}

  void take(std::span<const CapturedRecord> records) {
    for (std::size_t i = 0; i < records.size();) {
      std::vector<RecordView> batch;
      const PartitionId& id = records[i].id;
      PartitionState& state = this->state(id);
      for (; i < records.size() && records[i].id == id; ++i) {
        if (records[i].record.offset >= state.next_offset) batch.push_back(records[i].record);
      }
      if (!batch.empty()) commit(state, batch);
    }
  }

  /// A tick for every park.
  void advance(ReceivedTime until) {
    Positions after;
    for (const auto& [id, state] : states_) after[id] = state.next_offset;
    const PartitionId own{std::string(until_topic), 0};
    PartitionState& state = this->state(own);
    const std::vector<EvidenceRecord> ticks =
        until_ticks(task_.plan().parks(), until, next_offset(own), after);
    std::vector<RecordView> views;
    for (const EvidenceRecord& tick : ticks) views.push_back(view_of(tick));
    if (!views.empty()) commit(state, views);
  }

  void finish() {
    while (clusters_.step(10'000) > 0) {
    }
  }

  /// Where plain files go on: after what the store has.
  std::int64_t next_offset(const PartitionId& id) {
    return std::max<std::int64_t>(0, state(id).next_offset);
  }

  std::string counters() const {
    Counters sum;
    for (const auto& [id, state] : states_) {
      if (id.topic == until_topic) continue;  // no records of the log
      for (const auto& [name, value] : state.counters) sum[name] += value;
    }
    std::string text = "{";
    for (const auto& [name, value] : sum) {
      text += fmt::format("{}\"{}\":{}", text.size() > 1 ? "," : "", name, value);
    }
    return text + fmt::format("{}\"records_difference\":{},\"values_difference\":{}}}",
                              text.size() > 1 ? "," : "", conservation_difference(sum, "records"),
                              conservation_difference(sum, "values"));
  }

 private:
  void commit(PartitionState& state, std::span<const RecordView> records) {
    const Commit commit = task_.step(state, records);
    store_.commit(commit);
    task_.settle();
    state.counters = commit.move->counters;
    state.next_offset = commit.move->next_offset;
    state.chain_head = commit.move->chain_head;
  }

  PartitionState& state(const PartitionId& id) {
    const auto found = states_.find(id);
    if (found != states_.end()) return found->second;
    return states_.emplace(id, partition_state(id, store_.claim(id))).first->second;
  }

  Store& store_;
  Task task_;
  ClusterStep clusters_;
  std::map<PartitionId, PartitionState> states_;
};

std::optional<std::int64_t> time_option(const std::string& name, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const std::optional<std::int64_t> at = parse_iso_time(text);
  if (!at) throw UsageError(name + " " + text + " is no time like 2026-03-15T09:00:00+08:00");
  return at;
}

}  // namespace

ExitCode replay(const ReplayOptions& options) {
  const std::optional<std::int64_t> until = time_option("--until", options.until);
  const std::optional<std::int64_t> received = time_option("--received", options.received);
  const LoadedSet loaded = load_set(options.registry, options.rules);
  if (report_faults(loaded.faults)) return ExitCode::Configuration;
  const std::shared_ptr<const Plan> plan = make_plan(loaded.set);
  const Decoder::Options decoder = decoder_options(loaded.set, options.keys, options.modbus_crc);
  const std::unique_ptr<Store> store = open_store(options.store);
  require_set(*store, loaded.files, *plan, real_time_ms());
  Replay replay(*store, plan, decoder);
  for (const std::string& path : options.files) {
    ReplayFile::Options how;
    how.first_offset = replay.next_offset({std::string(input_topic), 0});
    how.received_ms = received;
    how.frames = decoder.frames;
    ReplayFile file(path, how);
    Progress progress(path, static_cast<std::int64_t>(std::filesystem::file_size(path)));
    for (;;) {
      const auto records = file.read(options.batch_records);
      if (!records) {
        log_error(fmt::format("{}:{}: {}", path, records.error().line, records.error().reason));
        return ExitCode::Runtime;
      }
      if (records->empty()) break;
      replay.take(*records);
      progress.advance(file.bytes_read(), static_cast<std::int64_t>(records->size()));
    }
  }
  if (until) replay.advance(ReceivedTime(*until));
  replay.finish();
  std::puts(replay.counters().c_str());
  return ExitCode::Ok;
}

}  // namespace parkwatch
