#include "app/worker.h"

#include <gtest/gtest.h>

#include "app/activation.h"
#include "app/ticker.h"
#include "ingest/partitioner.h"
#include "storage/evidence.h"
#include "tests/support/fake_producer.h"
#include "tests/support/fake_source.h"
#include "tests/support/world.h"

namespace parkwatch {
namespace {

/// A store that is away for a number of commits, or whose parks move under so many batches.
class AbsentStore final : public MemoryStore {
 public:
  using MemoryStore::MemoryStore;
  int away = 0;
  int moved = 0;
  std::vector<std::vector<std::string>> held;
  void hold_parks(std::span<const std::string> parks) override {
    held.emplace_back(parks.begin(), parks.end());
  }
  void commit(const Commit& commit) override {
    if (moved > 0 && commit.move) {
      --moved;
      throw ParkMoved({commit.parks.front().park});
    }
    if (away > 0) {
      --away;
      throw StoreUnavailable("away");
    }
    MemoryStore::commit(commit);
  }
};

std::vector<std::string> minutes(int count) {
  std::vector<std::string> documents;
  const std::int64_t begin = at("2026-03-15T01:00:00Z");
  for (int minute = 0; minute < count; ++minute) {
    documents.push_back(reading("minute", utc_text(begin + minute * 60'000),
                                utc_text(begin + (minute + 1) * 60'000),
                                R"({"a21026":{"value":)" + std::to_string(minute) +
                                    R"(,"flag":"N"},"a00000":{"value":10,"flag":"N"}})"));
  }
  return documents;
}

/// A worker over a fake source on the store of a World, which stays free for comparison.
class WorkerLoop : public testing::Test {
 protected:
  WorkerLoop() {
    hooks_.plan = [this](const std::string&) { return world_.plan; };
    hooks_.decoder_options = [](const Plan&) { return Decoder::Options{}; };
    hooks_.clock = [this] { return now_ms_; };
    hooks_.ready = [this](const std::string& reason) { reasons_.push_back(reason); };
    options_.topic = "input";
    options_.batch_records_max = 2;
    options_.retry_first = std::chrono::milliseconds(1);
    Commit first;
    first.changes.push_back(
        {TableId::ActiveSet, {std::string("active"), std::string("set")}, false});
    store_.commit(first);
  }

  /// Runs until `polls` polls are over; `at_poll` may change things before each.
  void run(int polls, const std::function<void(int)>& at_poll = {}) {
    std::stop_source stop;
    source_.before_poll = [&, first = polls_](int number) {
      polls_ = number;
      if (at_poll) at_poll(number - first);
      if (number - first >= polls) stop.request_stop();
    };
    Worker(source_, store_, &ticks_, metrics_, hooks_, options_).run(stop.get_token());
    ticks_.flush({});
  }

  std::int64_t received() const {
    MemoryStore reader(store_, {});
    std::int64_t sum = 0;
    const Key all[] = {Key{}};
    reader.read(TableId::Counter, all, [&](const Row& row) {
      if (std::get<std::string>(row[2]) == "records_received")
        sum += std::get<std::int64_t>(row[3]);
    });
    return sum;
  }
  std::int64_t next_offset(std::int32_t partition) const {
    return MemoryStore(store_, {}).claim({"input", partition}).next_offset;
  }
  std::vector<Row> rows(TableId table) {
    std::vector<Row> found;
    const Key all[] = {Key{}};
    store_.read(table, all, [&](const Row& row) { found.push_back(row); });
    return found;
  }
  std::vector<Row> hours() { return rows(TableId::OutletWindow); }
  std::vector<Row> gaps() { return rows(TableId::LogGap); }

  World world_;
  AbsentStore store_;
  FakeSource source_{"input"};
  FakeProducer ticks_;
  Metrics metrics_;
  WorkerHooks hooks_;
  Worker::Options options_;
  std::int64_t now_ms_ = at("2026-03-15T03:00:00Z");
  std::vector<std::string> reasons_;
  int polls_ = 0;
};

TEST_F(WorkerLoop, HoldsTheParksOfABatchThatWasRefused) {
  for (const std::string& document : minutes(4)) source_.append(0, document);
  source_.assign(0);
  store_.moved = 2;
  run(5);
  EXPECT_EQ(store_.held, (std::vector<std::vector<std::string>>(2, {"p1"})));
  EXPECT_EQ(received(), 4);
}

TEST_F(WorkerLoop, CommitsWhatTheTaskMakesOfTheLog) {
  for (const std::string& document : minutes(50)) source_.append(0, document);
  source_.assign(0);
  run(25);
  EXPECT_EQ(received(), 50);
  EXPECT_EQ(next_offset(0), 50);
  EXPECT_EQ(source_.hinted[0], 50);
  world_.feed(minutes(50));
  EXPECT_EQ(hours(), world_.rows(TableId::OutletWindow));
  EXPECT_EQ(reasons_.front(), "starting");
  EXPECT_EQ(reasons_.back(), "");
}

TEST_F(WorkerLoop, GoesOnAfterPartitionsWereTakenAway) {
  for (const std::string& document : minutes(50)) source_.append(0, document);
  source_.assign(0);
  run(40, [&](int number) {
    if (number == 4) source_.revoke(0);
    if (number == 8) source_.assign(0);
    if (number == 12) source_.lose(0);
    if (number == 15) source_.assign(0);
  });
  EXPECT_EQ(received(), 50);
  EXPECT_EQ(next_offset(0), 50);
  world_.feed(minutes(50));
  EXPECT_EQ(hours(), world_.rows(TableId::OutletWindow));
}

// Another worker that was late to learn of its loss moves the partition in the store; the owner by
// Kafka claims it anew and goes on from what the other committed.
TEST_F(WorkerLoop, ClaimsAnewWhatAnotherHasMoved) {
  const std::vector<std::string> documents = minutes(50);
  for (const std::string& document : documents) source_.append(0, document);
  source_.append(1, documents.front());
  source_.assign(0);
  source_.assign(1);
  run(40, [&](int number) {
    if (number == 5) MemoryStore(store_, {}).claim({"input", 0});
    if (number == 7) {  // this one even commits
      MemoryStore other(store_, {});
      Task task(other, world_.plan, Decoder::Options{}, Task::Options{});
      const PartitionState state = partition_state({"input", 0}, other.claim({"input", 0}));
      RecordView record;
      record.offset = state.next_offset;
      record.payload = documents[static_cast<std::size_t>(record.offset)];
      record.content_type = ContentType::Json;
      other.commit(task.step(state, {&record, 1}));
    }
  });
  EXPECT_EQ(received(), 51);
  EXPECT_EQ(next_offset(0), 50);
  EXPECT_EQ(next_offset(1), 1);
  world_.feed(documents);
  EXPECT_EQ(hours(), world_.rows(TableId::OutletWindow));
}

// As SIGHUP or `rejudge` of another process does it: the running worker loads the set that is
// active now, whatever it began with, and judges again what the activation listed.
TEST_F(WorkerLoop, TakesTheSetThatBecomesActiveWhileItRuns) {
  const World other({{"permits.csv",
                      "id,outlet,factor,limit,unit,span,source,sure\n"
                      "air,air1,a21026,20,mg/m3,hour,test,yes\n"}},
                    "other");
  std::vector<std::string> asked;
  hooks_.plan = [&](const std::string& hash) {
    asked.push_back(hash);
    return hash == "other" ? other.plan : world_.plan;
  };
  for (const std::string& document : minutes(60)) source_.append(0, document);
  source_.append(0, R"({"type":"tick","park":"p1","received":"2026-03-15T02:10:00Z"})");
  source_.assign(0);
  run(60, [&](int number) {
    if (number != 45) return;
    const Validity hour{EventTime(at("2026-03-15T01:00:00Z")),
                        EventTime(at("2026-03-15T02:00:00Z"))};
    MemoryStore writer(store_, {});
    activate(writer, SetFiles{}, *other.plan, {"set", "registry", {{"p1", {hour}}}}, 0);
  });
  EXPECT_EQ(asked, (std::vector<std::string>{"set", "other"}));
  std::vector<Row> verdicts, former, owed;
  const Key all[] = {Key{}};
  const Key of_verdicts[] = {{std::string("verdict")}};
  store_.read(TableId::Verdict, all, [&](const Row& row) {
    if (std::get<std::string>(row[5]) == "permit/air") verdicts.push_back(row);
  });
  store_.read(TableId::History, of_verdicts, [&](const Row& row) { former.push_back(row); });
  store_.read(TableId::Rejudge, all, [&](const Row& row) { owed.push_back(row); });
  ASSERT_FALSE(verdicts.empty());
  EXPECT_EQ(std::get<std::string>(verdicts.front()[8]), "over");
  EXPECT_EQ(std::get<std::string>(verdicts.front()[17]), "other");
  ASSERT_EQ(former.size(), 1U);
  EXPECT_EQ(std::get<std::string>(former.front()[5]), "registry");
  EXPECT_EQ(std::get<std::string>(former.front()[7]), "set");
  EXPECT_TRUE(owed.empty());
}

TEST_F(WorkerLoop, WaitsUnreadyWhileTheStoreIsAway) {
  for (const std::string& document : minutes(10)) source_.append(0, document);
  source_.assign(0);
  run(10, [&](int number) {
    if (number == 3) store_.away = 3;
  });
  EXPECT_EQ(received(), 10);
  EXPECT_EQ(std::ranges::count(reasons_, "store: away"), 3);
  EXPECT_EQ(reasons_.back(), "");
}

TEST_F(WorkerLoop, IsUnreadyWhileNoBrokerAnswers) {
  source_.assign(0);
  run(6, [&](int number) {
    source_.trouble_text = number == 2 || number == 3 ? "no broker answers" : "";
  });
  EXPECT_EQ(std::ranges::count(reasons_, "kafka: no broker answers"), 2);
  EXPECT_EQ(reasons_.back(), "");
}

TEST_F(WorkerLoop, TellsTheLagOfItsPartitions) {
  for (const std::string& document : minutes(5)) source_.append(0, document);
  source_.assign(0);
  run(2);  // one with the assignment, one with three records
  EXPECT_NE(metrics_.render(now_ms_).find(
                R"(parkwatch_kafka_lag_records{topic="input",partition="0"} 5)"),
            std::string::npos)
      << metrics_.render(now_ms_);
}

TEST_F(WorkerLoop, RefusesPositionsThatDoNotFit) {
  source_.append(0, minutes(1).front());
  source_.hint = 1;  // the group has been here, this store has not
  source_.assign(0);
  EXPECT_THROW(run(3), StoreRefused);

  source_ = FakeSource("input");
  for (const std::string& document : minutes(6)) source_.append(0, document);
  source_.assign(0);
  polls_ = 0;
  run(4);
  EXPECT_EQ(next_offset(0), 6);
  source_ = FakeSource("input");  // a topic made anew
  source_.append(0, minutes(1).front());
  source_.assign(0);
  polls_ = 0;
  EXPECT_THROW(run(3), OffsetOutsideLog);
}

// Retention has overtaken the store while it was away.
TEST_F(WorkerLoop, RefusesAGapUnlessToldToGoOn) {
  for (const std::string& document : minutes(6)) source_.append(0, document);
  source_.assign(0);
  run(4);
  ASSERT_EQ(next_offset(0), 6);
  const auto cut = [&] {
    source_ = FakeSource("input");
    for (const std::string& document : minutes(50)) source_.append(0, document);
    source_.low = 20;
    source_.assign(0);
    polls_ = 0;
  };
  cut();
  try {
    run(3);
    FAIL() << "went on";
  } catch (const OffsetOutsideLog& refused) {
    EXPECT_EQ(refused.wanted, 6);
    EXPECT_EQ(refused.low, 20);
    EXPECT_NE(std::string(refused.what()).find("gone from Kafka"), std::string::npos);
  }
  EXPECT_EQ(next_offset(0), 6);

  options_.go_on_at_gap = true;
  cut();
  run(20);
  EXPECT_EQ(next_offset(0), 50);
  EXPECT_EQ(received(), 36);
  EXPECT_EQ(gaps(), (std::vector<Row>{{std::string("input"), std::int64_t{0}, std::int64_t{6},
                                       std::int64_t{20}}}));
  EXPECT_NE(metrics_.render(now_ms_).find(
                R"(parkwatch_log_gap_records_total{partition="0",topic="input"} 14)"),
            std::string::npos);
  EXPECT_TRUE(verify_evidence(store_).faults.empty());
}

// Retention overtakes a worker that reads. It ends; the next one passes over no record that is
// still there, of the other partitions neither.
TEST_F(WorkerLoop, EndsWhereTheLogIsCutUnderItAndTheNextStatesTheGap) {
  options_.go_on_at_gap = true;
  const auto log = [&](std::int64_t low) {
    source_ = FakeSource("input");
    for (const std::int32_t partition : {0, 1}) {
      for (const std::string& document : minutes(30)) source_.append(partition, document);
      source_.assign(partition);
    }
    source_.low = low;
    polls_ = 0;
  };
  log(0);
  EXPECT_THROW(run(30,
                   [&](int number) {
                     if (number == 4) source_.low = 15;
                   }),
               OffsetOutsideLog);
  log(15);
  run(30);
  EXPECT_EQ(next_offset(0), 30);
  EXPECT_EQ(next_offset(1), 30);
  const std::vector<Row> rows = gaps();
  ASSERT_EQ(rows.size(), 2U);
  std::int64_t missing = 0;
  for (const Row& row : rows) {
    EXPECT_EQ(std::get<std::int64_t>(row[3]), 15);
    missing += 15 - std::get<std::int64_t>(row[2]);
  }
  EXPECT_EQ(received(), 60 - missing);
}

TEST_F(WorkerLoop, TicksWhereThePartitionIsAtItsEnd) {
  options_.batch_records_max = 100;
  source_.records_per_poll = 1;
  for (const std::string& document : minutes(3)) source_.append(0, document);
  source_.assign(0);
  std::size_t while_reading = 0;
  run(12, [&](int number) {
    if (number == 3) while_reading = ticks_.log().size() + ticks_.pending();
    if (number == 10) now_ms_ += 60'000;
  });
  EXPECT_EQ(while_reading, 0U);
  const std::vector<FakeProducer::Record> ticks = ticks_.log();
  ASSERT_EQ(ticks.size(), 2U);
  EXPECT_EQ(ticks[0].topic, "input");
  EXPECT_EQ(ticks[0].key, "p1");
  EXPECT_EQ(ticks[0].payload, tick_payload("p1", ReceivedTime(at("2026-03-15T03:00:00Z"))));
  EXPECT_EQ(ticks[1].payload, tick_payload("p1", ReceivedTime(at("2026-03-15T03:01:00Z"))));
}

TEST_F(WorkerLoop, LeavesTheTicksOfOtherPartitionsToTheirOwners) {
  source_.partitions = 3;
  const std::int32_t owner = partition_of("p1", 3);
  source_.assign((owner + 1) % 3);
  run(5);
  EXPECT_EQ(ticks_.log().size(), 0U);
  source_.assign(owner);
  polls_ = 5;
  run(5);
  EXPECT_EQ(ticks_.log().size(), 1U);
}

}  // namespace
}  // namespace parkwatch
