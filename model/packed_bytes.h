#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace parkwatch {

/// Appends a number in as few bytes as it needs, seven bits in each. `bytes` is a string of any
/// allocator.
template <class Bytes>
void append_varint(Bytes& bytes, std::uint64_t value) {
  while (value >= 0x80) {
    bytes.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  bytes.push_back(static_cast<char>(value));
}

/// The same for numbers of both signs, small ones short.
template <class Bytes>
void append_signed_varint(Bytes& bytes, std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  append_varint(bytes, (bits << 1) ^ static_cast<std::uint64_t>(value >> 63));
}

/// Appends a text behind its length.
template <class Bytes>
void append_sized_text(Bytes& bytes, std::string_view text) {
  append_varint(bytes, text.size());
  bytes.append(text);
}

/// Takes off packed bytes what the functions above appended. After the first fault everything reads
/// as zero or empty, and `failed` says so.
class PackedReader {
 public:
  explicit PackedReader(std::string_view bytes) : rest_(bytes) {}
  bool failed() const { return failed_; }
  bool done() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    std::size_t size = 0;
    for (int shift = 0; shift < 64 && size < rest_.size(); shift += 7) {
      const auto byte = static_cast<std::uint8_t>(rest_[size++]);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if ((byte & 0x80) == 0) {
        rest_.remove_prefix(size);
        return value;
      }
    }
    failed_ = true;
    rest_ = {};
    return 0;
  }
  std::int64_t signed_varint() {
    const std::uint64_t bits = varint();
    return static_cast<std::int64_t>((bits >> 1) ^ (0 - (bits & 1)));
  }
  std::string_view text(std::uint64_t size) {
    if (size > rest_.size()) {
      failed_ = true;
      rest_ = {};
      return {};
    }
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return text;
  }
  std::string_view sized_text() { return text(varint()); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace parkwatch
