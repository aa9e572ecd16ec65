#pragma once

#include <cstdint>
#include <string>

#include "app/diagnosis.h"
#include "ingest/broker.h"

namespace parkwatch {

// What can be wrong with what Parkwatch rests on. Nothing is changed.

/// What a look into the store tells the other checks.
struct StoreLook {
  Diagnoses diagnoses;
  std::int64_t newest_ms = 0;  // the newest park's time; 0: none
  bool readable = false;
};

/// What a look at Kafka tells them.
struct KafkaLook {
  Diagnoses diagnoses;
  std::int32_t partitions = 0;  // of the input topic; 0: not known
};

/// Opens the store for reading: schema, active set against `set_hash` (of the folders; empty: not
/// known), conservation, misplaced records, work owed. A store that is not there yet is no fault.
StoreLook check_store(const std::string& url, const std::string& set_hash);

/// Whether a broker answers, and whether the input topic is as it must be.
KafkaLook check_kafka(const BrokerSettings& settings, const std::string& topic);

/// Whether records stand in the partitions that their keys map to when the topic has so many: the
/// newest records of each, as the evidence has them. Throws StoreRefused, StoreUnavailable.
Diagnosis check_placement(const std::string& url, const std::string& topic,
                          std::int32_t partitions);

/// The Kafka client library, and what it cannot do with these settings.
Diagnosis check_client_library(const BrokerSettings& settings);

}  // namespace parkwatch
