#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace parkwatch {

/// One partition of a Kafka topic.
struct PartitionId {
  std::string topic;
  std::int32_t partition = 0;
  friend auto operator<=>(const PartitionId&, const PartitionId&) = default;
};

}  // namespace parkwatch
