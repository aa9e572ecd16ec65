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
};

/// Opens the store for reading: schema, active set against `set_hash` (of the folders; empty: not
/// known), conservation, misplaced records, work owed. A store that is not there yet is no fault.
StoreLook check_store(const std::string& url, const std::string& set_hash);

/// Whether a broker answers, and whether the input topic is as it must be.
Diagnoses check_kafka(const BrokerSettings& settings, const std::string& topic);

/// The Kafka client library, and what it cannot do with these settings.
Diagnosis check_client_library(const BrokerSettings& settings);

}  // namespace parkwatch
