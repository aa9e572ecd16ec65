#include "app/demo_events.h"

#include <fmt/format.h>

#include "app/rows.h"
#include "app/versions.h"

namespace parkwatch {

namespace {

constexpr std::size_t lines_max = 1'000;  // between two calls; a reader misses nothing by more

std::string local(std::int64_t at_ms) {
  return zoned_text(at_ms, china_standard_time).substr(5, 11);
}

/// The value of `name=` in the content of a former version.
std::string field(const std::string& content, const std::string& name) {
  const std::size_t at = (";" + content).find(";" + name + "=");
  if (at == std::string::npos) return {};
  const std::size_t from = at + name.size() + 1;
  return content.substr(from, content.find(';', from) - from);
}

}  // namespace

void DemoEvents::say(std::string line) {
  if (lines_.size() < lines_max) lines_.push_back(std::move(line));
}

void DemoEvents::take_episode(const Row& event) {
  const std::string& what = text_of(event[2]);
  if (what == "updated") return;
  if (what == "opened") ++totals_.opened;
  if (what == "resolved") ++totals_.resolved;
  if (what == "withdrawn" || what == "superseded") ++totals_.withdrawn;
  // Codes instead of names: a line must fit 100 columns with the limit's id in it.
  std::string about = text_of(event[6]);
  if (!text_of(event[7]).empty()) about += " " + text_of(event[7]);
  if (!text_of(event[8]).empty()) about += " " + text_of(event[8]);
  say(fmt::format("alert {:<10} {:<10} from {} {}", what, text_of(event[4]),
                  local(number_of(event[9])), about));
}

void DemoEvents::take_former(const Commit& commit, const Row& former) {
  if (text_of(former[0]) != "verdict") return;
  const std::string before = field(text_of(former[3]), "state");
  for (const Change& change : commit.changes) {
    if (change.table != TableId::Verdict || change.erase) continue;
    if (history_key(TableId::Verdict, change.row) != text_of(former[1])) continue;
    const std::string& after = text_of(change.row[8]);
    if (after == before) return;
    ++totals_.verdicts_changed;
    say(fmt::format("late data        {} {} {}: was {}, is {}", local(number_of(change.row[2])),
                    text_of(change.row[3]), text_of(change.row[4]), before, after));
    return;
  }
}

void DemoEvents::take_violation(const Change& change) {
  const Row key(change.row.begin() + 1, change.row.begin() + 4);
  totals_.broken.erase(key);
  if (change.erase) return;
  Violation violation = violation_of(change.row);
  if (violation.state == Violation::State::Ongoing) {
    totals_.broken.emplace(key, std::move(violation));
  } else if (violation.state == Violation::State::Ended && violation.mass_kg) {
    say(fmt::format("{} ended {} to {} {} {} kg", violation.rule,
                    local(violation.start.milliseconds()), local(violation.end->milliseconds()),
                    violation.subject, violation.mass_kg->text()));
  }
}

void DemoEvents::take(const Commit& commit) {
  const std::scoped_lock lock(mutex_);
  ++totals_.commits;
  totals_.counters = commit.move->counters;
  for (const Change& change : commit.changes) {
    if (change.table == TableId::Violation) take_violation(change);
    if (change.erase) continue;
    if (change.table == TableId::EpisodeEvent) take_episode(change.row);
    if (change.table == TableId::History) take_former(commit, change.row);
  }
}

std::vector<std::string> DemoEvents::lines() {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> lines;
  lines.swap(lines_);
  return lines;
}

DemoEvents::Totals DemoEvents::totals() const {
  const std::scoped_lock lock(mutex_);
  return totals_;
}

}  // namespace parkwatch
