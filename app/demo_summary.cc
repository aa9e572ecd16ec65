#include "app/demo_summary.h"

#include <fmt/format.h>

#include <map>

#include "app/rows.h"

namespace parkwatch {

namespace {

using Counts = std::map<std::string, std::int64_t>;

Counts count_rows(Store& store, TableId id, std::initializer_list<std::size_t> columns) {
  Counts counts;
  store.scan(id, {}, {}, 0, [&](const Row& row) {
    std::string name;
    for (const std::size_t column : columns) {
      if (!name.empty()) name += ' ';
      name += text_of(row[column]);
    }
    ++counts[name];
  });
  return counts;
}

std::string object(const Counts& counts) {
  std::string text;
  for (const auto& [name, value] : counts) {
    text += fmt::format("{}\"{}\":{}", text.empty() ? "" : ",", name, value);
  }
  return "{" + text + "}";
}

Counts fates(const Counters& counters, const std::string& of) {
  Counts counts;
  for (const char* name :
       {"received", "accepted", "corrected", "duplicate", "quarantined", "not_monitored"}) {
    const auto found = counters.find(of + "_" + name);
    counts[name] = found == counters.end() ? 0 : found->second;
  }
  return counts;
}

/// The counters of all partitions, as the store holds them.
Counters stored_counters(Store& store) {
  Counters counters;
  store.scan(TableId::Counter, {}, {}, 0,
             [&](const Row& row) { counters[text_of(row[2])] += number_of(row[3]); });
  return counters;
}

}  // namespace

DemoSummary summarise(Store& store, const DemoEvents::Totals& events,
                      const DemoLoggers::Counters& loggers) {
  const Counters counters = stored_counters(store);
  const Counts records = fates(counters, "records");
  const Counts values = fates(counters, "values");
  const Counts windows = count_rows(store, TableId::OutletWindow, {1, 5, 6});
  const Counts verdicts = count_rows(store, TableId::Verdict, {8});
  const Counts clusters = count_rows(store, TableId::ClusterWindow, {0, 1});
  const Counts violations = count_rows(store, TableId::Violation, {1, 5});
  Counts episodes = count_rows(store, TableId::Episode, {8});
  episodes["events_opened"] = events.opened;
  episodes["events_resolved"] = events.resolved;
  episodes["events_withdrawn"] = events.withdrawn;
  Counts frames;
  for (const auto& [version, sent] : loggers.by_version) frames[std::to_string(version)] = sent;
  DemoSummary summary;
  summary.difference =
      conservation_difference(counters, "records") + conservation_difference(counters, "values");
  summary.json = fmt::format(
      "{{\"frames\":{},\"frames_sent\":{},\"frames_answered\":{},\"frames_broken\":{},"
      "\"records\":{},\"values\":{},\"difference\":{},\"windows\":{},\"verdicts\":{},"
      "\"verdicts_changed_by_late_data\":{},\"clusters\":{},\"violations\":{},\"episodes\":{}}}",
      object(frames), loggers.sent, loggers.answered, loggers.broken, object(records),
      object(values), summary.difference, object(windows), object(verdicts),
      events.verdicts_changed, object(clusters), object(violations), object(episodes));
  summary.text = fmt::format(
      "frames   {} sent, {} answered, {} broken on purpose; by version {}\n"
      "records  {}\nvalues   {}\nverdicts {}\nepisodes {}\nrules    {}\n"
      "{} verdicts changed by late data; conservation difference {}\n",
      loggers.sent, loggers.answered, loggers.broken, object(frames), object(records),
      object(values), object(verdicts), object(episodes), object(violations),
      events.verdicts_changed, summary.difference);
  return summary;
}

}  // namespace parkwatch
