#include "app/service_checks.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <variant>

#include "app/log_tail.h"
#include "app/machine_checks.h"
#include "app/project_check.h"
#include "ingest/kafka_admin.h"
#include "ingest/kafka_client.h"
#include "ingest/partitioner.h"
#include "storage/segment.h"
#include "storage/store.h"
#include "web/row_view.h"

namespace parkwatch {

namespace {

constexpr std::uint64_t store_room = std::uint64_t{1} << 30;

/// The counters of all partitions added up.
std::map<std::string, std::int64_t> counter_sums(Store& store) {
  std::map<std::string, std::int64_t> sums;
  store.scan(TableId::Counter, {}, {}, 0, [&](const Row& row) {
    const RowView view(TableId::Counter, row);
    sums[view.text("name")] += view.number("value").value_or(0);
  });
  return sums;
}

std::int64_t unaccounted(const std::map<std::string, std::int64_t>& sums, const std::string& of) {
  const auto sum = [&](const std::string& name) {
    const auto found = sums.find(of + "_" + name);
    return found == sums.end() ? 0 : found->second;
  };
  return sum("received") - sum("accepted") - sum("corrected") - sum("duplicate") -
         sum("quarantined") - sum("not_monitored");
}

Diagnosis records_diagnosis(const std::map<std::string, std::int64_t>& sums) {
  const std::int64_t lost = unaccounted(sums, "records");
  const std::int64_t lost_values = unaccounted(sums, "values");
  const auto received = sums.find("records_received");
  const std::string count =
      std::to_string(received == sums.end() ? 0 : received->second) + " records";
  if (lost == 0 && lost_values == 0)
    return {Health::Good, "records", count + ", all accounted for", ""};
  return {Health::Finding, "records",
          count + ", of which " + std::to_string(lost) + " records and " +
              std::to_string(lost_values) + " values are in no class",
          "this is a fault of the program: keep the store and report it"};
}

Diagnosis misplaced_diagnosis(const std::map<std::string, std::int64_t>& sums) {
  const auto found = sums.find("misplaced");
  if (found == sums.end() || found->second == 0) {
    return {Health::Good, "keys", "every record had its park's key", ""};
  }
  return {Health::Finding, "keys",
          std::to_string(found->second) + " records had a key that is not their park's id",
          "results are right, but slower: let producers use the park id as key"};
}

Diagnosis gap_diagnosis(Store& store) {
  std::int64_t missing = 0;
  store.scan(TableId::LogGap, {}, {}, 0, [&](const Row& row) {
    const RowView view(TableId::LogGap, row);
    missing += view.number("next_offset").value_or(0) - view.number("first_offset").value_or(0);
  });
  if (missing == 0) return {Health::Good, "log", "nothing was missing when it was read", ""};
  return {Health::Finding, "log",
          std::to_string(missing) + " offsets were gone from Kafka before they were read",
          "parkwatch export log_gap names them; replay a capture if there is one, and raise the "
          "topic's retention"};
}

Diagnosis set_diagnosis(const std::string& active, const std::string& set_hash) {
  const std::string shown = active.substr(0, 12);
  if (active.empty()) {
    return {Health::Note, "set", "no registry and rules are active yet; the first start does it",
            ""};
  }
  if (set_hash.empty() || active == set_hash) {
    return {Health::Good, "set", "registry and rules " + shown + " are active", ""};
  }
  return {Health::Finding, "set",
          "active are registry and rules " + shown + ", the folders hold " + set_hash.substr(0, 12),
          "send SIGHUP to the running process, or leave it as it is"};
}

std::size_t rows_in(Store& store, TableId table) {
  std::size_t rows = 0;
  store.scan(table, {}, {}, 0, [&](const Row&) { ++rows; });
  return rows;
}

void look_into(Store& store, const std::string& set_hash, StoreLook& look) {
  store.scan(TableId::Park, {}, {}, 0, [&](const Row& row) {
    look.newest_ms =
        std::max(look.newest_ms, RowView(TableId::Park, row).number("time").value_or(0));
  });
  look.diagnoses.push_back(set_diagnosis(store.active_set(), set_hash));
  const std::map<std::string, std::int64_t> sums = counter_sums(store);
  look.diagnoses.push_back(records_diagnosis(sums));
  look.diagnoses.push_back(misplaced_diagnosis(sums));
  look.diagnoses.push_back(gap_diagnosis(store));
  look.diagnoses.push_back(check_projects(store));
  const std::size_t dirty = rows_in(store, TableId::Dirty);
  const std::size_t rejudge = rows_in(store, TableId::Rejudge);
  look.diagnoses.push_back({Health::Note, "owed",
                            std::to_string(dirty) + " cluster windows to sum again, " +
                                std::to_string(rejudge) + " park spans to judge again",
                            ""});
}

}  // namespace

StoreLook check_store(const std::string& url, const std::string& set_hash) {
  constexpr std::string_view scheme = "sqlite:";
  StoreLook look;
  const std::filesystem::path file(url.starts_with(scheme) ? url.substr(scheme.size()) : "");
  std::string shown;
  try {
    shown = shown_store_url(url);
    const std::unique_ptr<Store> store = open_store_snapshot(url);
    look_into(*store, set_hash, look);
    look.readable = true;
    look.diagnoses.insert(look.diagnoses.begin(),
                          {Health::Good, "store", shown + " can be read", ""});
  } catch (const StoreAbsent&) {
    look.diagnoses.push_back(
        {Health::Note, "store", shown + " is not there; the first start makes it", ""});
  } catch (const StoreRefused& refused) {
    look.diagnoses.push_back({Health::Misconfigured, "store", refused.what(), ""});
  } catch (const StoreUnavailable& away) {
    look.diagnoses.push_back({Health::Away, "store", away.what(),
                              file.empty() ? "" : "is its disk there and not full?"});
  }
  if (!file.empty()) look.diagnoses.push_back(check_room("disk", file, store_room));
  return look;
}

KafkaLook check_kafka(const BrokerSettings& settings, const std::string& topic) {
  KafkaLook look;
  try {
    const TopicState state = KafkaAdmin(settings).look(topic);
    look.partitions = state.partitions;
    look.diagnoses.push_back({Health::Good, "kafka", settings.bootstrap + " answers", ""});
    look.diagnoses.push_back({Health::Good, "topic",
                              topic + " has " + std::to_string(state.partitions) + " partitions",
                              ""});
    const auto stamped = state.settings.find("message.timestamp.type");
    if (stamped == state.settings.end() || stamped->second != "LogAppendTime") {
      look.diagnoses.push_back(
          {Health::Misconfigured, "topic", topic + " does not carry the broker's own append time",
           "set message.timestamp.type=LogAppendTime on it with Kafka's tools"});
    }
  } catch (const BrokerRefused& refused) {
    look.diagnoses.push_back({Health::Misconfigured, "topic", refused.what(), ""});
  } catch (const BrokerUnavailable& away) {
    look.diagnoses.push_back(
        {Health::Away, "kafka", away.what(), "start it, or correct kafka.bootstrap"});
  }
  return look;
}

Diagnosis check_placement(const std::string& url, const std::string& topic,
                          std::int32_t partitions) {
  constexpr std::int64_t newest = 10'000;  // offsets of each partition
  const std::unique_ptr<Store> store = open_store_snapshot(url);
  std::int64_t looked_at = 0;
  std::int64_t elsewhere = 0;
  for (const auto& [id, next] : read_offsets(*store)) {
    if (id.topic != topic) continue;
    const Key low{topic, std::int64_t{id.partition}, std::max<std::int64_t>(0, next - newest)};
    const Key high{topic, std::int64_t{id.partition} + 1};
    store->scan(TableId::Segment, low, high, 0, [&, partition = id.partition](const Row& row) {
      const auto segment = read_segment(RowView(TableId::Segment, row).text("content"));
      if (!segment) return;  // `parkwatch audit verify` says what is wrong with it
      for (const EvidenceRecord& record : segment->records) {
        if (record.key.empty()) continue;
        ++looked_at;
        if (partition_of(record.key, partitions) != partition) ++elsewhere;
      }
    });
  }
  const std::string of = " of the newest " + std::to_string(looked_at) + " records";
  if (elsewhere == 0) {
    return {Health::Good, "placement", "all" + of + " are where their keys belong", ""};
  }
  return {Health::Finding, "placement",
          std::to_string(elsewhere) + of + " are in another partition than their key's",
          "results are right, but slower: let producers use murmur2_random; after partitions were "
          "added it passes by itself"};
}

Diagnosis check_client_library(const BrokerSettings& settings) {
  const std::string library = "librdkafka " + kafka::library_version();
  const bool old = !kafka::library_has_scram();
  const auto mechanism = settings.client.find("sasl.mechanism");
  const bool scram = mechanism != settings.client.end() && mechanism->second.starts_with("SCRAM");
  if (old && scram) {
    return {Health::Finding, "library", library + " cannot log in to Kafka 4 with SCRAM",
            "use 2.6.1 or newer (the container has it), or SASL PLAIN over TLS"};
  }
  if (old)
    return {Health::Note, "library", library + "; SCRAM with Kafka 4 needs 2.6.1 or newer", ""};
  return {Health::Good, "library", library, ""};
}

}  // namespace parkwatch
