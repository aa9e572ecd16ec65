#include "app/redrive.h"

#include <algorithm>

#include "app/record_trial.h"
#include "app/rows.h"
#include "ingest/record_headers.h"
#include "storage/evidence.h"

namespace parkwatch {

namespace {

// Columns of the table dead_letter.
constexpr std::size_t reason_column = 1;
constexpr std::size_t topic_column = 4;
constexpr std::size_t partition_column = 5;
constexpr std::size_t offset_column = 6;
constexpr std::size_t received_column = 7;
constexpr std::size_t redriven_column = 9;

std::string_view header_of(const EvidenceRecord& record, std::string_view name) {
  std::string_view found;
  for (const auto& [key, value] : record.headers) {
    if (key == name) found = value;
  }
  return found;
}

/// Where the record of a dead letter stood first.
std::string first_position(const PartitionId& id, const EvidenceRecord& record) {
  const std::string_view former = header_of(record, redriven_from_header);
  return former.empty() ? record_position(id, record.offset) : std::string(former);
}

/// The reasons that the record would be refused for.
std::set<std::string> reasons_of(RecordTrial& trial, const RedriveRecord& record) {
  const auto headers = redrive_headers(record);
  RecordView view = view_of(record.record);
  view.headers.assign(headers.begin(), headers.end());
  read_headers(view);
  std::set<std::string> reasons;
  for (RecordTrial::Refusal& refusal : trial.refusals(record.id, view)) {
    reasons.insert(std::move(refusal.reason));
  }
  return reasons;
}

using Wanted = std::map<PartitionId, std::map<std::int64_t, std::set<std::string>>>;

Wanted chosen(Store& store, const RedriveChoice& choice, RedrivePlan& plan) {
  Wanted wanted;
  std::size_t count = 0;
  store.scan(TableId::DeadLetter, {}, {}, 0, [&](const Row& row) {
    const std::string& reason = text_of(row[reason_column]);
    if (!choice.reason.empty() && reason != choice.reason) return;
    if (choice.from_ms && number_of(row[received_column]) < *choice.from_ms) return;
    if (row[redriven_column] != Cell() && !text_of(row[redriven_column]).empty()) return;
    const PartitionId id{text_of(row[topic_column]),
                         static_cast<std::int32_t>(number_of(row[partition_column]))};
    auto& offsets = wanted[id];
    const std::int64_t offset = number_of(row[offset_column]);
    if (!offsets.contains(offset) && count == choice.records_max) {
      ++plan.beyond_bound;
      return;
    }
    if (offsets[offset].empty()) ++count;
    offsets[offset].insert(reason);
  });
  return wanted;
}

}  // namespace

RedrivePlan plan_redrive(Store& store, const std::shared_ptr<const Plan>& plan,
                         const Decoder::Options& decoder, const RedriveChoice& choice,
                         const std::set<std::string>& on_their_way) {
  RedrivePlan result;
  Wanted wanted = chosen(store, choice, result);
  std::map<PartitionId, std::set<std::int64_t>> offsets;
  for (const auto& [id, records] : wanted) {
    for (const auto& [offset, reasons] : records) offsets[id].insert(offset);
  }
  RecordTrial trial(plan, decoder);
  read_evidence_at(store, offsets, [&](const PartitionId& id, const EvidenceRecord& record) {
    const auto node = wanted.at(id).extract(record.offset);
    RedriveRecord again{id, record, node.mapped()};
    if (on_their_way.contains(first_position(id, record))) {
      ++result.on_their_way;
      return;
    }
    const std::set<std::string> met = reasons_of(trial, again);
    const auto same = std::find_if(met.begin(), met.end(), [&](const std::string& reason) {
      return again.reasons.contains(reason);
    });
    if (same != met.end() && !choice.force) {
      ++result.refused[*same];
    } else {
      result.send.push_back(std::move(again));
    }
  });
  for (const auto& [id, left] : wanted) {
    result.without_evidence += static_cast<std::int64_t>(left.size());
  }
  return result;
}

std::vector<std::pair<std::string, std::string>> redrive_headers(const RedriveRecord& record) {
  auto headers = record.record.headers;
  if (!header_of(record.record, redriven_from_header).empty()) return headers;
  headers.emplace_back(redriven_from_header, record_position(record.id, record.record.offset));
  if (record.record.append_time_ms >= 0) {
    headers.emplace_back(first_append_header, std::to_string(record.record.append_time_ms));
  }
  return headers;
}

}  // namespace parkwatch
