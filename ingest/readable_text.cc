#include "ingest/readable_text.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "model/utf8.h"

namespace parkwatch {

bool readable_text(std::string_view text) {
  std::uint64_t bits = 0;
  std::size_t at = 0;
  for (; at + sizeof bits <= text.size(); at += sizeof bits) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    bits |= word;
  }
  for (; at < text.size(); ++at) bits |= static_cast<std::uint8_t>(text[at]);
  return (bits & 0x8080808080808080U) == 0 || is_utf8(text);
}

}  // namespace parkwatch
