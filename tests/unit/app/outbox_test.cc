#include "app/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <utility>

#include "ingest/topics.h"
#include "tests/support/world.h"

namespace parkwatch {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A task that tells results, over the store of a World.
class Telling {
 public:
  explicit Telling(std::string_view names, bool open = false) {
    Task::Options options;
    options.publishing = Publishing::parse(names);
    options.publishing.open = open;
    task_.emplace(*world.store, world.plan, Decoder::Options{}, options);
    publishing_ = options.publishing;
  }

  void feed(const std::vector<std::string>& documents) {
    std::vector<RecordView> records;
    for (const std::string& document : documents) {
      RecordView record;
      record.offset = std::max<std::int64_t>(world.state.next_offset, 0) +
                      static_cast<std::int64_t>(records.size());
      record.payload = document;
      record.content_type = ContentType::Json;
      records.push_back(record);
    }
    const Commit commit = task_->step(world.state, records);
    world.store->commit(commit);
    task_->settle();
    world.state.next_offset = commit.move->next_offset;
    world.state.chain_head = commit.move->chain_head;
    world.state.counters = commit.move->counters;
  }
  void tick(const std::string& received) {
    feed({R"({"type":"tick","park":"p1","received":")" + received + "\"}"});
  }
  void settle_clusters() {
    ClusterStep step(*world.store, *world.plan, publishing_);
    while (step.step(1'000) > 0) {
    }
  }
  std::vector<OutboxMessage> messages() {
    std::vector<OutboxMessage> found;
    for (const Row& row : world.rows(TableId::Outbox)) found.push_back(outbox_message(row));
    return found;
  }

  World world;

 private:
  std::optional<Task> task_;
  Publishing publishing_;
};

std::vector<std::string> hour_of(int value) {
  std::vector<std::string> documents;
  const std::int64_t begin = at("2026-03-15T01:00:00Z");
  for (int minute = 0; minute < 60; ++minute) {
    documents.push_back(reading("minute", utc_text(begin + minute * 60'000),
                                utc_text(begin + (minute + 1) * 60'000),
                                R"({"a21026":{"value":)" + std::to_string(value) +
                                    R"(.5,"flag":"N"},"a00000":{"value":10,"flag":"N"}})"));
  }
  return documents;
}

TEST(Outbox, HoldsNothingUnlessAskedTo) {
  Telling telling("none");
  telling.feed(hour_of(60));
  telling.tick("2026-03-15T02:30:00Z");
  telling.settle_clusters();
  EXPECT_TRUE(telling.messages().empty());
}

TEST(Outbox, TellsClosedResultsAndTheirCorrections) {
  Telling telling("windows,verdicts");
  telling.feed(hour_of(60));
  EXPECT_TRUE(telling.messages().empty()) << "the hour is open";
  telling.tick("2026-03-15T02:30:00Z");
  const std::vector<OutboxMessage> first = telling.messages();
  std::map<std::string, OutboxMessage> by_key;
  for (const OutboxMessage& message : first) by_key[message.topic + " " + message.key] = message;
  const std::string key = "p1|hour|2026-03-15T01:00:00Z|air1|a21026";
  const OutboxMessage& window = by_key.at(std::string(windows_topic) + " " + key);
  EXPECT_EQ(window.type, "parkwatch.window.v1");
  EXPECT_EQ(window.time_ms, at("2026-03-15T01:00:00Z"));
  EXPECT_EQ(std::to_string(window.version),
            telling.world.value(TableId::Park, {std::string("p1")}, "version"));
  EXPECT_THAT(window.payload, HasSubstr(R"("phase":"closed","state":"valid","value":"60.5",)"));
  EXPECT_THAT(window.payload, HasSubstr(R"("mass_kg":"2.178",)"));
  EXPECT_THAT(window.payload, HasSubstr(",\"version\":" + std::to_string(window.version) + "}"));
  const OutboxMessage& verdict = by_key.at(std::string(verdicts_topic) + " " + key + "|permit/air");
  EXPECT_THAT(verdict.payload, HasSubstr(R"("state":"over","value":"60.5",)"));

  telling.feed({reading("minute", "2026-03-15T01:10:00Z", "2026-03-15T02:40:00Z",
                        R"({"a21026":{"value":120.5,"flag":"N"}})")});
  const std::vector<OutboxMessage> all = telling.messages();
  ASSERT_EQ(all.size(), first.size() + 2);
  for (std::size_t i = first.size(); i < all.size(); ++i) {
    const OutboxMessage& former = by_key.at(all[i].topic + " " + all[i].key);
    EXPECT_GT(all[i].version, former.version);
    EXPECT_NE(all[i].message_id, former.message_id);
    EXPECT_THAT(all[i].payload, HasSubstr(R"("value":"61.5",)"));
  }
}

TEST(Outbox, TellsOpenResultsWhereThatIsSwitchedOn) {
  Telling telling("all", true);
  telling.feed(hour_of(60));
  telling.settle_clusters();
  std::set<std::string> topics;
  std::set<std::string> ids;
  for (const OutboxMessage& message : telling.messages()) {
    topics.insert(message.topic);
    EXPECT_TRUE(ids.insert(message.message_id).second) << message.key;
    EXPECT_THAT(message.payload, Not(HasSubstr("\"phase\":\"closed\""))) << message.key;
  }
  EXPECT_EQ(topics, (std::set<std::string>{"parkwatch.windows.v1", "parkwatch.verdicts.v1",
                                           "parkwatch.contributions.v1", "parkwatch.clusters.v1"}));
}

TEST(Outbox, TellsEpisodesTotalsAndDeadLetters) {
  Telling telling("alerts,clusters,contributions,dead");
  telling.feed(hour_of(60));
  telling.feed({"no document"});
  telling.feed({"no document"});
  telling.tick("2026-03-15T02:30:00Z");
  telling.settle_clusters();
  std::map<std::string, std::vector<OutboxMessage>> by_topic;
  for (const OutboxMessage& message : telling.messages()) {
    by_topic[message.topic].push_back(message);
  }
  const auto& alerts = by_topic.at(std::string(alerts_topic));
  ASSERT_EQ(alerts.size(), 1U);
  EXPECT_THAT(alerts[0].payload, HasSubstr(R"("event":"opened","state":"open",)"));
  const auto& dead = by_topic.at(std::string(dead_topic));
  ASSERT_EQ(dead.size(), 2U);
  EXPECT_EQ(dead[0].key, dead[1].key);
  EXPECT_LT(dead[0].version, dead[1].version);
  EXPECT_THAT(dead[1].payload,
              HasSubstr(R"("reason":"malformed_json","payload":"bm8gZG9jdW1lbnQ=",)"));
  EXPECT_THAT(dead[1].payload, HasSubstr(R"("record_offset":61,)"));
  const auto& clusters = by_topic.at(std::string(clusters_topic));
  ASSERT_FALSE(clusters.empty());
  EXPECT_THAT(clusters[0].payload, HasSubstr(R"("phase":"closed","mass_kg":"2.178",)"));
  EXPECT_FALSE(by_topic.at(std::string(contributions_topic)).empty());

  // Nothing changed: the totals are summed anew, and nobody is told.
  const std::size_t count = telling.messages().size();
  Commit mark;
  mark.changes.push_back({TableId::Dirty,
                          {Cell{}, clusters[0].key.substr(0, clusters[0].key.find('|')),
                           std::string("hour"), clusters[0].time_ms},
                          false});
  telling.world.store->commit(mark);
  telling.settle_clusters();
  EXPECT_EQ(telling.messages().size(), count);
}

TEST(Outbox, ARowThatGoesAwayLeavesATombstone) {
  Commit commit;
  commit.parks = {{"p1", 6, 0}};
  const std::int64_t start = at("2026-03-15T01:00:00Z");
  Row verdict(table(TableId::Verdict).columns.size());
  const std::string texts[] = {"p1", "hour", "", "air1", "a21026", "permit/air", "closed"};
  for (std::size_t i = 0; i < std::size(texts); ++i) verdict[i] = texts[i];
  verdict[2] = start;
  commit.changes.push_back({TableId::Verdict, verdict, true});
  verdict[6] = std::string("open");
  commit.changes.push_back({TableId::Verdict, verdict, true});
  add_messages(commit, Publishing::parse("verdicts"));
  ASSERT_EQ(commit.changes.size(), 3U) << "an open row was never told";
  commit.changes[2].row[0] = std::int64_t{1};
  const OutboxMessage message = outbox_message(commit.changes[2].row);
  EXPECT_TRUE(message.removed);
  EXPECT_EQ(message.key, "p1|hour|2026-03-15T01:00:00Z|air1|a21026|permit/air");
  EXPECT_EQ(message.version, 7);
}

// Two processes sum clusters: the one that was overtaken writes nothing.
TEST(Outbox, AnOvertakenClusterStepWritesNothing) {
  class Overtaken final : public MemoryStore {
   public:
    using MemoryStore::MemoryStore;
    std::function<void()> before;
    void commit(const Commit& commit) override {
      if (before) std::exchange(before, {})();
      MemoryStore::commit(commit);
    }
  };
  Telling telling("clusters");
  telling.feed(hour_of(60));
  telling.tick("2026-03-15T02:30:00Z");
  Overtaken store(*telling.world.store, {});
  store.before = [&] { telling.settle_clusters(); };
  ClusterStep step(store, *telling.world.plan, Publishing::parse("clusters"));
  EXPECT_GT(step.step(1'000), 0U);
  EXPECT_EQ(step.step(1'000), 0U);
  std::set<std::pair<std::string, std::int64_t>> versions;
  for (const OutboxMessage& message : telling.messages()) {
    EXPECT_TRUE(versions.emplace(message.key, message.version).second) << message.key;
  }
  EXPECT_FALSE(versions.empty());
}

}  // namespace
}  // namespace parkwatch
