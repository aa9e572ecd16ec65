#include <gtest/gtest.h>

#include "app/rows.h"
#include "app/turn.h"
#include "tests/support/world.h"

namespace parkwatch {
namespace {

/// Two parks in one cluster.
std::map<std::string, std::string> two_parks() {
  return {{"parks.csv",
           "id,name,level,zone\np1,Park,national,Asia/Shanghai\np2,Park,national,Asia/Shanghai\n"},
          {"enterprises.csv", "id,name,park\ne1,One,p1\ne2,Two,p2\n"},
          {"memberships.csv", "cluster,of,member\nc1,enterprise,e1\nc1,enterprise,e2\n"},
          {"outlets.csv",
           "id,enterprise,name,medium,concentration_basis,flow_basis\n"
           "air1,e1,Stack,air,standard-dry,standard-dry\n"
           "air2,e2,Stack,air,standard-dry,standard-dry\n"},
          {"devices.csv", "mn,outlet,protocol_version\nAIR1,air1,2017\nAIR2,air2,2017\n"},
          {"factors.csv", "outlet,factor\nair1,a21026\nair1,a00000\nair2,a21026\nair2,a00000\n"},
          {"permits.csv", "id,outlet,factor,limit,source\n1,air1,a21026,50,test\n"}};
}

std::string hour_of(const std::string& mn, const std::string& value) {
  return reading("hour", "2026-03-15T01:00:00Z", "2026-03-15T02:01:00Z",
                 R"({"a21026":{"value":")" + value + R"("},"a00000":{"value":"10"}})", mn);
}

/// A worker of its own over the world's store.
struct OtherWorker {
  OtherWorker(World& of, std::int32_t partition)
      : world(of), task(*world.store, world.plan, Decoder::Options{}, Task::Options{}) {
    const PartitionId id{"input", partition};
    state = partition_state(id, world.store->claim(id));
  }

  void feed(const std::string& document) {
    RecordView record;
    record.offset = std::max<std::int64_t>(state.next_offset, 0);
    record.payload = document;
    record.content_type = ContentType::Json;
    const Commit commit = task.step(state, std::span(&record, 1));
    world.store->commit(commit);
    task.settle();
    state.next_offset = commit.move->next_offset;
    state.chain_head = commit.move->chain_head;
    state.counters = commit.move->counters;
  }

