#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace parkwatch {

/// The 8 bytes of a number, the lowest first.
std::array<char, 8> number_bytes(std::int64_t number);
void append_number(std::string& bytes, std::int64_t number);
/// Its length, then its bytes.
void append_text(std::string& bytes, std::string_view text);

/// Takes fields from the front; after a field that is not there, `ok` is false and all else empty.
class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : rest_(bytes) {}

  std::string_view bytes(std::size_t size) {
    if (size > rest_.size()) ok_ = false;
    if (!ok_) return {};
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::int64_t number() {
    std::uint64_t value = 0;
    int shift = 0;
    for (const char byte : bytes(8)) {
      value |= std::uint64_t{static_cast<unsigned char>(byte)} << shift;
      shift += 8;
    }
    return static_cast<std::int64_t>(value);
  }
  std::string_view text() {
    const std::int64_t size = number();
    if (size < 0) ok_ = false;
    return ok_ ? bytes(static_cast<std::size_t>(size)) : std::string_view();
  }
  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace parkwatch
