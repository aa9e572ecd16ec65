#include "app/task.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "app/rows.h"
#include "ingest/partitioner.h"
#include "ingest/reason.h"
#include "model/document_check.h"
#include "storage/digest.h"

namespace parkwatch {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::size_t payload_kept_max = 64 * 1024;  // bytes of a dead letter
constexpr std::int32_t guards = 64;                  // versions of what belongs to no park
constexpr std::int64_t magnitude_max = 1'000'000'000'000;

/// The end of the interval that a reading covers, for logs without any received time.
ReceivedTime interval_end(const Reading& reading) {
  std::chrono::milliseconds length(0);
  if (reading.kind == Kind::Minute) length = minutes(1);
  if (reading.kind == Kind::Hour) length = hours(1);
  if (reading.kind == Kind::Day) length = hours(24);
  return ReceivedTime((reading.time + length).milliseconds());
}

/// When the broker appended the record; of one that was sent back, when it did so first.
std::int64_t append_time(const RecordView& record) {
  const bool again = record.first_append_ms >= 0 &&
                     (record.append_time_ms < 0 || record.first_append_ms < record.append_time_ms);
  return again ? record.first_append_ms : record.append_time_ms;
}

/// "Now" for a record: its stamp, never later than the broker's append time.
std::optional<ReceivedTime> received_time(const RecordView& record,
                                          std::optional<ReceivedTime> member) {
  std::optional<ReceivedTime> received = member;
  if (record.received_ms >= 0) received = ReceivedTime(record.received_ms);
  if (append_time(record) < 0) return received;
  const ReceivedTime appended(append_time(record));
  return received ? std::min(*received, appended) : appended;
}

EventTime received_minute(ReceivedTime received) {
  return floor_to(EventTime(received.milliseconds()), minutes(1));
}

bool too_large(const ReadingItem& item) {
  if (item.text.size() <= 12) return false;
  const std::optional<Number> number = Number::parse(item.text);
  if (!number) return false;
  const Wide magnitude = number->mantissa < 0 ? -Wide{number->mantissa} : Wide{number->mantissa};
  return magnitude >= Wide{magnitude_max} * power_of_ten(number->scale);
}

Document document_in(const Decoded& decoded, ReceivedTime received) {
  Document document{std::string(decoded.document_type),
                    std::string(decoded.source),
                    std::string(decoded.id),
                    std::string(decoded.park),
                    received,
                    {}};
  for (const DocumentMember& member : decoded.members) {
    document.members.emplace(member.name, member.text);
  }
  return document;
}

}  // namespace

PartitionState partition_state(const PartitionId& id, const Checkpoint& checkpoint) {
  return {id, checkpoint.epoch, checkpoint.next_offset, checkpoint.chain_head, checkpoint.counters};
}

struct Task::Batch {
  PartitionId id;
  Counters counters;
  Tally tally;
  std::map<std::string, ParkStep> parks;
  std::map<std::string, ParkVersion> guards;
};

Task::Task(Store& store, std::shared_ptr<const Plan> plan, Decoder::Options decoder,
           Options options)
    : store_(store),
      plan_(std::move(plan)),
      decoder_(std::move(decoder)),
      options_(options),
      rows_(store),
      hours_(store) {}

ParkStep& Task::park(Batch& batch, const std::string& id) {
  const auto found = batch.parks.find(id);
  if (found != batch.parks.end()) return found->second;
  // Contributions are read by cluster: other parks' rows came along, under no version of theirs.
  if (held_parks_.try_emplace(id, 0).second) rows_.forget(TableId::Contribution);
  return batch.parks.emplace(id, ParkStep(id, *plan_, batch.id, rows_, hours_)).first->second;
}

/// Hours of a device are kept also while it is not registered, or in another park: two workers that
/// write one of them must meet at the same version, whatever the time of the value.
void Task::guard_device(Batch& batch, std::string_view mn, const std::string* of) {
  const std::string* ever = plan_->park_ever(mn);
  if (ever == nullptr) {
    guard(batch, mn);
  } else if (of == nullptr || *ever != *of) {
    park(batch, *ever);
  }
}

