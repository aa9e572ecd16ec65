#include "model/device_hour.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/simulation/random.h"

namespace parkwatch {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const EventTime hour = EventTime(*parse_iso_time("2026-03-15T07:00:00Z"));

/// What a device hour must hold, kept as plainly as can be.
class Expected {
 public:
  struct Value {
    std::string attributes;
    std::int64_t received = 0;
    std::int64_t first = 0;
    Scheme scheme = Scheme::Json;
    bool resent = false;
    std::set<std::string> said;
  };
  struct Said {
    Copy copy;
    bool changed;
  };
  using Key = std::tuple<std::string, Kind, std::int64_t>;

  Said offer(const std::string& factor, Kind kind, const KeptValue& value) {
    const auto [at, added] = values_.try_emplace({factor, kind, value.time.milliseconds()});
    Value& kept = at->second;
    const Value before = kept;
    const std::string text(value.attributes);
    const std::int64_t received = value.received.milliseconds();
    const bool same = kept.attributes == text;
    if (added || std::pair(kept.received, kept.attributes) < std::pair(received, text)) {
      kept.attributes = text;
      kept.received = received;
      kept.scheme = value.scheme;
    }
    kept.first = added ? received : std::min(kept.first, received);
    kept.resent = kept.resent || value.resent;
    kept.said.insert(text);
    if (added) return {Copy::Accepted, true};
    const bool changed = before.attributes != kept.attributes || before.received != kept.received ||
                         before.first != kept.first || before.resent != kept.resent ||
                         before.scheme != kept.scheme ||
                         (before.said.size() > 1) != (kept.said.size() > 1);
    return {same ? Copy::Duplicate : Copy::Corrected, changed};
  }

  void compare(const DeviceHour& with) const {
    EXPECT_EQ(with.size(), values_.size());
    auto at = values_.begin();
    for (const DeviceHour::Series& series : with.series()) {
      std::size_t count = 0;
      for (const KeptValue& value : series.values) {
        ASSERT_NE(at, values_.end());
        ASSERT_EQ(at->first,
                  Key(std::string(series.factor), series.kind, value.time.milliseconds()));
        const Value& kept = at->second;
        EXPECT_EQ(value.attributes, kept.attributes);
        EXPECT_EQ(value.received.milliseconds(), kept.received);
        EXPECT_EQ(value.first_received().milliseconds(), kept.first);
        EXPECT_EQ(value.scheme, kept.scheme);
        EXPECT_EQ(value.resent, kept.resent);
        EXPECT_EQ(value.contradicted, kept.said.size() > 1);
        ++at;
        ++count;
      }
      EXPECT_EQ(series.values.size(), count);
      EXPECT_EQ(with.values(series.factor, series.kind).size(), count);
    }
    EXPECT_EQ(at, values_.end());
  }

 private:
  std::map<Key, Value> values_;
};

TEST(DeviceHour, HoldsTheSetOfCopiesWhateverTheirOrder) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    simulation::Random random(seed);
    DeviceHour held;
    Expected expected;
    for (int i = 0; i < 60; ++i) {
      const std::string factor = "a" + std::to_string(random.between(1, 4) * 99);
      const Kind kind = random.between(0, 1) == 0 ? Kind::Realtime : Kind::Minute;
      const std::string attributes = "Rtd=" + std::to_string(random.between(1, 3));
      KeptValue value;
      value.time = hour + seconds(random.between(0, 39) * 90);
      value.received = ReceivedTime(hour.milliseconds() + random.between(-5, 5) * 60'000);
      value.scheme = Scheme::Hj212v2017;
      value.attributes = attributes;
      value.resent = random.between(0, 9) == 0;
      bool changed = false;
      const Copy copy = held.offer(factor, kind, value, changed);
      const Expected::Said said = expected.offer(factor, kind, value);
      EXPECT_EQ(copy, said.copy);
      EXPECT_EQ(changed, said.changed);
    }
    expected.compare(held);
    const std::string bytes = held.pack(hour);
    const auto again = DeviceHour::unpack(hour, bytes);
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, held);
    EXPECT_EQ(again->pack(hour), bytes);
    expected.compare(*again);
  }
}

DeviceHour two_values() {
  DeviceHour content;
  bool changed = false;
  for (const int minute : {0, 59}) {
    KeptValue value{hour + seconds(60 * minute), ReceivedTime(hour.milliseconds() + 1),
                    Scheme::Json, "Avg=1.50,Flag=N"};
    content.offer("a21026", Kind::Minute, value, changed);
  }
  return content;
}

TEST(DeviceHour, RefusesBytesThatAreNoDeviceHour) {
  const std::string whole = two_values().pack(hour);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(DeviceHour::unpack(hour, whole.substr(0, size))) << size << " bytes";
  }
  EXPECT_FALSE(DeviceHour::unpack(hour, whole + "x"));
  EXPECT_FALSE(DeviceHour::unpack(hour, "\x02" + whole.substr(1)));
}

TEST(DeviceHour, HasNoValuesOfWhatWasNotSent) {
  const DeviceHour content = two_values();
  EXPECT_EQ(content.values("a21026", Kind::Minute).size(), 2U);
  EXPECT_TRUE(content.values("a21026", Kind::Realtime).empty());
  EXPECT_TRUE(content.values("a2102", Kind::Minute).empty());
  EXPECT_TRUE(content.values("a210260", Kind::Minute).empty());
  EXPECT_TRUE(DeviceHour().values("a21026", Kind::Minute).empty());
}

TEST(CanonicalAttributes, AreSortedByNameAndKeepTheOrderOfEqualNames) {
  std::string text = "what was there before";
  const ReadingItem few[] = {{"a", "Rtd", "4.20"}, {"a", "Flag", "N"}, {"a", "Rtd", "5"}};
  write_canonical_attributes(few, text);
  EXPECT_EQ(text, "Flag=N,Rtd=4.20,Rtd=5");
  std::vector<ReadingItem> many;
  for (const char* name : {"j", "i", "h", "g", "f", "e", "d", "c", "b", "a"}) {
    many.push_back({"x", name, "1"});
  }
  write_canonical_attributes(many, text);
  EXPECT_EQ(text, "a=1,b=1,c=1,d=1,e=1,f=1,g=1,h=1,i=1,j=1");
  write_canonical_attributes({}, text);
  EXPECT_EQ(text, "");
}

TEST(FindAttribute, FindsWholeNamesOnly) {
  const std::string_view text = "Avg=1,Flag=N,ZsAvg=2,Empty=";
  EXPECT_EQ(find_attribute(text, "Avg"), "1");
  EXPECT_EQ(find_attribute(text, "ZsAvg"), "2");
  EXPECT_EQ(find_attribute(text, "Flag"), "N");
  EXPECT_EQ(find_attribute(text, "Empty"), "");
  EXPECT_EQ(find_attribute(text, "Av"), std::nullopt);
  EXPECT_EQ(find_attribute(text, "lag"), std::nullopt);
  EXPECT_EQ(find_attribute("", "Avg"), std::nullopt);
}

}  // namespace
}  // namespace parkwatch
