// Consumes a topic from its start to its end, and prints what that cost as one JSON line:
//   parkwatch_judge_bench bare  BOOTSTRAP TOPIC                 the client's batch loop, nothing
//   else parkwatch_judge_bench judge BOOTSTRAP TOPIC REGISTRY RULES  decode, windows and limits,
//   null store
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>

#include "app/activation.h"
#include "app/decoder_options.h"
#include "app/task.h"
#include "ingest/kafka_source.h"

namespace parkwatch {
namespace {

/// Holds nothing and forgets what it is given: what the judging itself costs.
class NullStore final : public Store {
 public:
  Checkpoint claim(const PartitionId&) override { return {}; }
  void read(TableId, std::span<const Key>, const RowSink&) override {}
  void scan(TableId, const Key&, const Key&, std::size_t, const RowSink&) override {}
  void commit(const Commit& commit) override { rows += commit.changes.size(); }
  std::string active_set() override { return {}; }
  std::size_t rows = 0;
};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

long peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

/// Every record of the topic once, handed to `take` by partition.
template <class Take>
std::int64_t consume(const std::string& bootstrap, const std::string& topic, Take take) {
  KafkaSource::Options options;
  options.broker.bootstrap = bootstrap;
  options.topic = topic;
  KafkaSource source(std::move(options));
  std::map<PartitionId, std::int64_t> ends;
  std::map<PartitionId, std::int64_t> done;
  std::int64_t records = 0;
  for (;;) {
    const Poll poll = source.poll(std::chrono::milliseconds(50));
    for (const PartitionId& id : poll.assigned) {
      const Watermarks marks = source.watermarks(id);
      source.seek(id, marks.low);
      ends[id] = marks.high;
      done[id] = marks.low;
    }
    for (const PartitionRecords& batch : poll.records) {
      take(batch);
      records += static_cast<std::int64_t>(batch.records.size());
      done[batch.id] = batch.records.back().offset + 1;
    }
    bool over = !ends.empty();
    for (const auto& [id, end] : ends) over = over && done[id] >= end;
    if (over) return records;
  }
}

int run(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if ((mode != "bare" || argc != 4) && (mode != "judge" || argc != 6)) {
    std::fprintf(stderr, "usage: judge_bench bare|judge BOOTSTRAP TOPIC [REGISTRY RULES]\n");
    return 2;
  }
  NullStore store;
  std::unique_ptr<Task> task;
  std::map<PartitionId, PartitionState> states;
  if (mode == "judge") {
    LoadedSet loaded = load_set(argv[4], argv[5]);
    if (refuses(loaded.faults)) return 78;
    Task::Options options;
    options.rows_max = 100'000'000;
    options.device_values_max = 100'000'000;
    options.evidence = false;
    task = std::make_unique<Task>(store, make_plan(loaded.set),
                                  decoder_options(loaded.set, "", false), options);
  }
  const double cpu_before = cpu_seconds();
  const auto begin = std::chrono::steady_clock::now();
  std::size_t bytes = 0;
  const std::int64_t records = consume(argv[2], argv[3], [&](const PartitionRecords& batch) {
    if (task == nullptr) {
      for (const RecordView& record : batch.records) bytes += record.payload.size();
      return;
    }
    PartitionState& state =
        states.try_emplace(batch.id, PartitionState{batch.id, 0, -1, {}, {}}).first->second;
    const Commit commit = task->step(state, batch.records);
    store.commit(commit);
    task->settle();
    state.next_offset = commit.move->next_offset;
    state.counters = commit.move->counters;
  });
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  const double cpu = cpu_seconds() - cpu_before;
  std::int64_t accepted = 0;
  for (const auto& [id, state] : states) {
    const auto found = state.counters.find("values_accepted");
    if (found != state.counters.end()) accepted += found->second;
  }
  std::printf(
      "{\"mode\":\"%s\",\"records\":%lld,\"wall_s\":%.3f,\"cpu_s\":%.3f,"
      "\"cpu_s_per_million\":%.3f,\"peak_mib\":%ld,\"values_accepted\":%lld,\"rows\":%zu,"
      "\"bytes\":%zu}\n",
      mode.c_str(), static_cast<long long>(records), wall.count(), cpu,
      cpu / static_cast<double>(records) * 1e6, peak_mib(), static_cast<long long>(accepted),
      store.rows, bytes);
  return 0;
}

}  // namespace
}  // namespace parkwatch

int main(int argc, char** argv) try {
  return parkwatch::run(argc, argv);
} catch (const std::exception& error) {
  std::fprintf(stderr, "judge_bench: %s\n", error.what());
  return 1;
}