/// The same for what belongs to no park: unregistered devices and parks, dead letters, whose
/// payload may be in several partitions.
void Task::guard(Batch& batch, std::string_view name) {
  const std::string id = "*" + std::to_string(partition_of(name, guards));
  const auto [held, added] = batch.guards.try_emplace(id);
  if (!added) return;
  const Row* row = rows_.find(TableId::Park, {id});
  held->second = {id, row == nullptr ? 0 : number_of((*row)[2]), std::nullopt};
}

void Task::quarantine(Batch& batch, const RecordView& record, std::string_view reason,
                      const std::string& detail) {
  ++batch.counters["reason_" + std::string(reason)];
  const std::string digest = sha256_hex(record.payload);
  guard(batch, digest);
  const Row* present = rows_.find(TableId::DeadLetter, {digest, std::string(reason)});
  const std::int64_t times = present == nullptr ? 0 : std::get<std::int64_t>((*present)[8]);
  const std::int64_t received = record.received_ms >= 0 ? record.received_ms : append_time(record);
  Row row{digest,
          std::string(reason),
          std::string(record.payload.substr(0, payload_kept_max)),
          detail,
          batch.id.topic,
          std::int64_t{batch.id.partition},
          record.offset,
          received,
          times + 1,
          std::string()};
  if (present != nullptr && std::get<std::int64_t>((*present)[7]) > received) {
    // Of several copies the one received last would have counted, so that is the one named.
    row = *present;
    row[8] = times + 1;
    row[9] = std::string();
  }
  rows_.put(TableId::DeadLetter, std::move(row));
}

/// A dead letter came again, to be taken after all: its rows say where. Should it be refused once
/// more, they are written anew.
void Task::mark_redriven(Batch& batch, const RecordView& record) {
  const std::string digest = sha256_hex(record.payload);
  guard(batch, digest);
  for (const Row* row : rows_.rows(TableId::DeadLetter, {digest})) {
    Row marked = *row;
    marked.back() = record_position(batch.id, record.offset);
    rows_.put(TableId::DeadLetter, std::move(marked));
  }
}

void Task::take(Batch& batch, const RecordView& record) {
  if (!record.redriven_from.empty()) mark_redriven(batch, record);
  const Result<const Decoded*, Reason> result = decoder_.decode(record);
  if (!result) {
    quarantine(batch, record, reason_name(result.error()), "");
    batch.tally.count_record(Fate::Quarantined);
    return;
  }
  const Decoded& decoded = **result;
  switch (decoded.type) {
    case RecordType::Tick: {
      const std::optional<ReceivedTime> received = received_time(record, decoded.received);
      const std::string id(decoded.park);
      ++batch.counters["ticks"];
      const bool known = std::binary_search(plan_->parks().begin(), plan_->parks().end(), id);
      if (known && received) park(batch, id).begin(received_minute(*received), record.offset);
      return;
    }
    case RecordType::Control:
      batch.tally.count_record(Fate::Accepted);
      return;
    case RecordType::Document:
      take_document(batch, record, decoded);
      return;
    case RecordType::Reading:
      take_reading(batch, record, decoded);
      return;
  }
}

