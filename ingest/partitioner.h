#pragma once

#include <cstdint>
#include <string_view>

namespace parkwatch {

/// MurmurHash2, 32 bit, seed 0x9747b28c: what Java's Kafka client hashes keys with
/// (org.apache.kafka.common.utils.Utils.murmur2).
std::uint32_t murmur2(std::string_view bytes);

/// The partition that a record with this key belongs to. `count` is at least 1.
std::int32_t partition_of(std::string_view key, std::int32_t count);

}  // namespace parkwatch
