// Lives of projects, seeded: neither batches, nor order, nor a worker that forgets what it holds
// and reads it anew change violations, episodes or their former versions.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/support/world.h"

namespace parkwatch {
namespace {

using Documents = std::vector<std::string>;

const std::map<std::string, std::string> with_projects = {
    {"projects.csv",
     "id,enterprise,name,outlets,valid_from,valid_to\npr1,e1,One,air1,,\npr2,e1,Two,,,\n"}};

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t day_ms = 86'400'000;

class Lives {
 public:
  explicit Lives(unsigned seed) : random_(seed) {}

  /// In the order of their arrival: acts before and after, corrected, revoked, with ticks between.
  Documents documents() {
    Documents all;
    std::int64_t received = at("2026-10-09T00:00:00Z");
    for (int i = 0; i < 40; ++i) {
      received += minute_ms * pick({0, 0, 1, 59, 61, 1500});
      all.push_back(pick({0, 0, 0, 1}) == 1 ? tick(received) : milestone(received));
    }
    return all;
  }

  std::size_t below(std::size_t count) { return random_() % count; }

 private:
  int pick(const std::vector<int>& from) { return from[below(from.size())]; }

  static std::string tick(std::int64_t received) {
    return R"({"type":"tick","park":"p1","received":")" + utc_text(received) + "\"}";
  }

  std::string milestone(std::int64_t received) {
    static const std::vector<std::string> acts = {R"("eia_approval")",
                                                  R"("construction_start")",
                                                  R"("acceptance_report")",
                                                  R"("acceptance_disclosed")",
                                                  R"("display_end")",
                                                  R"("platform_filing")",
                                                  R"("first_production")",
                                                  R"("acceptance_opinion","result":"pass")",
                                                  R"("main_progress","percent":70)",
                                                  R"("protection_progress","percent":40)",
                                                  R"("idled","facility":"f1")",
                                                  R"("resumed","facility":"f1")"};
    const std::int64_t time = received - day_ms * pick({0, 1, 2, 10, 40, 400}) - minute_ms;
    return R"({"type":"milestone","source":"test","park":"p1","id":"m)" +
           std::to_string(below(25)) + R"(","project":"pr)" + std::to_string(1 + below(2)) +
           R"(","received":")" + utc_text(received) + R"(","time":")" + utc_text(time) +
           R"(","act":)" + acts[below(acts.size())] + (below(8) == 0 ? R"(,"revoked":true})" : "}");
  }

  std::mt19937 random_;
};

std::string rows_of(World& world, const std::vector<TableId>& tables) {
  std::string text;
  for (const TableId id : tables) {
    for (const Row& row : world.rows(id)) {
      text += std::string(table(id).name);
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (table(id).columns[i].audit) continue;
        text += '|';
        if (const auto* word = std::get_if<std::string>(&row[i])) text += *word;
        if (const auto* number = std::get_if<std::int64_t>(&row[i]))
          text += std::to_string(*number);
      }
      text += '\n';
    }
  }
  return text;
}

const std::vector<TableId> present = {TableId::Violation, TableId::Episode, TableId::Document};
const std::vector<TableId> with_past = {TableId::Violation, TableId::Episode, TableId::Document,
                                        TableId::History, TableId::EpisodeEvent};

class ProjectsProperty : public testing::TestWithParam<unsigned> {};

TEST_P(ProjectsProperty, BatchesAndForgettingChangeNothing) {
  Lives lives(GetParam());
  const Documents documents = lives.documents();
  World whole(with_projects);
  whole.feed(documents);
  EXPECT_FALSE(whole.rows(TableId::Violation).empty());
  World cut(with_projects);
  for (auto at = documents.begin(); at != documents.end();) {
    const auto left = static_cast<std::size_t>(documents.end() - at);
    const auto end =
        at + static_cast<std::ptrdiff_t>(1 + lives.below(std::min<std::size_t>(left, 6)));
    cut.feed({at, end});
    if (lives.below(3) == 0) cut.task->drop();
    at = end;
  }
  EXPECT_EQ(rows_of(cut, with_past), rows_of(whole, with_past)) << "seed " << GetParam();
}

TEST_P(ProjectsProperty, OrderChangesNothingPresent) {
  Lives lives(GetParam());
  Documents documents = lives.documents();
  World ordered(with_projects);
  ordered.feed(documents);
  std::shuffle(documents.begin(), documents.end(), std::mt19937(GetParam()));
  World shuffled(with_projects);
  for (const std::string& document : documents) shuffled.feed({document});
  EXPECT_EQ(rows_of(shuffled, present), rows_of(ordered, present)) << "seed " << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Seeds, ProjectsProperty, testing::Range(1u, 21u));

}  // namespace
}  // namespace parkwatch