void Task::take_document(Batch& batch, const RecordView& record, const Decoded& decoded) {
  const std::optional<ReceivedTime> received = received_time(record, decoded.received);
  const Document document = document_in(decoded, received.value_or(ReceivedTime(0)));
  const std::optional<std::string> fault = fault_of(document);
  if (!received || fault) {  // without a received time nothing says which of two copies holds
    quarantine(batch, record, received ? "bad_document" : reason_name(Reason::NoReceived),
               fault.value_or(""));
    batch.tally.count_record(Fate::Quarantined);
    return;
  }
  const bool known =
      std::binary_search(plan_->parks().begin(), plan_->parks().end(), document.park);
  if (known) {
    park(batch, document.park).begin(received_minute(*received), record.offset);
    if (!record.key.empty() && record.key != document.park) ++batch.counters["misplaced"];
  } else {
    guard(batch, document.park);
  }
  Row row = document_row(document);
  const Row* present = rows_.find(TableId::Document, {row.begin(), row.begin() + 4});
  Fate fate = Fate::Accepted;
  if (present != nullptr) {
    fate = (*present)[5] == row[5] ? Fate::Duplicate : Fate::Corrected;
  }
  const bool greater =
      present == nullptr || std::tie((*present)[4], (*present)[5]) < std::tie(row[4], row[5]);
  if (greater) {
    const std::optional<Document> former =
        present == nullptr ? std::nullopt : std::optional(document_of(*present));
    rows_.put(TableId::Document, std::move(row));
    if (known) park(batch, document.park).take_document(former ? &*former : nullptr, document);
    if (known && document.type == "milestone") park(batch, document.park).touch_projects();
  }
  batch.tally.count_record(known ? fate : Fate::NotMonitored);
}

void Task::take_reading(Batch& batch, const RecordView& record, const Decoded& decoded) {
  const Reading& reading = decoded.reading;
  batch.tally.count_reading(reading.scheme);
  std::map<std::string_view, Reason> rejected;
  for (const RejectedValue& value : decoded.rejected) {
    if (value.reason == Reason::EmptyValue) {
      const bool others =
          std::any_of(reading.items.begin(), reading.items.end(),
                      [&](const ReadingItem& item) { return item.factor == value.factor; });
      if (others) continue;  // an attribute without text is as good as not sent
    }
    rejected.try_emplace(value.factor, value.reason);
  }
  const ReceivedTime received =
      received_time(record, reading.received).value_or(interval_end(reading));
  const auto ahead = reading.time.milliseconds() - received.milliseconds();
  std::string_view whole;
  if (ahead > plan_->future_allowance_ms()) whole = "future_data_time";
  if (-ahead > plan_->retention_ms()) whole = "beyond_retention";
  const Plan::DeviceMatch match = plan_->device(reading.mn, reading.time);
  ParkStep* step = nullptr;
  if (whole.empty() && match.park != nullptr) {
    step = &park(batch, *match.park);
    step->begin(received_minute(received), record.offset);
    if (!record.key.empty() && record.key != *match.park) ++batch.counters["misplaced"];
  }
  if (whole.empty()) guard_device(batch, reading.mn, match.park);
  std::array<bool, fate_count> fates{};
  const auto count = [&](Fate fate) {
    fates[static_cast<std::size_t>(fate)] = true;
    batch.tally.count_value(fate);
  };
  const std::span<const ReadingItem> items(reading.items);
  for (std::size_t i = 0; i < items.size();) {
    std::size_t end = i + 1;
    while (end < items.size() && items[end].factor == items[i].factor) ++end;
    const std::span<const ReadingItem> value = items.subspan(i, end - i);
    i = end;
    if (rejected.contains(value.front().factor)) continue;
    if (std::any_of(value.begin(), value.end(), too_large)) {
      rejected.emplace(value.front().factor, Reason::BadNumber);
    } else {
      count(whole.empty() ? take_value(step, reading, value, received, match) : Fate::Quarantined);
    }
  }
  for (const auto& [factor, reason] : rejected) {
    count(Fate::Quarantined);
    quarantine(batch, record, reason_name(reason), "factor " + std::string(factor));
  }
  if (!whole.empty()) {
    quarantine(batch, record, whole, utc_text(reading.time) + ", received " + utc_text(received));
    batch.tally.count_record(Fate::Quarantined);
    return;
  }
  const auto first = std::find(fates.begin(), fates.end(), true);
  batch.tally.count_record(first == fates.end() ? Fate::Accepted
                                                : static_cast<Fate>(first - fates.begin()));
}

