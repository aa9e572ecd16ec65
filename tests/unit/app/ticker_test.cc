#include "app/ticker.h"

#include <gtest/gtest.h>

#include "ingest/partitioner.h"
#include "ingest/record_headers.h"

namespace parkwatch {
namespace {

/// Keeps what is produced, as long as there is room.
class KeepingProducer final : public Producer {
 public:
  struct Record {
    std::string topic;
    std::string key;
    std::string payload;
    ContentType type;
  };
  Produced produce(const std::string& topic, std::string_view key,
                   std::span<const HeaderView> headers, std::string_view payload,
                   OnDelivery) override {
    if (records.size() == room) return Produced::QueueFull;
    RecordView view;
    view.headers.assign(headers.begin(), headers.end());
    read_headers(view);
    records.push_back({topic, std::string(key), std::string(payload), view.content_type});
    return Produced::Queued;
  }
  void poll(std::chrono::milliseconds) override {}
  bool flush(std::chrono::milliseconds) override { return true; }
  std::size_t pending() const override { return 0; }
  std::int32_t partition_count(const std::string&) override { return 8; }

  std::vector<Record> records;
  std::size_t room = 1'000;
};

ReceivedTime at(std::string_view text) {
  return ReceivedTime(*parse_iso_time(text));
}

TEST(Ticker, TicksOnceAMinuteForTheParksOfFinishedPartitions) {
  KeepingProducer producer;
  Ticker ticker(producer, "parkwatch.input.v1");
  ticker.set_parks({"park-1", "320500-SIP", "abc", "abcde"});  // partitions 2, 5, 3, 5 of 8
  const std::int32_t fifth[] = {5};
  const std::int32_t others[] = {0, 2, 3};
  EXPECT_EQ(ticker.append(at("2026-03-15T09:30:59Z"), fifth), 0U);  // the count is not known yet
  ticker.set_partition_count(8);
  EXPECT_EQ(ticker.append(at("2026-03-15T09:30:59.500Z"), fifth), 2U);
  EXPECT_EQ(ticker.append(at("2026-03-15T09:30:59.900Z"), fifth), 0U);
  EXPECT_EQ(ticker.append(at("2026-03-15T09:30:59.900Z"), others), 2U);
  EXPECT_EQ(ticker.append(at("2026-03-15T09:31:00Z"), {}), 0U);
  EXPECT_EQ(ticker.append(at("2026-03-15T09:31:00Z"), fifth), 2U);
  EXPECT_EQ(ticker.append(at("2026-03-15T09:29:00Z"), fifth),
            0U);  // a clock set back moves nothing
  ASSERT_EQ(producer.records.size(), 6U);
  const KeepingProducer::Record& first = producer.records.front();
  EXPECT_EQ(first.topic, "parkwatch.input.v1");
  EXPECT_EQ(first.key, "320500-SIP");
  EXPECT_EQ(first.type, ContentType::Json);
  EXPECT_EQ(first.payload,
            R"({"type":"tick","park":"320500-SIP","received":"2026-03-15T09:30:00Z"})");
}

TEST(Ticker, GoesOnWhereTheQueueWasFull) {
  KeepingProducer producer;
  producer.room = 2;
  Ticker ticker(producer, "input");
  ticker.set_parks({"a", "b", "c"});
  ticker.set_partition_count(1);
  const std::int32_t only[] = {0};
  EXPECT_EQ(ticker.append(at("2026-03-15T09:30:00Z"), only), 2U);
  producer.room = 10;
  EXPECT_EQ(ticker.append(at("2026-03-15T09:30:01Z"), only), 1U);
  ASSERT_EQ(producer.records.size(), 3U);
  EXPECT_EQ(producer.records[2].key, "c");
}

TEST(Ticker, FollowsParksAndPartitions) {
  KeepingProducer producer;
  Ticker ticker(producer, "input");
  ticker.set_partition_count(8);
  ticker.set_parks({"park-1"});
  const std::int32_t second[] = {2};
  EXPECT_EQ(ticker.append(at("2026-03-15T09:30:00Z"), second), 1U);
  ticker.set_parks({"park-1", "ab"});                                // both of partition 2
  EXPECT_EQ(ticker.append(at("2026-03-15T09:30:00Z"), second), 2U);  // one too many is harmless
  EXPECT_EQ(ticker.append(at("2026-03-15T09:30:00Z"), second), 0U);
  ticker.set_partition_count(8);
  EXPECT_EQ(ticker.append(at("2026-03-15T09:30:00Z"), second), 0U);
  ticker.set_partition_count(7);  // "park-1" and "ab" are of partition 0 then
  EXPECT_EQ(ticker.append(at("2026-03-15T09:31:00Z"), second), 0U);
  const std::int32_t zeroth[] = {0};
  EXPECT_EQ(ticker.append(at("2026-03-15T09:31:00Z"), zeroth), 2U);
  ticker.set_parks({});
  EXPECT_EQ(ticker.append(at("2026-03-15T09:32:00Z"), zeroth), 0U);
}

TEST(Ticker, QuotesWhateverAParkIsCalled) {
  EXPECT_EQ(tick_payload("苏州\"\\\n", at("1970-01-01T00:01:00Z")),
            R"({"type":"tick","park":"苏州\"\\\n","received":"1970-01-01T00:01:00Z"})");
}

}  // namespace
}  // namespace parkwatch
