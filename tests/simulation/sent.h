#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/exact.h"

namespace parkwatch::oracle {

/// What a report covers, numbered as docs/store.md packs it.
enum class Report : std::uint8_t { Realtime, Minute, Hour, Day, Status };
/// How it was written, numbered likewise.
enum class Writing : std::uint8_t { Frame2005, Frame2017, Frame2025, Json };

/// Attribute names of HJ 212 and their texts as sent.
using Attributes = std::map<std::string, std::string>;

/// What a record says, as its sender knows it: nothing is decoded to learn it.
struct Meaning {
  enum class Sort : std::uint8_t { Reading, Tick, Document, Refused };
  Sort sort = Sort::Refused;
  std::string reason;            // of a refused one
  std::string park;              // of a tick or document
  std::string type, source, id;  // of a document, with its members as `name=value;name=value`
  std::string members;
  std::string mn;  // of a reading, and all below
  Report report = Report::Realtime;
  Writing writing = Writing::Json;
  Time time = 0;
  std::optional<Time> received;  // also of a tick or document: JSON member
  bool resent = false;
  std::map<std::string, Attributes> factors;
};

/// One record of the log.
struct Sent {
  int partition = 0;
  std::string key;
  std::string payload;
  bool json = true;
  std::optional<Time> stamp;   // the gateway's
  std::optional<Time> append;  // the broker's
  Meaning meaning;
};

}  // namespace parkwatch::oracle
