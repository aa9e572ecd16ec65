#pragma once

#include <cstdint>
#include <string_view>

namespace parkwatch::hj212 {

/// The checksum of HJ 212-2017 App. A over a data segment. It is not CRC-16/MODBUS: the register is
/// shifted right by 8 before each byte, so only 256 different values exist.
/// crc("123456789") is 0x2F80.
std::uint16_t crc(std::string_view segment);

/// The same, bit by bit as the standard describes it; the yardstick of the tests.
std::uint16_t crc_bitwise(std::string_view segment);

/// CRC-16/MODBUS, which some loggers send in its place: 0x4B37 for "123456789".
std::uint16_t modbus_crc(std::string_view segment);

/// The four digits after a segment, upper case, high byte first: exactly 4 characters at `out`.
void write_crc(std::uint16_t value, char* out);

}  // namespace parkwatch::hj212
