#include "app/export_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "app/audit_command.h"
#include "storage/segment.h"
#include "storage/store.h"
#include "tests/support/child_process.h"
#include "tests/support/evidence_records.h"
#include "tests/support/store_rows.h"
#include "tests/support/temporary_folder.h"

namespace parkwatch {
namespace {

using testing::HasSubstr;
using testing::Not;

class StoreCommandTest : public testing::Test {
 protected:
  StoreCommandTest() {
    const std::unique_ptr<Store> store = open_store(url());
    const Checkpoint at = store->claim({"in", 0});
    SegmentBuilder builder("");
    for (const EvidenceRecord& record : evidence_records(0, 5)) builder.add(view_of(record));
    segment_ = {text("in"), number(0), number(0), number(100), builder.head(), builder.finish()};
    Commit commit = commit_of({put(TableId::Segment, segment_),
                               put(TableId::DeviceHour, {text("mn-1"), number(0), text("x")})});
    commit.move = PartitionMove{{"in", 0}, at.epoch, -1, 100, builder.head(), {}};
    store->commit(commit);
  }

  std::string path(const char* name) const { return (folder_.path() / name).string(); }
  std::string url() const { return "sqlite:" + path("store.db"); }
  ExportCommandOptions options(std::string what) const {
    ExportCommandOptions options;
    options.what = std::move(what);
    options.store_url = url();
    return options;
  }
  ExitCode run(const ExportCommandOptions& options) {
    out_.str("");
    err_.str("");
    return run_export(options, out_, err_);
  }

  TemporaryFolder folder_;
  Row segment_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(StoreCommandTest, PrintsATable) {
  EXPECT_EQ(run(options("device_hour")), ExitCode::Ok);
  EXPECT_THAT(out_.str(), HasSubstr("mn-1,1970-01-01T00:00:00Z,1,"));
  EXPECT_EQ(err_.str(), "");
}

TEST_F(StoreCommandTest, PrintsWhileTheStoreIsOpenForWriting) {
  const std::unique_ptr<Store> writer = open_store(url());
  const auto child = [&] { return static_cast<int>(run(options("all"))); };
  EXPECT_TRUE(exited_with(run_in_child(child), 0));
}

TEST_F(StoreCommandTest, AllPrintsWhatIsComparedAndWithAuditEverything) {
  ExportCommandOptions all = options("all");
  EXPECT_EQ(run(all), ExitCode::Ok);
  for (const Table& each : tables()) {
    const std::string title = "# " + std::string(each.name) + "\n";
    EXPECT_EQ(out_.str().find(title) != std::string::npos, each.compared) << title;
  }
  all.audit = true;
  EXPECT_EQ(run(all), ExitCode::Ok);
  for (const Table& each : tables()) {
    EXPECT_THAT(out_.str(), HasSubstr("# " + std::string(each.name) + "\n"));
  }
}

TEST_F(StoreCommandTest, WritesAFileWholeOrNotAtAll) {
  ExportCommandOptions to_file = options("device_hour");
  to_file.output = path("hours.csv");
  EXPECT_EQ(run(to_file), ExitCode::Ok);
  EXPECT_EQ(out_.str(), "");
  std::ostringstream written;
  written << std::ifstream(to_file.output).rdbuf();
  EXPECT_THAT(written.str(), HasSubstr("mn-1"));
  EXPECT_FALSE(std::filesystem::exists(to_file.output + ".part"));
  to_file.output = path("no/such/folder.csv");
  EXPECT_EQ(run(to_file), ExitCode::Runtime);
}

TEST_F(StoreCommandTest, RefusedUses) {
  struct Case {
    const char* name;
    std::function<void(ExportCommandOptions&)> spoil;
    ExitCode code;
    const char* message;
  };
  const Case cases[] = {
      {"unknown table", [](auto& o) { o.what = "windows"; }, ExitCode::Usage, "verdict, quality"},
      {"time without a zone", [](auto& o) { o.from = "2026-03-15T09:30:00"; }, ExitCode::Usage,
       "--from 2026-03-15T09:30:00 is no time"},
      {"date", [](auto& o) { o.to = "2026-03-15"; }, ExitCode::Usage, "--to"},
      {"turned around",
       [](auto& o) {
         o.from = "2026-03-16T00:00:00Z";
         o.to = "2026-03-15T00:00:00Z";
       },
       ExitCode::Usage, "--from lies after --to"},
      {"format", [](auto& o) { o.format = "xml"; }, ExitCode::Usage, "csv or jsonl"},
      {"no store", [](auto& o) { o.store_url += ".not"; }, ExitCode::Runtime, "no such file"},
      {"no URL", [](auto& o) { o.store_url = "store.db"; }, ExitCode::Runtime, "sqlite:FILE"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    ExportCommandOptions spoiled = options("device_hour");
    c.spoil(spoiled);
    EXPECT_EQ(run(spoiled), c.code);
    EXPECT_THAT(err_.str(), HasSubstr(c.message));
    EXPECT_EQ(out_.str(), "");
  }
}

TEST_F(StoreCommandTest, GoneReaderIsAnError) {
  const ExportCommandOptions one = options("device_hour");
  out_.setstate(std::ios::badbit);
  EXPECT_EQ(run_export(one, out_, err_), ExitCode::Runtime);
  EXPECT_THAT(err_.str(), HasSubstr("could not write"));
}

TEST_F(StoreCommandTest, AuditNamesTheFirstBadEntry) {
  AuditVerifyOptions verify;
  verify.store_url = url();
  verify.chain_only = true;
  EXPECT_EQ(run_audit_verify(verify, out_, err_), ExitCode::Ok);
  EXPECT_EQ(out_.str(), "1 segments, 5 records verified, 0 partitions with a bad entry\n");
  segment_[4] = text("another head");
  open_store(url())->commit(commit_of({put(TableId::Segment, segment_)}));
  out_.str("");
  EXPECT_EQ(run_audit_verify(verify, out_, err_), ExitCode::Findings);
  EXPECT_THAT(out_.str(), HasSubstr("bad entry: topic in, partition 0, offset 0: "));
  verify.store_url = "sqlite:" + path("none.db");
  EXPECT_EQ(run_audit_verify(verify, out_, err_), ExitCode::Runtime);
}

}  // namespace
}  // namespace parkwatch
