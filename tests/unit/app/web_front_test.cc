#include "app/web_front.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include "app/store_picture.h"
#include "app/version.h"
#include "tests/support/store_rows.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/web_fixture.h"

namespace parkwatch {
namespace {

TEST(ShowOverview, NamesWhoEachAlertIsAbout) {
  WebFixture fixture;
  fixture.commit({episode_row("e2", "silent", "O2", "open", fixture.hour)});
  Metrics metrics;
  show_overview(read_overview(fixture.store, *fixture.registry, 0), *fixture.registry, true,
                metrics);
  const std::string text = metrics.render(0);
  for (const char* line :
       {"parkwatch_episode_open{rule=\"exceedance\",outlet=\"O1\",enterprise=\"E1\",park=\"P1\","
        "severity=\"critical\",factor=\"a21002\",limit=\"permit-80\","
        "window=\"hour 2026-03-15T09:00:00+08:00\"} 1\n",
        "parkwatch_outlet_silent{outlet=\"O2\",park=\"P1\"} 1\n",
        "parkwatch_outlet_ratio{outlet=\"O1\",factor=\"a21002\",span=\"hour\"} 1.6\n",
        "parkwatch_park_time_seconds{park=\"P1\"} 1773540660\n",
        "parkwatch_verdicts{park=\"P2\",state=\"invalid(missing)\",phase=\"closed\"} 1\n",
        "parkwatch_cluster_mass_kg{cluster=\"C1\",factor=\"a21002\"} 12.345678901\n",
        "parkwatch_cluster_completeness_ratio{cluster=\"C1\",factor=\"a21002\"} 0.75\n",
        "parkwatch_cluster_estimated_share_ratio{cluster=\"C1\",factor=\"a21002\"} 0.25\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

TEST(ShowOverview, TellsDueDatesUntilTheyAreBroken) {
  WebFixture fixture;
  Row due = row_of(TableId::Violation,
                   {text("P1"), text("TS-L08"), text("pr1"), number(0), text("open"), text("due")});
  due[7] = number(1'791'820'800'000);
  due[8] = text("warning");
  Row broken = row_of(TableId::Violation, {text("P1"), text("TS-L08"), text("pr2"), number(0),
                                           text("closed"), text("ongoing")});
  broken[7] = number(1'700'000'000'000);
  broken[8] = text("minor");
  fixture.commit({put(TableId::Violation, due), put(TableId::Violation, broken)});
  Metrics metrics;
  show_overview(read_overview(fixture.store, *fixture.registry, 0), *fixture.registry, true,
                metrics);
  const std::string text = metrics.render(0);
  EXPECT_NE(text.find("parkwatch_simultaneity_due_seconds{park=\"P1\",rule=\"TS-L08\","
                      "subject=\"pr1\",severity=\"warning\"} 1791820800\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("pr2"), std::string::npos);
}

TEST(CountEpisodeEvents, ByRuleAndEvent) {
  Row row = row_of(TableId::EpisodeEvent, {text("e1"), number(0), text("opened")});
  row[4] = text("exceedance");
  Commit commit = commit_of({put(TableId::EpisodeEvent, row), put(TableId::EpisodeEvent, row),
                             episode_row("e1", "silent", "O1", "open", 0)});
  commit.changes[1].erase = true;
  Metrics metrics;
  count_episode_events(commit, metrics);
  EXPECT_NE(
      metrics.render(0).find("parkwatch_episodes_total{event=\"opened\",rule=\"exceedance\"} 1\n"),
      std::string::npos);
}

TEST(ShowOverview, OutletRatiosOnlyWhereAskedFor) {
  WebFixture fixture;
  Metrics metrics;
  show_overview(read_overview(fixture.store, *fixture.registry, 0), *fixture.registry, false,
                metrics);
  EXPECT_EQ(metrics.render(0).find("parkwatch_outlet_ratio{"), std::string::npos);
}

TEST(WebFront, ServesTheStoreAndOutlivesItsAbsence) {
  const TemporaryFolder folder;
  const std::string url = "sqlite:" + (folder.path() / "store.db").string();
  WebFixture fixture;
  const std::unique_ptr<Store> store = open_store(url);
  store->commit(commit_of({episode_row("e1", "exceedance", "O1", "open", fixture.hour)}));
  Metrics metrics;
  Readiness readiness;
  WebFront::Options options;
  options.server.port = 0;
  options.store_url = url;
  int refreshed = 0;
  WebFront front(options,
                 {[&] { return readiness; }, [&] { return fixture.registry; }, [&] { ++refreshed; },
                  [&] { return fixture.park_time_ms; }},
                 metrics);
  front.start();
  EXPECT_EQ(front.url(), "http://127.0.0.1:" + std::to_string(front.port()));
  httplib::Client client("127.0.0.1", front.port());
  const std::string text = client.Get("/metrics")->body;
  EXPECT_NE(text.find("parkwatch_episode_open{"), std::string::npos);
  EXPECT_NE(text.find("version=\"" + version_number() + "\""), std::string::npos);
  EXPECT_NE(text.find("parkwatch_ready 1\n"), std::string::npos);
  readiness.reasons = {"store: away"};
  EXPECT_NE(client.Get("/metrics")->body.find("parkwatch_ready 0\n"), std::string::npos);
  EXPECT_EQ(refreshed, 2);
  EXPECT_NE(client.Get("/")->body.find("排口1"), std::string::npos);
}

TEST(WebFront, WithoutAStoreMetricsStillAnswer) {
  const TemporaryFolder folder;
  Metrics metrics;
  WebFront::Options options;
  options.server.port = 0;
  options.store_url = "sqlite:" + (folder.path() / "absent.db").string();
  WebFront front(options,
                 {[] { return Readiness{}; },
                  [] { return std::make_shared<const RegistryView>(); },
                  {},
                  [] { return std::int64_t{0}; }},
                 metrics);
  front.start();
  httplib::Client client("127.0.0.1", front.port());
  EXPECT_EQ(client.Get("/metrics")->status, 200);
  EXPECT_NE(client.Get("/metrics")->body.find("parkwatch_store_read_errors_total 2"),
            std::string::npos);
  EXPECT_EQ(client.Get("/")->status, 503);
}

}  // namespace
}  // namespace parkwatch
