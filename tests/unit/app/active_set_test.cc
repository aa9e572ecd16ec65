#include "app/active_set.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "processors/plan.h"
#include "tests/support/files.h"

namespace parkwatch {
namespace {

const std::string root = PARKWATCH_SOURCE_DIR;

SetFiles demo() {
  return {source_folder("deploy/demo/registry"), source_folder("rules")};
}

TEST(ActiveSet, LoadsTheDemoFromDisk) {
  const LoadedSet loaded = load_set(root + "/deploy/demo/registry/", root + "/rules");
  for (const Fault& fault : loaded.faults) ADD_FAILURE() << fault.text();
  EXPECT_EQ(loaded.set.registry.outlets.size(), 12u);
  EXPECT_EQ(loaded.set.zones.size(), 1u);
  EXPECT_EQ(loaded.set.hash.size(), 64u);
  const Plan plan(loaded.set.registry, loaded.set.rules, loaded.set.zones, loaded.set.hash);
  EXPECT_EQ(plan.parks().size(), 3u);
}

TEST(ActiveSet, NamesFoldersThatCannotBeRead) {
  const LoadedSet loaded = load_set(root + "/no/such/folder", root + "/rules");
  ASSERT_TRUE(refuses(loaded.faults));
  EXPECT_NE(loaded.faults.front().text().find("/no/such/folder: fault: the folder cannot be read"),
            std::string::npos);
}

TEST(ActiveSet, HashesContentNotSpelling) {
  const std::string hash = set_hash(demo());
  SetFiles files = demo();
  files.registry.texts["notes.csv"] = "not read\n";
  EXPECT_EQ(set_hash(files), hash);
  files.registry.texts.at("parks.csv") += "# a comment is content\n";
  EXPECT_NE(set_hash(files), hash);
  files = demo();
  files.rules.texts.at("parameters.csv") += "\n";
  EXPECT_NE(set_hash(files), hash);
}

TEST(ActiveSet, ComesBackFromItsPackedForm) {
  const SetFiles files = demo();
  const std::string packed = pack_set(files);
  const SetFiles again = unpack_set(packed);
  EXPECT_EQ(again.registry.texts, files.registry.texts);
  EXPECT_EQ(again.rules.texts, files.rules.texts);
  EXPECT_EQ(set_hash(again), set_hash(files));
  EXPECT_LT(packed.size(), 60'000u);
}

TEST(ActiveSet, RefusesDamagedPackedForms) {
  const std::string packed = pack_set(demo());
  EXPECT_THROW(unpack_set(""), std::runtime_error);
  EXPECT_THROW(unpack_set("not compressed at all"), std::runtime_error);
  EXPECT_THROW(unpack_set(std::string_view(packed).substr(0, packed.size() / 2)),
               std::runtime_error);
  std::string other = packed;
  other[other.size() / 2] = static_cast<char>(other[other.size() / 2] ^ 0x55);
  EXPECT_THROW(unpack_set(other), std::runtime_error);
}

TEST(Zones, KnowTheirChanges) {
  const std::optional<Zone> shanghai = load_zone("Asia/Shanghai");
  ASSERT_TRUE(shanghai);
  EXPECT_EQ(shanghai->offset_at(EventTime(1773536400000)), china_standard_time);
  const std::optional<Zone> berlin = load_zone("Europe/Berlin");
  ASSERT_TRUE(berlin);
  EXPECT_GT(berlin->changes.size(), 100u);
  struct Case {
    const char* at;
    int minutes;
  };
  const Case cases[] = {
      {"2026-03-29T00:59:59Z", 60}, {"2026-03-29T01:00:00Z", 120}, {"2026-10-25T00:59:59Z", 120},
      {"2026-10-25T01:00:00Z", 60}, {"1990-01-01T00:00:00Z", 60},  {"2060-07-01T00:00:00Z", 120},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.at);
    EXPECT_EQ(berlin->offset_at(EventTime(*parse_iso_time(c.at))).count(), c.minutes);
  }
}

TEST(Zones, RefuseWhatIsNoIanaName) {
  for (const char* name : {"", "Asia/Nowhere", "Fixed/UTC+08:00:00", "localtime", "/etc/localtime",
                           "../../etc/passwd", "file:x", "Asia//Shanghai", "中国"}) {
    EXPECT_FALSE(load_zone(name)) << name;
  }
}

}  // namespace
}  // namespace parkwatch
