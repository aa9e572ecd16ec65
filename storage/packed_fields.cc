#include "storage/packed_fields.h"

namespace parkwatch {

std::array<char, 8> number_bytes(std::int64_t number) {
  std::array<char, 8> bytes{};
  std::uint64_t rest = static_cast<std::uint64_t>(number);
  for (char& byte : bytes) {
    byte = static_cast<char>(static_cast<unsigned char>(rest));
    rest >>= 8;
  }
  return bytes;
}

void append_number(std::string& bytes, std::int64_t number) {
  const std::array<char, 8> field = number_bytes(number);
  bytes.append(field.data(), field.size());
}

void append_text(std::string& bytes, std::string_view text) {
  append_number(bytes, static_cast<std::int64_t>(text.size()));
  bytes.append(text);
}

}  // namespace parkwatch
