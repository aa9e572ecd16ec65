#include "tests/support/kafka.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace parkwatch {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

KeptRecord keep(const PartitionId& id, const RecordView& record) {
  KeptRecord kept;
  kept.id = id;
  kept.offset = record.offset;
  kept.append_time_ms = record.append_time_ms;
  kept.create_time_ms = record.create_time_ms;
  kept.key = record.key;
  kept.payload = record.payload;
  kept.tombstone = record.tombstone;
  kept.content_type = record.content_type;
  kept.received_ms = record.received_ms;
  for (const auto& [name, value] : record.headers) kept.headers.emplace_back(name, value);
  return kept;
}

bool TestWorker::step(milliseconds timeout) {
  const Poll poll = source_.poll(timeout);
  lost += static_cast<int>(poll.lost.size());
  for (const auto* gone : {&poll.lost, &poll.revoked}) {
    for (const PartitionId& id : *gone) std::erase(owned, id);
  }
  for (const PartitionId& id : poll.assigned) {
    owned.push_back(id);
    const auto found = committed_.find(id);
    source_.seek(id, found == committed_.end() ? source_.watermarks(id).low : found->second);
  }
  for (const PartitionRecords& part : poll.records) {
    EXPECT_TRUE(std::ranges::count(owned, part.id) == 1);
    for (const RecordView& record : part.records) records.push_back(keep(part.id, record));
    committed_[part.id] = part.records.back().offset + 1;
  }
  return !poll.empty();
}

bool TestWorker::run_until(const std::function<bool()>& done, milliseconds bound) {
  const auto give_up = steady_clock::now() + bound;
  while (!done()) {
    if (steady_clock::now() >= give_up) return false;
    step();
  }
  return true;
}

bool TestWorker::run_to_end(milliseconds bound) {
  return run_until(
      [this] {
        return !owned.empty() && std::ranges::all_of(owned, [this](const PartitionId& id) {
          return source_.end_of_partition(id);
        });
      },
      bound);
}

Delivery produce_one(Producer& producer, const std::string& topic, std::string_view key,
                     std::span<const HeaderView> headers, std::string_view payload) {
  Delivery delivery;
  EXPECT_EQ(producer.produce(topic, key, headers, payload,
                             [&delivery](const Delivery& made) { delivery = made; }),
            Produced::Queued);
  EXPECT_TRUE(producer.flush(std::chrono::seconds(60)));
  EXPECT_TRUE(delivery.acknowledged) << delivery.error;
  return delivery;
}

std::size_t produce_many(Producer& producer, const std::string& topic, const std::string& prefix,
                         std::size_t count, std::size_t keys) {
  std::size_t acknowledged = 0;
  for (std::size_t index = 0; index < count; ++index) {
    const std::string key = "key-" + std::to_string(index % keys);
    const std::string payload = prefix + std::to_string(index);
    while (producer.produce(topic, key, {}, payload, [&acknowledged](const Delivery& made) {
      acknowledged += made.acknowledged ? 1 : 0;
    }) != Produced::Queued) {
      producer.poll(milliseconds(50));
    }
    producer.poll(milliseconds(0));
  }
  EXPECT_TRUE(producer.flush(std::chrono::seconds(300)));
  return acknowledged;
}

}  // namespace parkwatch
