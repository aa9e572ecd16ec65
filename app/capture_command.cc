#include "app/capture_command.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>

#include "app/stop_signals.h"
#include "ingest/capture_file.h"
#include "ingest/kafka_source.h"

namespace parkwatch {

namespace {

using std::chrono::steady_clock;

/// A line a second about long work, only where someone looks on.
class Progress {
 public:
  explicit Progress(std::int64_t total) : total_(total) {}

  void show(std::int64_t done) {
    const auto now = steady_clock::now();
    if (!shown_ || now - last_ < std::chrono::seconds(1)) return;
    last_ = now;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    const double rate = static_cast<double>(done) / seconds;
    std::fprintf(stderr, "\rcaptured %lld records, %.0f/s", static_cast<long long>(done), rate);
    if (total_ > done && done > 0) {
      std::fprintf(stderr, ", %.0f s left ", static_cast<double>(total_ - done) / rate);
    }
    std::fflush(stderr);
  }

 private:
  const std::int64_t total_;  // 0: no end
  const bool shown_ = isatty(STDERR_FILENO) == 1;
  const steady_clock::time_point start_ = steady_clock::now();
  steady_clock::time_point last_ = start_;
};

/// The capture in hand: which offset each partition still has to reach.
class Capture {
 public:
  Capture(const CaptureOptions& options, Source& source)
      : until_end_(options.until_end), source_(source), writer_(options.output) {}

  /// All partitions from their oldest record on.
  void begin(const std::vector<PartitionId>& partitions) {
    for (const PartitionId& id : partitions) {
      const Watermarks log = source_.watermarks(id);
      source_.seek(id, log.low);
      ends_[id] = log.high;
      total_ += log.high - log.low;
    }
  }

  void take(const Poll& poll) {
    for (const PartitionRecords& part : poll.records) {
      for (const RecordView& record : part.records) {
        if (until_end_ && record.offset >= ends_.at(part.id)) continue;
        writer_.write(part.id, record);
        ++written_;
      }
      if (part.records.back().offset + 1 >= ends_.at(part.id)) finished_[part.id] = true;
    }
    // What stands before the end may be no record: transaction marks take offsets too.
    for (const auto& [id, end] : ends_) {
      if (source_.end_of_partition(id)) finished_[id] = true;
    }
    if (poll.records.empty()) writer_.flush();
  }

  bool done() const { return until_end_ && !ends_.empty() && finished_.size() == ends_.size(); }
  void finish() { writer_.flush(); }
  std::int64_t written() const { return written_; }
  std::int64_t total() const { return until_end_ ? total_ : 0; }
  std::size_t partitions() const { return ends_.size(); }

 private:
  const bool until_end_;
  Source& source_;
  CaptureWriter writer_;
  std::map<PartitionId, std::int64_t> ends_;
  std::map<PartitionId, bool> finished_;
  std::int64_t total_ = 0;
  std::int64_t written_ = 0;
};

}  // namespace

ExitCode capture_topic(const CaptureOptions& options) {
  constexpr std::chrono::milliseconds wait(200);
  StopSignals signals;
  KafkaSource::Options from;
  from.broker = options.broker;
  from.topic = options.topic;
  KafkaSource source(from);
  Capture capture(options, source);
  capture.begin(source.poll(wait).assigned);
  Progress progress(capture.total());
  while (!capture.done() && !signals.stop_requested()) {
    capture.take(source.poll(wait));
    progress.show(capture.written());
  }
  capture.finish();
  std::fprintf(stderr, "captured %lld records of %zu partitions of %s\n",
               static_cast<long long>(capture.written()), capture.partitions(),
               options.topic.c_str());
  return ExitCode::Ok;
}

}  // namespace parkwatch
