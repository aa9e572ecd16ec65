#include "app/device_hours.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace parkwatch {
namespace {

using std::chrono::minutes;

const EventTime hour = EventTime(*parse_iso_time("2026-03-15T00:00:00Z"));

class DeviceHourCacheTest : public testing::Test {
 protected:
  /// So many values of consecutive minutes.
  void offer(const std::string& mn, int count) {
    for (int minute = 0; minute < count; ++minute) {
      KeptValue value;
      value.time = hour + minutes(minute);
      value.attributes = "Avg=1";
      bool changed = false;
      cache_.offer(mn, "a21026", Kind::Minute, value, changed);
    }
  }
  void commit() {
    Commit commit;
    cache_.add_changes(commit.changes);
    store_->commit(commit);
    cache_.settle();
  }
  std::size_t values_of(const std::string& mn) {
    const DeviceHour* found = cache_.find(mn, hour);
    return found == nullptr ? 0 : found->size();
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_ = open_store("sqlite:" + folder_.file("store.db"));
  DeviceHourCache cache_{*store_};
};

TEST_F(DeviceHourCacheTest, RefusesDamagedContentHoweverItIsAskedFor) {
  offer("A", 3);
  commit();
  for (const std::string& damaged : {std::string(), std::string("\xFF"), std::string("\x01\x02")}) {
    Commit commit;
    commit.changes.push_back({TableId::DeviceHour, {"A", hour.milliseconds(), damaged}, false});
    store_->commit(commit);
    cache_.clear();
    EXPECT_THROW(cache_.find("A", hour), std::runtime_error) << damaged.size() << " bytes";
    cache_.clear();
    const DeviceHourCache::Wanted wanted[] = {{"B", hour}, {"A", hour}};
    EXPECT_THROW(cache_.preload(wanted), std::runtime_error) << damaged.size() << " bytes";
  }
  cache_.clear();
  EXPECT_EQ(cache_.find("B", hour), nullptr);  // no row is no damage
}

TEST_F(DeviceHourCacheTest, HoldsNoMoreValuesThanAskedForAndReadsTheOthersAnew) {
  offer("A", 10);
  offer("B", 20);
  offer("C", 30);
  commit();
  EXPECT_EQ(cache_.size(), 60U);
  cache_.trim(60);
  EXPECT_EQ(cache_.size(), 60U);
  cache_.trim(59);
  EXPECT_EQ(cache_.size(), 50U);
  EXPECT_EQ(values_of("A"), 10U);
  EXPECT_EQ(cache_.size(), 60U);
  cache_.trim(35);  // B was held longest, then C
  EXPECT_EQ(cache_.size(), 10U);
  cache_.trim(0);
  EXPECT_EQ(cache_.size(), 0U);
  EXPECT_EQ(values_of("C"), 30U);
  cache_.clear();
  EXPECT_EQ(cache_.size(), 0U);
}

TEST_F(DeviceHourCacheTest, WhatGrowsWeighsMore) {
  offer("A", 10);
  commit();
  offer("A", 15);  // ten of them are duplicates
  commit();
  EXPECT_EQ(cache_.size(), 15U);
  EXPECT_EQ(values_of("none"), 0U);
  EXPECT_EQ(cache_.size(), 16U);  // that there is nothing is remembered, too
}

TEST_F(DeviceHourCacheTest, WhatIsReadAheadNeedsNoOtherQuery) {
  offer("A", 10);
  commit();
  cache_.clear();
  const DeviceHourCache::Wanted wanted[] = {{"A", hour}, {"B", hour}, {"A", hour}};
  cache_.preload(wanted);
  EXPECT_EQ(cache_.size(), 11U) << "ten values, and that B has none";
  EXPECT_EQ(values_of("A"), 10U);
  EXPECT_EQ(values_of("B"), 0U);
  EXPECT_EQ(cache_.size(), 11U);
  offer("A", 12);
  cache_.preload(wanted);  // what is held stays as it is
  EXPECT_EQ(values_of("A"), 12U);
}

}  // namespace
}  // namespace parkwatch
