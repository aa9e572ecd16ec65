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
      cache_.offer(mn, "a21026", Kind::Minute, std::move(value), changed);
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

}  // namespace
}  // namespace parkwatch
