#include "app/redrive_command.h"

#include <fmt/format.h>

#include <cstdio>

#include "app/activation.h"
#include "app/config.h"
#include "app/config_use.h"
#include "app/decoder_options.h"
#include "app/faults.h"
#include "app/log_tail.h"
#include "app/redrive.h"
#include "app/send_records.h"
#include "ingest/kafka_source.h"
#include "ingest/reason.h"
#include "ingest/record_headers.h"
#include "model/time.h"

namespace parkwatch {

namespace {

RedriveChoice choice_of(const RedriveOptions& options) {
  RedriveChoice choice;
  Reason known{};
  const bool of_value =
      options.reason == "future_data_time" || options.reason == "beyond_retention";
  if (!options.reason.empty() && !of_value && !find_reason(options.reason, known)) {
    throw UsageError("--reason " + options.reason +
                     ": no dead letter has this reason; see "
                     "`parkwatch export dead_letter`");
  }
  choice.reason = options.reason;
  if (!options.from.empty()) {
    choice.from_ms = parse_iso_time(options.from);
    if (!choice.from_ms) {
      throw UsageError("--from " + options.from + " is no time like 2026-03-15T09:00:00+08:00");
    }
  }
  choice.force = options.force;
  return choice;
}

/// Where records stood first that were sent back and are not consumed yet.
std::set<std::string> unread_positions(Store& store, const Config& config) {
  KafkaSource::Options from;
  from.broker = broker_settings(config);
  from.topic = config.kafka.input_topic;
  KafkaSource source(from);
  std::set<std::string> positions;
  read_tail(source, read_offsets(store), [&](const PartitionId&, const RecordView& record) {
    if (!record.redriven_from.empty()) positions.emplace(record.redriven_from);
  });
  return positions;
}

std::vector<OutgoingRecord> outgoing(const std::vector<RedriveRecord>& records) {
  std::vector<OutgoingRecord> all;
  for (const RedriveRecord& each : records) {
    all.push_back(
        {each.record.key, redrive_headers(each), each.record.payload, each.record.tombstone});
  }
  return all;
}

void print(const RedrivePlan& plan, const Config& config, bool dry_run) {
  std::map<std::string, std::int64_t> by_reason;
  for (const RedriveRecord& each : plan.send) {
    for (const std::string& reason : each.reasons) ++by_reason[reason];
  }
  fmt::print("{} {} dead letters back to {}\n", dry_run ? "would send" : "sent", plan.send.size(),
             config.kafka.input_topic);
  for (const auto& [reason, count] : by_reason) fmt::print("    {}: {}\n", reason, count);
  std::int64_t refused = 0;
  for (const auto& [reason, count] : plan.refused) refused += count;
  if (refused > 0) {
    fmt::print("refused {}: they would end the same way (--force sends them all the same)\n",
               refused);
    for (const auto& [reason, count] : plan.refused) fmt::print("    {}: {}\n", reason, count);
  }
  if (plan.on_their_way > 0) {
    fmt::print("left out {}: they are on their way already\n", plan.on_their_way);
  }
  if (plan.without_evidence > 0) {
    fmt::print("refused {}: the store does not hold their records\n", plan.without_evidence);
  }
  if (plan.beyond_bound > 0) {
    fmt::print("{} are left: run the command again when these are consumed\n", plan.beyond_bound);
  }
}

}  // namespace

ExitCode redrive(const RedriveOptions& options) {
  const RedriveChoice choice = choice_of(options);
  const LoadedConfig loaded =
      load_config({options.config_file, parkwatch_environment(), options.settings});
  if (report_faults(loaded.faults)) return ExitCode::Configuration;
  const Config& config = loaded.config;
  const std::unique_ptr<Store> store = open_store_snapshot(store_url(config));
  const ActiveSet set = stored_set(*store, store->active_set());
  const Decoder::Options decoder =
      decoder_options(set, config.registry.keys_file, config.gateway.crc == "either");
  const RedrivePlan plan =
      plan_redrive(*store, make_plan(set), decoder, choice, unread_positions(*store, config));
  if (!options.dry_run) send_records(config, outgoing(plan.send), "dead letters");
  print(plan, config, options.dry_run);
  return plan.refused.empty() && plan.without_evidence == 0 ? ExitCode::Ok : ExitCode::Findings;
}

}  // namespace parkwatch
