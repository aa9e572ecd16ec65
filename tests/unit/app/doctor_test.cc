#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "app/diagnosis.h"
#include "app/doctor_command.h"
#include "app/machine_checks.h"
#include "app/service_checks.h"
#include "ingest/partitioner.h"
#include "model/time.h"
#include "storage/segment.h"
#include "tests/support/store_rows.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/web_fixture.h"
#include "web/server.h"

namespace parkwatch {
namespace {

TEST(Diagnosis, TheWorstDecidesTheExitCode) {
  struct Case {
    std::vector<Health> found;
    ExitCode code;
  };
  const Case cases[] = {
      {{}, ExitCode::Ok},
      {{Health::Good, Health::Note}, ExitCode::Ok},
      {{Health::Finding, Health::Good}, ExitCode::Findings},
      {{Health::Finding, Health::Away}, ExitCode::DependencyDown},
      {{Health::Misconfigured, Health::Away, Health::Finding}, ExitCode::Configuration},
  };
  for (const Case& c : cases) {
    Diagnoses diagnoses;
    for (const Health health : c.found) diagnoses.push_back({health, "x", "y", ""});
    EXPECT_EQ(exit_code_of(diagnoses), c.code);
  }
  EXPECT_EQ((Diagnosis{Health::Away, "kafka", "no broker", "start it"}.text()),
            "AWAY    kafka     no broker -> start it");
}

TEST(CheckPort, TellsAFreePortFromATakenOne) {
  WebFixture fixture;
  WebServer::Options options;
  options.port = 0;
  WebServer taken(options, WebServer::Sources{});
  taken.start();
  const Diagnosis refused = check_port("web", "127.0.0.1", taken.port(), "web.port");
  EXPECT_EQ(refused.health, Health::Finding);
  EXPECT_NE(refused.advice.find("web.port"), std::string::npos);
  EXPECT_EQ(check_port("web", "127.0.0.1", 0, "web.port").health, Health::Good);
  EXPECT_EQ(check_port("web", "203.0.113.1", 0, "web.port").health, Health::Finding);
  EXPECT_EQ(check_port("web", "no address", 0, "web.port").health, Health::Finding);
}

TEST(CheckRoom, WantsAFolderThatCanBeWrittenAndRoom) {
  const TemporaryFolder folder;
  EXPECT_NE(check_room("disk", folder.path() / "file", 1).health, Health::Misconfigured);
  EXPECT_EQ(check_room("disk", folder.path() / "absent" / "file", 1).health, Health::Misconfigured);
  EXPECT_EQ(check_room("disk", folder.path() / "file", std::uint64_t{1} << 62).health,
            Health::Finding);
}

TEST(CheckClock, RefusesATimeThatHasAlreadyBeen) {
  const std::int64_t now = *parse_iso_time("2026-03-15T09:00:00Z");
  const Diagnosis behind = check_clock(now, now + 10LL * 60 * 1000);
  EXPECT_EQ(behind.health, Health::Misconfigured);
  EXPECT_NE(behind.what.find("2026-03-15T09:10:00Z"), std::string::npos);
  EXPECT_LT(check_clock(now, now + 60'000).health, Health::Misconfigured);
}

TEST(CheckDescriptors, ComparesWithTheGateway) {
  EXPECT_EQ(check_descriptors(1).health, Health::Good);
  EXPECT_EQ(check_descriptors(std::uint64_t{1} << 60).health, Health::Finding);
}

TEST(CheckZones, FindsThemHere) {
  EXPECT_EQ(check_zones().health, Health::Good);
}

/// The health of the line about a subject.
Health health_of(const Diagnoses& diagnoses, const std::string& subject) {
  for (const Diagnosis& diagnosis : diagnoses) {
    if (diagnosis.subject == subject) return diagnosis.health;
  }
  ADD_FAILURE() << "no line about " << subject;
  return Health::Good;
}

TEST(CheckStore, LooksAtWhatItHolds) {
  const TemporaryFolder folder;
  const std::string url = "sqlite:" + (folder.path() / "store.db").string();
  EXPECT_EQ(health_of(check_store(url, "").diagnoses, "store"), Health::Note);
  const std::unique_ptr<Store> store = open_store(url);
  Commit commit;
  const Checkpoint checkpoint = store->claim({"parkwatch.input.v1", 0});
  commit.move = PartitionMove{{"parkwatch.input.v1", 0},
                              checkpoint.epoch,
                              checkpoint.next_offset,
                              5,
                              "",
                              {{"records_received", 5},
                               {"records_accepted", 4},
                               {"records_quarantined", 1},
                               {"misplaced", 2}}};
  commit.parks = {{"P1", 0, 60'000}};
  store->commit(commit);
  StoreLook look = check_store(url, "");
  EXPECT_EQ(look.newest_ms, 60'000);
  EXPECT_EQ(health_of(look.diagnoses, "store"), Health::Good);
  EXPECT_EQ(health_of(look.diagnoses, "records"), Health::Good);
  EXPECT_EQ(health_of(look.diagnoses, "keys"), Health::Finding);
  commit.move->first_offset = 5;
  commit.move->next_offset = 6;
  commit.move->counters["records_received"] = 6;
  commit.parks = {{"P1", 1, 60'000}};
  store->commit(commit);
  EXPECT_EQ(health_of(check_store(url, "").diagnoses, "records"), Health::Finding);
}

TEST(CheckPlacement, CountsRecordsInAnotherPartitionThanTheirKeys) {
  const TemporaryFolder folder;
  const std::string url = "sqlite:" + (folder.path() / "store.db").string();
  const std::unique_ptr<Store> store = open_store(url);
  const std::string topic = "parkwatch.input.v1";
  const auto append = [&](std::int32_t partition, const std::vector<std::string>& keys) {
    const Checkpoint from = store->claim({topic, partition});
    SegmentBuilder segment(from.chain_head);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      RecordView record;
      record.offset = static_cast<std::int64_t>(i);
      record.key = keys[i];
      segment.add(record);
    }
    const auto next = static_cast<std::int64_t>(keys.size());
    Commit commit;
    commit.move = PartitionMove{{topic, partition}, from.epoch, -1, next, segment.head(), {}};
    commit.changes.push_back(
        {TableId::Segment,
         {topic, std::int64_t{partition}, std::int64_t{0}, next, segment.head(), segment.finish()},
         false});
    store->commit(commit);
  };
  const std::int32_t home = partition_of("park-1", 4);
  append(home, {"park-1", "", "park-1"});
  EXPECT_EQ(check_placement(url, topic, 4).health, Health::Good);
  append((home + 1) % 4, {"park-1"});
  const Diagnosis found = check_placement(url, topic, 4);
  EXPECT_EQ(found.health, Health::Finding);
  EXPECT_EQ(found.what, "1 of the newest 3 records are in another partition than their key's");
}

TEST(CheckStore, RefusesWhatIsNoStore) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "text.db") << "this is no database at all, only some text";
  const std::string url = "sqlite:" + (folder.path() / "text.db").string();
  EXPECT_EQ(health_of(check_store(url, "").diagnoses, "store"), Health::Misconfigured);
  EXPECT_EQ(health_of(check_store("mysql://x", "").diagnoses, "store"), Health::Misconfigured);
  const Diagnoses away = check_store("postgresql://u:secret@127.0.0.1:1/x", "").diagnoses;
  EXPECT_EQ(health_of(away, "store"), Health::Away);
  EXPECT_EQ(away.front().text().find("secret"), std::string::npos);
}

TEST(CheckKafka, ABrokerThatIsNotThereIsAway) {
  BrokerSettings settings;
  settings.bootstrap = "127.0.0.1:1";
  settings.start_timeout = std::chrono::milliseconds(300);
  settings.call_timeout = std::chrono::milliseconds(300);
  const Diagnoses diagnoses = check_kafka(settings, "parkwatch.input.v1").diagnoses;
  ASSERT_EQ(diagnoses.size(), 1u);
  EXPECT_EQ(diagnoses.front().health, Health::Away);
}

TEST(Doctor, LooksAtWhatTheConfigurationNames) {
  LoadedConfig loaded;
  loaded.config.kafka.bootstrap = "127.0.0.1:1";
  loaded.config.web.port = 0;
  loaded.config.kafka.client_file = "/nowhere/client.properties";
  const DoctorOptions options = doctor_options(loaded, "x.toml");
  EXPECT_EQ(options.config_name, "x.toml");
  EXPECT_EQ(options.topic, "parkwatch.input.v1");
  EXPECT_EQ(options.gateway_connections_max, 10'000u);
  EXPECT_TRUE(refuses(options.config_faults));  // the client file is not there
}

TEST(Doctor, StopsAtAConfigurationThatCannotBeUsed) {
  DoctorOptions options;
  options.config_name = "parkwatch.toml";
  options.config_faults = {
      {"parkwatch.toml", 3, Severity::Fault, "unknown key 'kafkaa'", "did you mean kafka?"}};
  std::ostringstream out;
  EXPECT_EQ(run_doctor(options, out), ExitCode::Configuration);
  EXPECT_NE(out.str().find("parkwatch.toml:3"), std::string::npos);
  EXPECT_NE(out.str().find("1 thing to look after"), std::string::npos);
  EXPECT_EQ(out.str().find("kafka     "), std::string::npos);
}

}  // namespace
}  // namespace parkwatch
