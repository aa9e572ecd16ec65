#include "app/cluster_step.h"

#include <map>
#include <set>

#include "app/rows.h"
#include "app/turn.h"
#include "model/check.h"

namespace parkwatch {

namespace {

/// One cluster window on its way from its parks' rows.
struct ClusterSum {
  Contribution sum;
  bool closed = true;
  std::string parks;  // park=gross kg, by park, between semicolons
};

void add_park(ClusterSum& total, const Row& row) {
  const Contribution park = contribution_of(row);
  Contributions sums{{"", total.sum}};
  check(add_contributions(sums, {{"", park}}));
  total.sum = sums.at("");
  total.closed = total.closed && park.closed;
  if (!total.parks.empty()) total.parks += ';';
  total.parks += text_of(row[4]) + "=" + park.gross_kg.text();
}

}  // namespace

std::map<std::string, Row> cluster_rows(Store& store, const Plan& plan, const Key& window) {
  std::map<std::string, ClusterSum> sums;
  store.read(TableId::Contribution, std::span(&window, 1),
             [&](const Row& row) { add_park(sums[text_of(row[3])], row); });
  std::map<std::string, Row> rows;
  for (const auto& [factor, total] : sums) {
    const Factor* rule = plan.factor(factor);
    rows[factor] = {
        window[0],
        window[1],
        window[2],
        factor,
        std::string(total.closed ? "closed" : "open"),
        total.sum.gross_kg.units(),
        total.sum.additive_kg.units(),
        cell(equivalents(total.sum.gross_kg, rule == nullptr ? std::nullopt : rule->equivalent_kg)),
        total.sum.due,
        total.sum.present,
        cell(completeness(total.sum)),
        cell(std::optional(estimated_share(total.sum))),
        total.parks};
  }
  return rows;
}

void ClusterStep::sum_window(const Key& window, Commit& commit) {
  std::map<std::string, Row> rows = cluster_rows(store_, plan_, window);
  std::map<std::string, Row> present;
  store_.read(TableId::ClusterWindow, std::span(&window, 1),
              [&](const Row& row) { present[text_of(row[3])] = row; });
  for (const auto& [factor, row] : present) {
    if (!rows.contains(factor)) commit.changes.push_back({TableId::ClusterWindow, row, true});
  }
  for (auto& [factor, row] : rows) {
    const auto former = present.find(factor);
    if (former != present.end() && former->second == row) continue;
    commit.changes.push_back({TableId::ClusterWindow, std::move(row), false});
  }
}

std::size_t ClusterStep::step(std::size_t marks_max) {
  // The turn is had before the marks are read: whoever commits in between makes this step void.
  const std::optional<Turn> present = read_turn(store_, cluster_turn);
  const Turn turn = present ? *present : take_turn(store_, cluster_turn);
  Commit commit;
  commit.active_set = plan_.hash();
  std::set<Key> windows;  // cluster, span, start
  std::size_t marks = 0;
  store_.scan(TableId::Dirty, {}, {}, marks_max, [&](const Row& mark) {
    windows.insert({mark[1], mark[2], mark[3]});
    commit.changes.push_back({TableId::Dirty, mark, true});
    ++marks;
  });
  if (marks == 0) return 0;
  for (const Key& window : windows) sum_window(window, commit);
  commit.move = next_move(cluster_turn, turn);
  add_messages(commit, publishing_);
  try {
    store_.commit(commit);
  } catch (const StaleCommit&) {
    // Another process made the next step; what it has left is looked at anew.
  }
  return marks;
}

}  // namespace parkwatch
