#include "app/log_tail.h"

#include <algorithm>

#include "app/rows.h"

namespace parkwatch {

std::map<PartitionId, std::int64_t> read_offsets(Store& store) {
  std::map<PartitionId, std::int64_t> offsets;
  store.scan(TableId::Progress, {}, {}, 0, [&](const Row& row) {
    offsets[{text_of(row[0]), static_cast<std::int32_t>(number_of(row[1]))}] = number_of(row[2]);
  });
  return offsets;
}

void read_tail(Source& source, const std::map<PartitionId, std::int64_t>& from,
               const std::function<void(const PartitionId&, const RecordView&)>& sink) {
  constexpr std::chrono::milliseconds wait(200);
  std::map<PartitionId, std::int64_t> ends;  // of partitions that are not read up yet
  for (bool begun = false; !begun || !ends.empty();) {
    const Poll poll = source.poll(wait);
    for (const PartitionId& id : poll.assigned) {
      begun = true;
      const Watermarks log = source.watermarks(id);
      const auto read = from.find(id);
      const std::int64_t begin = read == from.end() ? log.low : std::max(log.low, read->second);
      source.seek(id, std::min(begin, log.high));
      if (begin < log.high) ends[id] = log.high;
    }
    for (const PartitionRecords& part : poll.records) {
      const auto end = ends.find(part.id);
      if (end == ends.end()) continue;
      for (const RecordView& record : part.records) {
        if (record.offset < end->second) sink(part.id, record);
      }
      if (part.records.back().offset + 1 >= end->second) ends.erase(end);
    }
    // What stands before the end may be no record: transaction marks take offsets too.
    std::erase_if(ends, [&](const auto& each) { return source.end_of_partition(each.first); });
  }
}

}  // namespace parkwatch
