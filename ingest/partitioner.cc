#include "ingest/partitioner.h"

#include "model/check.h"

namespace parkwatch {

namespace {

constexpr std::uint32_t multiplier = 0x5bd1e995;
constexpr int shift = 24;

std::uint32_t byte_at(std::string_view bytes, std::size_t index) {
  return static_cast<unsigned char>(bytes[index]);
}

}  // namespace

std::uint32_t murmur2(std::string_view bytes) {
  std::uint32_t hash = 0x9747b28cU ^ static_cast<std::uint32_t>(bytes.size());
  std::size_t at = 0;
  for (; at + 4 <= bytes.size(); at += 4) {
    std::uint32_t word = byte_at(bytes, at) | byte_at(bytes, at + 1) << 8 |
                         byte_at(bytes, at + 2) << 16 | byte_at(bytes, at + 3) << 24;
    word *= multiplier;
    word ^= word >> shift;
    word *= multiplier;
    hash *= multiplier;
    hash ^= word;
  }
  const std::size_t rest = bytes.size() - at;
  if (rest >= 3) hash ^= byte_at(bytes, at + 2) << 16;
  if (rest >= 2) hash ^= byte_at(bytes, at + 1) << 8;
  if (rest >= 1) {
    hash ^= byte_at(bytes, at);
    hash *= multiplier;
  }
  hash ^= hash >> 13;
  hash *= multiplier;
  hash ^= hash >> 15;
  return hash;
}

std::int32_t partition_of(std::string_view key, std::int32_t count) {
  check(count >= 1);
  const std::uint32_t positive = murmur2(key) & 0x7fffffffU;
  return static_cast<std::int32_t>(positive % static_cast<std::uint32_t>(count));
}

}  // namespace parkwatch
