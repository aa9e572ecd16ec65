#include "ingest/hj212/crc.h"

#include <array>
#include <cstddef>

namespace parkwatch::hj212 {

namespace {

using Byte = std::uint8_t;
using ByteTable = std::array<Byte, 256>;

constexpr std::uint16_t shift_eight_times(std::uint16_t value) {
  for (int i = 0; i < 8; ++i) {
    const bool low = (value & 1U) != 0;
    value = static_cast<std::uint16_t>(value >> 1U);
    if (low) value = static_cast<std::uint16_t>(value ^ 0xA001U);
  }
  return value;
}

constexpr std::array<std::uint16_t, 256> make_table() {
  std::array<std::uint16_t, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    table[i] = shift_eight_times(static_cast<std::uint16_t>(i));
  }
  return table;
}

constexpr std::array<std::uint16_t, 256> table = make_table();

/// steps[k][x]: the state that x becomes after k + 1 bytes of 0. The state is only the high byte of
/// the register and its step is linear, so the bytes of a block can be looked up independently.
constexpr std::size_t block = 8;
constexpr std::array<ByteTable, block> make_steps() {
  std::array<ByteTable, block> steps{};
  for (std::size_t x = 0; x < 256; ++x) {
    Byte state = static_cast<Byte>(x);
    for (std::size_t k = 0; k < block; ++k) {
      state = static_cast<Byte>(table[state] >> 8U);
      steps[k][x] = state;
    }
  }
  return steps;
}

constexpr std::array<ByteTable, block> steps = make_steps();

Byte byte_at(std::string_view text, std::size_t at) {
  return static_cast<Byte>(text[at]);
}

}  // namespace

std::uint16_t crc(std::string_view segment) {
  if (segment.empty()) return 0xFFFF;
  Byte state = 0xFF;
  std::size_t at = 0;
  const std::size_t last = segment.size() - 1;
  for (; at + block <= last; at += block) {
    Byte next = steps[block - 1][static_cast<Byte>(state ^ byte_at(segment, at))];
    for (std::size_t i = 1; i < block; ++i) {
      next = static_cast<Byte>(next ^ steps[block - 1 - i][byte_at(segment, at + i)]);
    }
    state = next;
  }
  for (; at < last; ++at) state = steps[0][static_cast<Byte>(state ^ byte_at(segment, at))];
  return table[static_cast<Byte>(state ^ byte_at(segment, last))];
}

std::uint16_t crc_bitwise(std::string_view segment) {
  std::uint16_t value = 0xFFFF;
  for (std::size_t at = 0; at < segment.size(); ++at) {
    value = shift_eight_times(static_cast<std::uint16_t>((value >> 8U) ^ byte_at(segment, at)));
  }
  return value;
}

std::uint16_t modbus_crc(std::string_view segment) {
  std::uint16_t value = 0xFFFF;
  for (std::size_t at = 0; at < segment.size(); ++at) {
    const Byte index = static_cast<Byte>(value ^ byte_at(segment, at));
    value = static_cast<std::uint16_t>((value >> 8U) ^ table[index]);
  }
  return value;
}

void write_crc(std::uint16_t value, char* out) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (unsigned i = 0; i < 4; ++i) out[i] = digits[(unsigned{value} >> (12U - 4U * i)) & 0xFU];
}

}  // namespace parkwatch::hj212
