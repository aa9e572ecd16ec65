#include "alerts/metrics.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <thread>

namespace parkwatch {
namespace {

bool has_line(const std::string& text, const std::string& line) {
  std::istringstream lines(text);
  for (std::string found; std::getline(lines, found);) {
    if (found == line) return true;
  }
  return false;
}

OpenEpisode episode(const std::string& outlet, const std::string& severity) {
  return {"exceedance", outlet,   "E1",        "P1",
          severity,     "a21002", "permit-80", "hour 2026-03-15T09:00:00+08:00"};
}

TEST(Metrics, CountsSetsAndObserves) {
  Metrics metrics;
  metrics.add(Metric::Records, {"accepted"}, 3);
  metrics.add(Metric::Records, {"accepted"}, 2);
  metrics.add(Metric::Ticks);
  metrics.set(Metric::Dirty, 7);
  metrics.observe(Metric::StoreCommitSeconds, 0.003);
  const std::string text = metrics.render(0);
  EXPECT_TRUE(has_line(text, "parkwatch_records_total{class=\"accepted\"} 5")) << text;
  EXPECT_TRUE(has_line(text, "parkwatch_ticks_total 1"));
  EXPECT_TRUE(has_line(text, "parkwatch_dirty 7"));
  EXPECT_TRUE(has_line(text, "parkwatch_store_commit_seconds_count 1"));
  EXPECT_TRUE(has_line(text, "parkwatch_store_commit_seconds_bucket{le=\"0.0025\"} 0"));
  EXPECT_TRUE(has_line(text, "parkwatch_store_commit_seconds_bucket{le=\"0.005\"} 1"));
}

TEST(Metrics, StartsWithTheSeriesThatRulesNeed) {
  const std::string text = Metrics().render(0);
  for (const char* line :
       {"parkwatch_records_total{class=\"quarantined\"} 0",
        "parkwatch_values_total{class=\"not_monitored\"} 0", "parkwatch_conservation_difference 0",
        "parkwatch_episode_overflow 0", "parkwatch_store_write_errors_total 0"}) {
    EXPECT_TRUE(has_line(text, line)) << line;
  }
}

TEST(Metrics, AgeIsThatOfTheScrape) {
  Metrics metrics;
  EXPECT_EQ(metrics.render(5000).find("checkpoint_age"), std::string::npos);
  metrics.set_checkpoint(1000);
  EXPECT_TRUE(has_line(metrics.render(3500), "parkwatch_worker_checkpoint_age_seconds 2.5"));
  EXPECT_TRUE(has_line(metrics.render(500), "parkwatch_worker_checkpoint_age_seconds 0"));
}

TEST(Metrics, AnEpisodeThatEndedHasNoSeries) {
  Metrics metrics;
  metrics.set_open_episodes({episode("DA001", "critical")});
  EXPECT_TRUE(has_line(
      metrics.render(0),
      "parkwatch_episode_open{rule=\"exceedance\",outlet=\"DA001\",enterprise=\"E1\",park=\"P1\","
      "severity=\"critical\",factor=\"a21002\",limit=\"permit-80\","
      "window=\"hour 2026-03-15T09:00:00+08:00\"} 1"));
  metrics.set_open_episodes({});
  EXPECT_EQ(metrics.render(0).find("parkwatch_episode_open"), std::string::npos);
}

TEST(Metrics, TheMostSevereEpisodesKeepTheirSeriesAtTheCap) {
  Metrics::Options options;
  options.episode_series_max = 2;
  Metrics metrics(options);
  metrics.set_open_episodes({episode("A", "info"), episode("B", "warning"),
                             episode("C", "critical"), episode("D", "info")});
  const std::string text = metrics.render(0);
  EXPECT_NE(text.find("outlet=\"B\""), std::string::npos);
  EXPECT_NE(text.find("outlet=\"C\""), std::string::npos);
  EXPECT_EQ(text.find("outlet=\"A\""), std::string::npos);
  EXPECT_TRUE(has_line(text, "parkwatch_episode_overflow 2"));
  metrics.set_open_episodes({episode("A", "info")});
  EXPECT_TRUE(has_line(metrics.render(0), "parkwatch_episode_overflow 0"));
}

TEST(Metrics, NewLabelsBeyondTheCapAreCountedNotKept) {
  Metrics::Options options;
  options.process_series_max = 5;  // the five classes
  Metrics metrics(options);
  metrics.add(Metric::DeadLetters, {"a"}, 1);
  for (int i = 0; i < 10; ++i) metrics.add(Metric::DeadLetters, {std::to_string(i)}, 1);
  const std::string text = metrics.render(0);
  EXPECT_TRUE(has_line(text, "parkwatch_dead_letters_total{reason=\"3\"} 1"));
  EXPECT_FALSE(has_line(text, "parkwatch_dead_letters_total{reason=\"4\"} 1"));
  EXPECT_TRUE(
      has_line(text, "parkwatch_series_overflow{metric=\"parkwatch_dead_letters_total\"} 6"));
}

TEST(Metrics, ThreadsMayCountAtOnce) {
  Metrics metrics;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&metrics, t] {
      for (int i = 0; i < 250; ++i) {
        metrics.add(Metric::Ticks);
        metrics.add(Metric::DeadLetters, {std::to_string(t)}, 1);
        metrics.set_open_episodes({episode("DA001", "critical")});
        if (i % 50 == 0) metrics.render(i);
      }
    });
  }
  threads.clear();
  EXPECT_TRUE(has_line(metrics.render(0), "parkwatch_ticks_total 1000"));
}

TEST(MetricsDeath, MisuseStopsTheProcess) {
  Metrics metrics;
  EXPECT_DEATH(metrics.add(Metric::Records, {}, 1), "invariant|check|metrics");
  EXPECT_DEATH(metrics.set(Metric::Ticks, 1), "invariant|check|metrics");
  EXPECT_DEATH(metrics.add(Metric::EpisodeOpen, {"x"}, 1), "invariant|check|metrics");
  EXPECT_DEATH(metrics.set_series(Metric::Dirty, {}), "invariant|check|metrics");
}

/// "name | type | labels | meaning | unit" of each row in docs/metrics.md.
std::set<std::string> documented() {
  std::ifstream file(PARKWATCH_SOURCE_DIR "/docs/metrics.md");
  std::set<std::string> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("| `parkwatch_")) rows.insert(line);
  }
  return rows;
}

TEST(MetricTable, EqualsTheDocument) {
  std::set<std::string> in_code;
  for (const MetricInfo& info : metric_table()) {
    std::string labels;
    for (const std::string_view label : info.labels) {
      if (!labels.empty()) labels += ", ";
      labels += label;
    }
    std::ostringstream row;
    row << "| `" << info.name << "` | " << metric_type_name(info.type) << " | " << labels << " | "
        << info.help << " | " << info.unit << " |";
    in_code.insert(row.str());
  }
  EXPECT_EQ(in_code, documented());
}

TEST(MetricTable, NamesFollowTheConventions) {
  std::set<std::string_view> names;
  for (const MetricInfo& info : metric_table()) {
    SCOPED_TRACE(info.name);
    EXPECT_TRUE(names.insert(info.name).second);
    EXPECT_TRUE(info.name.starts_with("parkwatch_"));
    EXPECT_EQ(info.name.ends_with("_total"), info.type == MetricType::Counter);
    EXPECT_EQ(info.help.find_first_of("|\n\\"), std::string_view::npos);
    EXPECT_EQ(&metric_info(info.id), &info);
  }
}

}  // namespace
}  // namespace parkwatch