  World& world;
  Task task;
  PartitionState state;
};

TEST(TwoWorkers, AParkTakenOverHasNoContributionsFromBeforeItsTime) {
  World world(two_parks());
  OtherWorker first(world, 1), second(world, 2);
  first.feed(hour_of("AIR1", "10"));   // reads the cluster's hour: the other park has no row yet
  second.feed(hour_of("AIR2", "10"));  // writes one
  // The first worker gets the second's park too; the value is what it was, the mass is not.
  first.feed(R"({"type":"tick","park":"p2","received":"2026-03-15T03:00:00Z"})");
  world.settle_clusters();
  const EventTime hour(at("2026-03-15T01:00:00Z"));
  const Key of_park{std::string("c1"), std::string("hour"), cell(hour), std::string("a21026"),
                    std::string("p2")};
  EXPECT_EQ(world.value(TableId::Contribution, of_park, "phase"), "closed");
  const Key whole{std::string("c1"), std::string("hour"), cell(hour), std::string("a21026")};
  EXPECT_EQ(world.value(TableId::ClusterWindow, whole, "mass_kg"), "0.72");
  const EventTime day(at("2026-03-14T16:00:00Z"));
  const Key of_day{std::string("c1"), std::string("day"), cell(day), std::string("a21026"),
                   std::string("p2")};
  EXPECT_EQ(world.value(TableId::Contribution, of_day, "gross_kg"), "0.36");
}

std::string sample_at(const std::string& minute) {
  return reading("realtime", "2026-03-15T01:" + minute + ":00Z", "2026-03-15T01:" + minute + ":05Z",
                 R"({"a21026":{"value":"1"}})", "AIR1");
}

/// Two workers write the same hour of a device, which is in no park then: none of the values is
/// lost.
void expect_all_kept(const std::map<std::string, std::string>& files,
                     const std::string& first_record) {
  World world(files);
  OtherWorker first(world, 1), second(world, 2);
  if (!first_record.empty()) first.feed(first_record);
  first.feed(sample_at("01"));
  second.feed(sample_at("02"));  // a record with another key came into another partition
  EXPECT_THROW(first.feed(sample_at("03")), ParkMoved) << "what it holds of the hour is old";
  first.task.drop();
  first.feed(sample_at("03"));
  const EventTime hour(at("2026-03-15T01:00:00Z"));
  const std::vector<Row> rows = world.rows(TableId::DeviceHour, {cell("AIR1"), cell(hour)});
  ASSERT_EQ(rows.size(), 1U);
  const auto kept = DeviceHour::unpack(hour, text_of(rows.front()[2]));
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->values("a21026", Kind::Realtime).size(), 3U);
}

TEST(TwoWorkers, NoValueOfADeviceThatIsNotRegisteredYetIsLost) {
  std::map<std::string, std::string> files = two_parks();
  files["devices.csv"] = "mn,outlet,protocol_version,valid_from\nAIR1,air1,2017,2026-03-16\n";
  expect_all_kept(files, R"({"type":"tick","park":"p1","received":"2026-03-15T01:00:00Z"})");
  expect_all_kept(files, "");  // the park has no record yet, so no time either
}

TEST(TwoWorkers, NoValueOfADeviceThatIsNeverRegisteredIsLost) {
  std::map<std::string, std::string> files = two_parks();
  files["devices.csv"] = "mn,outlet,protocol_version\nAIR2,air2,2017\n";
  expect_all_kept(files, "");
}

TEST(TwoWorkers, NoValueOfAMeterThatIsNotRegisteredYetIsLost) {
  std::map<std::string, std::string> files = two_parks();
  files["devices.csv"] = "mn,outlet,protocol_version\nAIR2,air2,2017\n";
  files["lines.csv"] = "id,enterprise,name\nline1,e1,Line\n";
  files["meters.csv"] =
      "mn,factor,signal,of,unit,rated,valid_from\nAIR1,a21026,power,line,line1,10,2026-03-16\n";
  expect_all_kept(files, "");
}

TEST(TwoWorkers, NoCopyOfADeadLetterOrOfAnUnknownParksDocumentIsLost) {
  World world(two_parks());
  OtherWorker first(world, 1), second(world, 2);
  const std::string explanation =
      R"({"type":"explanation","source":"s","id":"e1","park":"nowhere","received":"2026-03-15T01:00:0)";
  for (const std::string& text : {std::string("{broken"), explanation}) {
    const bool broken = text.size() < 10;
    const auto copy = [&](int number) {
      return broken ? text : text + std::to_string(number) + R"(Z","text":"t"})";
    };
    first.task.drop();
    first.feed(copy(1));
    second.task.drop();
    second.feed(copy(3));
    EXPECT_THROW(first.feed(copy(2)), ParkMoved) << text;
    first.task.drop();
    first.feed(copy(2));
  }
  const std::vector<Row> dead = world.rows(TableId::DeadLetter);
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_EQ(number_of(dead[0][8]), 3);
  const std::vector<Row> documents = world.rows(TableId::Document);
  ASSERT_EQ(documents.size(), 1U);
  EXPECT_EQ(number_of(documents[0][4]), at("2026-03-15T01:00:03Z"));
}

/// Lets something happen between what this store's user has read and its first commit.
class OvertakenStore : public MemoryStore {
 public:
  OvertakenStore(const MemoryStore& shared, std::function<void()> overtake)
      : MemoryStore(shared, StoreOptions{}), overtake_(std::move(overtake)) {}
  void commit(const Commit& commit) override {
    std::exchange(overtake_, [] {})();
    MemoryStore::commit(commit);
  }

 private:
  std::function<void()> overtake_;
};

TEST(TwoWorkers, AClusterStepThatWasOvertakenWritesNothing) {
  World world(two_parks());
  OtherWorker first(world, 1), second(world, 2);
  first.feed(hour_of("AIR1", "10"));
  OvertakenStore slow(*world.store, [&] {
    second.feed(hour_of("AIR2", "10"));
    world.settle_clusters();
  });
  EXPECT_GT(ClusterStep(slow, *world.plan).step(1'000), 0U);
  world.settle_clusters();
  const Key whole{std::string("c1"), std::string("hour"),
                  cell(EventTime(at("2026-03-15T01:00:00Z"))), std::string("a21026")};
  EXPECT_EQ(world.value(TableId::ClusterWindow, whole, "mass_kg"), "0.72");
}

}  // namespace
}  // namespace parkwatch
