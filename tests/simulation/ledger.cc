#include "tests/simulation/ledger.h"

#include <algorithm>
#include <array>
#include <vector>

namespace parkwatch::oracle {

namespace {

constexpr std::array numbers = {"Rtd",   "Min",   "Avg",   "Max",  "Cou",
                                "ZsRtd", "ZsMin", "ZsAvg", "ZsMax"};
constexpr std::array fates = {"accepted", "corrected", "duplicate", "quarantined", "not_monitored"};

Attributes with_text(const Attributes& attributes) {
  Attributes kept;
  for (const auto& [name, text] : attributes) {
    if (!text.empty()) kept[name] = text;
  }
  return kept;
}

bool unreadable(const Attributes& attributes) {
  return std::any_of(numbers.begin(), numbers.end(), [&](const char* name) {
    const auto found = attributes.find(name);
    return found != attributes.end() && !found->second.empty() && !parse_number(found->second);
  });
}

Time length_without_registry(Report report) {
  if (report == Report::Minute) return minute_ms;
  if (report == Report::Hour) return hour_ms;
  return report == Report::Day ? day_ms : 0;
}

}  // namespace

std::optional<Fraction> KeptCopy::number(const char* attribute) const {
  const auto found = attributes.find(attribute);
  if (found == attributes.end()) return std::nullopt;
  return parse_number(found->second);
}

Time interval_start(const DeviceRow& device, Report report, Time time) {
  switch (report) {
    case Report::Minute:
      return floor_to(time, minute_ms) - (device.minute_end ? device.minutes * minute_ms : 0);
    case Report::Hour:
      return time - (device.hour_end ? hour_ms : 0);
    case Report::Day:
      return time - (device.day_end ? day_ms : 0);
    case Report::Realtime:
    case Report::Status:
      return time;
  }
  return time;
}

TakesPart takes_part(const Ledger::Changed& value) {
  const DeviceRow& device = *value.device;
  const Time start = interval_start(device, value.report, value.copy->time);
  if (value.report == Report::Day) return {true, value.park->days->start(start), 0};
  Time last = start;
  if (value.report == Report::Realtime) last = start + (device.report_minutes - 1) * minute_ms;
  if (value.report == Report::Minute) last = start + device.minutes * minute_ms - 1;
  Time first = start;
  if (value.report != Report::Hour && value.factor->period > 0) {
    const Time period = value.factor->period * minute_ms;
    const Time midnight = value.park->days->start(start);
    first = midnight + (start - midnight) / period * period;
    last = first + period - 1;
    // The last slot of the day before may go on after midnight.
    const Time yesterday = value.park->days->start(midnight - 1);
    const Time before = yesterday + (start - yesterday) / period * period;
    if (before < midnight) first = before;
  }
  return {false, floor_to(first, hour_ms), floor_to(last, hour_ms)};
}

Ledger::Place Ledger::place(const std::string& mn, Time at) const {
  const DeviceRow* device = book_.device(mn, at);
  const OutletRow* outlet = device == nullptr ? nullptr : book_.outlet(device->outlet, at);
  const ParkRow* park = outlet == nullptr ? nullptr : book_.park_of(*outlet, at);
  if (park == nullptr) return {};
  return {device, outlet, park};
}

Time Ledger::received(const Sent& sent) const {
  std::optional<Time> at = sent.stamp ? sent.stamp : sent.meaning.received;
  if (at && sent.append) return std::min(*at, *sent.append);
  if (sent.append) return *sent.append;
  return at.value_or(sent.meaning.time + length_without_registry(sent.meaning.report));
}

std::string Ledger::out_of_time(const Sent& sent) const {
  const Time at = received(sent);
  if (sent.meaning.time > at + book_.whole("future_allowance_minutes") * minute_ms) {
    return "future_data_time";
  }
  if (sent.meaning.time < at - book_.whole("retention_days") * day_ms) return "beyond_retention";
  return {};
}

bool Ledger::known(const std::string& park) const {
  return std::any_of(book_.parks().begin(), book_.parks().end(),
                     [&](const ParkRow& row) { return row.id == park; });
}

std::optional<std::pair<std::string, Time>> Ledger::moves(const Sent& sent) const {
  const Time minute = floor_to(received(sent), minute_ms);
  if (sent.meaning.sort == Meaning::Sort::Tick || sent.meaning.sort == Meaning::Sort::Document) {
    if (!known(sent.meaning.park)) return std::nullopt;
    return std::pair(sent.meaning.park, minute);
  }
  if (sent.meaning.sort != Meaning::Sort::Reading || !out_of_time(sent).empty()) {
    return std::nullopt;
  }
  const Place where = place(sent.meaning.mn, sent.meaning.time);
  if (where.park == nullptr) return std::nullopt;
  return std::pair(where.park->id, minute);
}

void Ledger::bury(const Sent& sent, const std::string& reason) {
  dead_[{sha256_text(sent.payload), reason}] = sent.payload;
  ++counters_[sent.partition]["reason_" + reason];
}

void Ledger::count(const Sent& sent, const std::string& of, const std::string& fate) {
  ++counters_[sent.partition][of + "_received"];
  ++counters_[sent.partition][of + "_" + fate];
}

std::vector<Ledger::Changed> Ledger::consume(const Sent& sent) {
  std::vector<Changed> changed;
  if (const auto moved = moves(sent)) {
    Time& time = park_time_.emplace(moved->first, moved->second).first->second;
    time = std::max(time, moved->second);
  }
  switch (sent.meaning.sort) {
    case Meaning::Sort::Refused:
      bury(sent, sent.meaning.reason);
      count(sent, "records", "quarantined");
      break;
    case Meaning::Sort::Tick:
      ++counters_[sent.partition]["ticks"];
      break;
    case Meaning::Sort::Document:
      take_document(sent);
      break;
    case Meaning::Sort::Reading:
      take_reading(sent, changed);
      break;
  }
  return changed;
}

void Ledger::take_document(const Sent& sent) {
  const Meaning& said = sent.meaning;
  const HeldDocument offered{said.park, said.type,      said.source,
                             said.id,   received(sent), said.members};
  const auto [held, fresh] =
      documents_.try_emplace({said.park, said.type, said.source, said.id}, offered);
  std::string fate = "accepted";
  if (!fresh) fate = held->second.members == said.members ? "duplicate" : "corrected";
  held->second = std::max(held->second, offered);
  if (!known(said.park)) {
    fate = "not_monitored";
  } else if (!sent.key.empty() && sent.key != said.park) {
    ++counters_[sent.partition]["misplaced"];
  }
  count(sent, "records", fate);
}

void Ledger::take_reading(const Sent& sent, std::vector<Changed>& changed) {
  constexpr std::array names = {"frames_2005", "frames_2017", "frames_2025", "json"};
  ++counters_[sent.partition][names[static_cast<std::size_t>(sent.meaning.writing)]];
  const std::string whole = out_of_time(sent);
  const Place where = place(sent.meaning.mn, sent.meaning.time);
  if (whole.empty() && where.park != nullptr && !sent.key.empty() && sent.key != where.park->id) {
    ++counters_[sent.partition]["misplaced"];
  }
  std::set<std::string> seen;
  for (const auto& [factor, sent_attributes] : sent.meaning.factors) {
    if (sent_attributes.empty()) continue;
    const Attributes attributes = with_text(sent_attributes);
    std::string fate = "quarantined";
    if (attributes.empty()) {
      bury(sent, "empty_value");
    } else if (unreadable(attributes)) {
      bury(sent, "bad_number");
    } else if (whole.empty()) {
      fate = take_value(sent, where, factor, attributes, changed);
    }
    count(sent, "values", fate);
    seen.insert(fate);
  }
  if (!whole.empty()) {
    bury(sent, whole);
    count(sent, "records", "quarantined");
    return;
  }
  const auto first = std::find_if(fates.begin(), fates.end(),
                                  [&](const char* fate) { return seen.contains(fate); });
  count(sent, "records", first == fates.end() ? "accepted" : *first);
}

std::string Ledger::take_value(const Sent& sent, const Place& where, const std::string& factor,
                               const Attributes& attributes, std::vector<Changed>& changed) {
  const Meaning& said = sent.meaning;
  KeptCopy copy;
  copy.time = said.time;
  copy.received = received(sent);
  copy.writing = said.writing;
  copy.attributes = attributes;
  for (const auto& [name, text] : attributes) {
    copy.text += (copy.text.empty() ? "" : ",") + name + "=" + text;
  }
  const FactorRow* row =
      where.outlet == nullptr ? nullptr : book_.factor(where.outlet->id, factor, said.time);
  const bool measured = row != nullptr;
  const bool registered =
      measured || (where.outlet != nullptr && book_.facility(*where.outlet, factor, said.time));
  if (measured) copy.outlet = where.outlet;
  std::map<Time, KeptCopy>& series = kept_[{said.mn, factor, said.report}];
  const auto old = series.find(said.time);
  std::string fate = "accepted";
  copy.resent = said.resent;
  copy.first_received = copy.received;
  if (old != series.end()) {
    const KeptCopy& former = old->second;
    fate = former.text == copy.text ? "duplicate" : "corrected";
    KeptCopy kept = std::pair(copy.received, copy.text) > std::pair(former.received, former.text)
                        ? copy
                        : former;
    kept.resent = copy.resent || former.resent;
    kept.contradicted = former.contradicted || fate == "corrected";
    kept.first_received = std::min(copy.received, former.first_received);
    copy = kept;
  }
  const bool replaces = old == series.end() || old->second != copy;
  KeptCopy& present = series[said.time];
  present = copy;
  if (measured && said.report != Report::Day && said.report != Report::Status) {
    const Time start = interval_start(*where.device, said.report, said.time);
    hours_with_data_[{where.outlet->id, factor}].insert(floor_to(start, hour_ms));
  }
  if (replaces && measured) {
    changed.push_back({&present, said.report, where.device, row, where.park});
  }
  return registered ? fate : "not_monitored";
}

}  // namespace parkwatch::oracle
