#include "app/explain_command.h"

#include <ostream>

#include "app/explain_totals.h"
#include "app/explain_violation.h"
#include "app/explain_window.h"
#include "app/row_search.h"

namespace parkwatch {

namespace {

Explanation explained_window(Store& store, const ExplainOptions& options, TableId id) {
  const Row row = find_row(store, id, options.key);
  ExplainContext context(store, text_of(row[versioned_columns(id).registry]), options.keys);
  return id == TableId::Verdict ? explain_verdict(context, row) : explain_window(context, row);
}

Explanation explained_violation(Store& store, const ExplainOptions& options) {
  constexpr TableId id = TableId::Violation;
  const Row row = find_row(store, id, options.key);
  ExplainContext context(store, text_of(row[versioned_columns(id).registry]), options.keys);
  return explain_violation(context, row);
}

Explanation explained_cluster(Store& store, const ExplainOptions& options) {
  const Row row = find_row(store, TableId::ClusterWindow, options.key);
  ExplainContext context(store, store.active_set(), options.keys);
  return explain_cluster(context, row);
}

Explanation explained_episode(Store& store, const ExplainOptions& options) {
  const std::string& id = options.key.front();
  std::optional<Row> row;
  const Key key{id};
  store.read(TableId::Episode, std::span(&key, 1), [&](const Row& found) { row = found; });
  bool known = row.has_value();
  store.read(TableId::EpisodeEvent, std::span(&key, 1), [&](const Row&) { known = true; });
  if (!known) row = find_row(store, TableId::Episode, options.key);  // throws with near ones
  ExplainContext context(store, store.active_set(), options.keys);
  return explain_episode(context, id, row);
}

Explanation explained(Store& store, const ExplainOptions& options) {
  if (options.kind == "verdict") return explained_window(store, options, TableId::Verdict);
  if (options.kind == "window") return explained_window(store, options, TableId::OutletWindow);
  if (options.kind == "violation") return explained_violation(store, options);
  if (options.kind == "cluster") return explained_cluster(store, options);
  return explained_episode(store, options);
}

}  // namespace

ExitCode explain(const ExplainOptions& options, std::ostream& out, std::ostream& err) try {
  const std::unique_ptr<Store> store = open_store_snapshot(options.store_url);
  const Explanation explanation = explained(*store, options);
  if (options.format == "json") {
    print_json(explanation, out);
  } else {
    print_text(explanation, out);
  }
  return explanation.disagreement.empty() ? ExitCode::Ok : ExitCode::Findings;
} catch (const UnknownKey& unknown) {
  err << "parkwatch explain: " << unknown.what() << '\n';
  return ExitCode::Usage;
}

}  // namespace parkwatch
