#include "app/cluster_step.h"

#include <set>

#include "app/rows.h"
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

std::size_t ClusterStep::step(std::size_t marks_max) {
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
  for (const Key& window : windows) {
    std::map<std::string, ClusterSum> sums;
    store_.read(TableId::Contribution, std::span(&window, 1),
                [&](const Row& row) { add_park(sums[text_of(row[3])], row); });
    store_.read(TableId::ClusterWindow, std::span(&window, 1), [&](const Row& row) {
      if (!sums.contains(text_of(row[3]))) {
        commit.changes.push_back({TableId::ClusterWindow, row, true});
      }
    });
    for (const auto& [factor, total] : sums) {
      const Factor* rule = plan_.factor(factor);
      commit.changes.push_back(
          {TableId::ClusterWindow,
           {window[0], window[1], window[2], factor, std::string(total.closed ? "closed" : "open"),
            total.sum.gross_kg.units(), total.sum.additive_kg.units(),
            cell(equivalents(total.sum.gross_kg,
                             rule == nullptr ? std::nullopt : rule->equivalent_kg)),
            total.sum.due, total.sum.present, cell(completeness(total.sum)),
            cell(std::optional<Decimal>(Decimal())), total.parks},
           false});
    }
  }
  store_.commit(commit);
  return marks;
}

}  // namespace parkwatch