Fate Task::take_value(ParkStep* step, const Reading& reading, std::span<const ReadingItem> items,
                      ReceivedTime received, const Plan::DeviceMatch& match) {
  const std::string_view factor = items.front().factor;
  bool changed = false;
  write_canonical_attributes(items, attributes_);
  const KeptValue kept{reading.time, received, reading.scheme, attributes_, reading.resend};
  const Copy copy = hours_.offer(reading.mn, factor, reading.kind, kept, changed);
  if (step == nullptr) return Fate::NotMonitored;
  const bool measured =
      match.outlet != nullptr && match.outlet->factor_at(factor, reading.time) != nullptr;
  const bool state =
      match.outlet != nullptr && plan_->facility_registered(*match.outlet, factor, reading.time);
  const OperationSite* site = plan_->site_of_value(match, reading.mn, factor, reading.time);
  if (!measured && !state && site == nullptr) return Fate::NotMonitored;
  if (changed && measured) {
    if (copy == Copy::Accepted) {
      step->touch_new(*match.outlet, factor, reading.kind, kept, *match.device);
    } else {
      step->touch(*match.outlet, factor, reading.kind, reading.time, *match.device);
    }
  }
  if (changed && site != nullptr) {
    step->touch_operation(*site, reading.kind, reading.time, match.device);
  }
  switch (copy) {
    case Copy::Accepted:
      return Fate::Accepted;
    case Copy::Corrected:
      return Fate::Corrected;
    case Copy::Duplicate:
      return Fate::Duplicate;
  }
  return Fate::Accepted;
}

Commit Task::finish(Batch& batch) {
  Commit commit;
  for (auto& [id, step] : batch.parks) {
    step.finish();
    commit.parks.push_back(step.version());
  }
  for (const auto& [id, version] : batch.guards) commit.parks.push_back(version);
  committed_parks_ = commit.parks;
  commit.active_set = plan_->hash();
  commit.changes = rows_.changes();
  hours_.add_changes(commit.changes);
  add_messages(commit, options_.publishing);
  return commit;
}

Commit Task::step(const PartitionState& state, std::span<const RecordView> records) {
  Batch batch;
  batch.id = state.id;
  batch.counters = state.counters;
  SegmentBuilder segment(state.chain_head);
  for (const RecordView& record : records) {
    if (options_.evidence) segment.add(record);
    take(batch, record);
  }
  Commit commit = finish(batch);
  batch.tally.add_to(batch.counters);
  PartitionMove move{state.id,       state.epoch,   state.next_offset, records.back().offset + 1,
                     segment.head(), batch.counters};
  if (options_.evidence) {
    commit.changes.push_back(
        {TableId::Segment,
         {state.id.topic, std::int64_t{state.id.partition}, records.front().offset,
          move.next_offset, segment.head(), segment.finish()},
         false});
  }
  commit.move = std::move(move);
  return commit;
}

Commit Task::rejudge(const std::string& park_id, EventTime from, EventTime to) {
  Batch batch;
  ParkStep& step = park(batch, park_id);
  step.rejudge(from, to);
  return finish(batch);
}

void Task::settle() {
  // The commit raised these: what is held must name the version that the store holds now.
  for (const ParkVersion& park : committed_parks_) {
    rows_.put(TableId::Park, park_row(park));
  }
  rows_.settle();
  hours_.settle();
  hours_.trim(options_.device_values_max);
  // An hour that is over is hardly asked for again; what still is, is read anew.
  for (const ParkVersion& park : committed_parks_) {
    if (!park.time_ms) continue;
    const std::int64_t hour = floor_to(EventTime(*park.time_ms), hours(1)).milliseconds();
    std::int64_t& held = held_parks_[park.park];
    if (held != hour) rows_.forget_park(park.park);
    held = hour;
  }
  // What was just written may have been read by prefix: a full cache is dropped whole. The hours
  // of devices go with it, for the versions of the parks will be read anew.
  if (rows_.size() > options_.rows_max) drop();
}

void Task::drop() {
  rows_.clear();
  held_parks_.clear();
  hours_.clear();
}

}  // namespace parkwatch
