#include "web/overview.h"

#include <gtest/gtest.h>

#include "tests/support/store_rows.h"
#include "tests/support/web_fixture.h"
#include "web/overview_cache.h"
#include "web/page.h"

namespace parkwatch {
namespace {

TEST(Standing, NoDataIsNeverGreen) {
  struct Case {
    const char* state;
    std::int64_t ratio;
    Standing standing;
  };
  const Case cases[] = {
      {"over", 1'200'000, Standing::Over},
      {"pending_mark", 1'200'000, Standing::PendingMark},
      {"compliant", 899'999, Standing::Compliant},
      {"compliant", 900'000, Standing::Near},
      {"exempt(no_discharge)", 0, Standing::Exempt},
      {"invalid(missing)", 0, Standing::NoData},
      {"invalid(too_few_minutes)", 0, Standing::NoData},
      {"missing", 0, Standing::NoData},
      {"", 0, Standing::NoData},
      {"a state of a later release", 0, Standing::NoData},
  };
  for (const Case& c : cases) EXPECT_EQ(standing_of(c.state, c.ratio), c.standing) << c.state;
}

TEST(Overview, ListsTheNewestClosedWindowWorstFirst) {
  WebFixture fixture;
  const Overview overview = read_overview(fixture.store, *fixture.registry, fixture.park_time_ms);
  std::vector<std::string> outlets;
  for (const OutletLine& line : overview.outlets) outlets.push_back(line.outlet);
  EXPECT_EQ(outlets, (std::vector<std::string>{"O1", "O2", "O4", "O5", "O3"}));
  const OutletLine& worst = overview.outlets.front();
  EXPECT_EQ(worst.standing, Standing::Over);
  EXPECT_EQ(worst.start, fixture.hour);
  EXPECT_EQ(worst.value, 80'000'000);
  EXPECT_EQ(worst.open_ratio, 700'000);
  EXPECT_FALSE(overview.outlets[3].start);  // O5 is registered and has never reported
  EXPECT_EQ(overview.standings.at(Standing::NoData), 2u);
}

TEST(Overview, CountsVerdictsOfTheNewestHourOfEachPhase) {
  WebFixture fixture;
  const Overview overview = read_overview(fixture.store, *fixture.registry, fixture.park_time_ms);
  const std::map<std::vector<std::string>, std::size_t> expected = {
      {{"P1", "compliant", "closed"}, 2},
      {{"P1", "compliant", "open"}, 1},
      {{"P1", "over", "closed"}, 1},
      {{"P2", "invalid(missing)", "closed"}, 1}};
  EXPECT_EQ(overview.verdicts, expected);
}

TEST(Overview, HasOpenEpisodesAndTheLastClosedHourOfClusters) {
  WebFixture fixture;
  const Overview overview = read_overview(fixture.store, *fixture.registry, fixture.park_time_ms);
  ASSERT_EQ(overview.episodes.size(), 1u);
  EXPECT_EQ(overview.episodes.front().id, "e1");
  ASSERT_EQ(overview.clusters.size(), 2u);
  EXPECT_EQ(overview.clusters[0].start, fixture.hour);
  EXPECT_EQ(overview.clusters[0].phase, "closed");
  EXPECT_EQ(overview.clusters[1].span, "day");
}

TEST(Overview, AnOpenWindowIsNoResultButMayWarn) {
  WebFixture fixture;
  const std::int64_t now = fixture.hour + WebFixture::hour_ms;
  fixture.commit({verdict_row("P2", now, "O5", "a21002", "open", "compliant", 100'000),
                  verdict_row("P2", now, "O5", "a21026", "open", "over", 1'200'000),
                  verdict_row("P1", now, "O3", "a21002", "open", "compliant", 900'000),
                  verdict_row("P2", now, "O4", "a21002", "open", "compliant", 100'000)});
  const Overview overview = read_overview(fixture.store, *fixture.registry, fixture.park_time_ms);
  std::map<std::string, std::pair<Standing, std::string>> found;
  for (const OutletLine& line : overview.outlets) {
    found[line.outlet + "/" + line.factor] = {line.standing, line.state};
  }
  EXPECT_EQ(found.at("O5/a21002"), std::pair(Standing::Provisional, std::string("open")));
  EXPECT_EQ(found.at("O5/a21026"), std::pair(Standing::Near, std::string("open")));
  EXPECT_EQ(found.at("O3/a21002"), std::pair(Standing::Near, std::string("compliant")));
  EXPECT_EQ(found.at("O4/a21002"), std::pair(Standing::NoData, std::string("invalid(missing)")));
  EXPECT_EQ(found.at("O1/a21002"), std::pair(Standing::Over, std::string("over")));
}

TEST(OverviewCache, ReadsOnceForManyReadersAndAgainAfterAFault) {
  WebFixture fixture;
  int opened = 0;
  bool away = true;
  OverviewCache::Options options;
  options.age = std::chrono::hours(1);
  OverviewCache cache(options, {[&]() -> std::unique_ptr<Store> {
                                  ++opened;
                                  if (away) throw StoreUnavailable("away");
                                  return fixture.open();
                                },
                                [&] { return fixture.registry; }, [] { return 5; }});
  EXPECT_THROW(cache.get(), StoreUnavailable);
  away = false;
  EXPECT_EQ(cache.get()->built_ms, 5);
  EXPECT_EQ(cache.get(), cache.get());
  EXPECT_EQ(opened, 2);
}

TEST(Page, EscapesWhatTheRegistrySays) {
  WebFixture fixture;
  const Overview overview = read_overview(fixture.store, *fixture.registry, fixture.park_time_ms);
  const std::string page = overview_page(overview, *fixture.registry, PageOptions{});
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;alert(1)"), std::string::npos);
  EXPECT_NE(page.find("&lt;西岸&gt;"), std::string::npos);
  EXPECT_NE(page.find("氮氧化物"), std::string::npos);
  EXPECT_NE(page.find("http-equiv=\"refresh\""), std::string::npos);
  EXPECT_EQ(page.find("http://"), std::string::npos);  // nothing from outside
  EXPECT_EQ(page.find("https://"), std::string::npos);
}

TEST(Page, ShowsAnEmptyStoreAsNoData) {
  MemoryStore empty;
  WebFixture fixture;
  const Overview overview = read_overview(empty, *fixture.registry, 0);
  const std::string page = overview_page(overview, *fixture.registry, PageOptions{});
  EXPECT_NE(page.find("从未上报"), std::string::npos);
  EXPECT_NE(page.find("尚无数据"), std::string::npos);
  EXPECT_EQ(overview.standings.count(Standing::Compliant), 0u);
}

TEST(Page, CountsTheRowsItLeavesOut) {
  WebFixture fixture;
  PageOptions options;
  options.outlets_max = 2;
  options.paused = true;
  const Overview overview = read_overview(fixture.store, *fixture.registry, fixture.park_time_ms);
  const std::string page = overview_page(overview, *fixture.registry, options);
  EXPECT_NE(page.find("另有 3 行未显示"), std::string::npos);
  EXPECT_EQ(page.find("http-equiv=\"refresh\""), std::string::npos);
}

}  // namespace
}  // namespace parkwatch
