#include "ingest/hj212/frame_parse.h"

#include <array>

#include "ingest/hj212/commands.h"
#include "ingest/hj212/crc.h"
#include "ingest/readable_text.h"

namespace parkwatch::hj212 {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int hexadecimal_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The checksum slot at `at`, or -1 when it is not four hexadecimal digits.
int read_crc_slot(std::string_view bytes, std::size_t at) {
  if (at + crc_bytes > bytes.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + crc_bytes; ++i) {
    const int digit = hexadecimal_digit(bytes[i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/// The end of a frame: how long the tail is, and whether it is known yet.
struct Tail {
  bool known = true;
  std::size_t length = 0;
};

Tail read_tail(std::string_view bytes, std::size_t at, bool ended, bool paused) {
  const bool more_may_come = !ended && !paused;
  if (at >= bytes.size()) return {!more_may_come, 0};
  if (bytes[at] == '\n') return {true, 1};
  if (bytes[at] != '\r') return {true, 0};
  if (at + 1 >= bytes.size()) return {!more_may_come, 1};
  return {true, bytes[at + 1] == '\n' ? std::size_t{2} : std::size_t{1}};
}

/// Cipher text has control bytes or breaks UTF-8 in practically every block of 16 bytes.
bool has_bytes_of_no_text(std::string_view text) {
  for (const char c : text) {
    const std::uint8_t byte = static_cast<std::uint8_t>(c);
    if (byte < 0x20 || byte == 0x7F) return true;
  }
  return !readable_text(text);
}

/// Whether the data area of this 2025 frame looks like cipher text: raw bytes or "{0x..".
bool looks_encrypted(const Segment& header) {
  int command = 0;
  for (const char c : header.field(Field::Cn)) {
    if (!is_digit(c) || command > 9999) return false;
    command = command * 10 + (c - '0');
  }
  if (header.version != 2025 || !may_be_encrypted(command)) return false;
  if (header.area.starts_with("DataTime=")) return false;  // clear text
  return header.area.starts_with('{') || has_bytes_of_no_text(header.area);
}

/// Reads "{0xE4,0x3E,...}" followed by clear text; false when it is not written so.
bool read_printed_cipher(std::string_view area, std::string& cipher, std::string_view& clear) {
  std::size_t at = 1;
  while (true) {
    if (area.size() - at < 5 || area[at] != '0' || (area[at + 1] != 'x' && area[at + 1] != 'X')) {
      return false;
    }
    const int high = hexadecimal_digit(area[at + 2]);
    const int low = hexadecimal_digit(area[at + 3]);
    if (high < 0 || low < 0) return false;
    cipher.push_back(static_cast<char>(high * 16 + low));
    at += 5;
    if (area[at - 1] == '}') break;
    if (area[at - 1] != ',') return false;
    if (at >= area.size()) return false;
  }
  clear = area.substr(at);
  return cipher.size() % 16 == 0;
}

/// The plain segment of an encrypted one, into `plain`. `braced`: raw cipher bytes in braces.
bool decrypt(std::string_view segment, const Segment& header, const Sm4Key& key, bool braced,
             std::string& plain) {
  const std::size_t area_at = static_cast<std::size_t>(header.area.data() - segment.data());
  plain.assign(segment.substr(0, area_at));
  const std::string_view area = header.area;
  if (area.starts_with("{0x") || area.starts_with("{0X")) {
    std::string cipher;
    std::string_view clear;
    if (!read_printed_cipher(area, cipher, clear)) return false;
    sm4_decrypt(key, cipher, plain);
    plain.append(clear);
  } else if (braced) {
    const std::size_t whole = area.size() < 2 ? 0 : (area.size() - 2) / 16 * 16;
    if (whole == 0 || area[whole + 1] != '}') return false;
    sm4_decrypt(key, area.substr(1, whole), plain);
    plain.append(area.substr(whole + 2));
  } else {
    sm4_decrypt(key, area, plain);
  }
  plain.append(segment.substr(area_at + area.size()));
  return true;
}

/// The parse of one frame, so that its steps share what they know.
struct Attempt {
  std::string_view bytes;
  bool ended;
  bool paused;
  const FrameOptions& options;
  Segment& header;
  std::string& plain;
  std::size_t declared = 0;

  std::string_view segment(std::size_t length) const { return bytes.substr(head_bytes, length); }

  Parsed rejected(Reason reason, std::size_t length) const {
    Parsed parsed;
    parsed.step = Parsed::Step::Rejected;
    parsed.reason = reason;
    parsed.length = length;
    return parsed;
  }

  Parsed accepted(std::string_view text, std::size_t crc_at, Tail tail, Warnings warnings,
                  bool encrypted) const {
    for (std::size_t i = crc_at; i < crc_at + crc_bytes; ++i) {
      if (bytes[i] >= 'a') warnings.add(Warning::LowerCaseCrc);
    }
    if (tail.length == 0) warnings.add(Warning::MissingTail);
    if (tail.length == 1) warnings.add(Warning::IncompleteTail);
    Parsed parsed;
    const std::size_t length = crc_at + crc_bytes + tail.length;
    if (options.strict && warnings.any()) {
      parsed = rejected(Reason::NonConforming, length);
      parsed.warnings = warnings;
      return parsed;
    }
    parsed.step = Parsed::Step::Accepted;
    parsed.frame = {bytes.substr(0, length), text, warnings, encrypted};
    parsed.length = length;
    parsed.without_tail = tail.length < 2;
    return parsed;
  }

  /// A frame whose checksum slot stands `wire` bytes after the head.
  Parsed landed(std::size_t wire) const {
    const std::size_t crc_at = head_bytes + wire;
    const int slot = read_crc_slot(bytes, crc_at);
    const Tail tail = read_tail(bytes, crc_at + crc_bytes, ended, paused);
    if (!tail.known) return {};
    const std::string_view text = segment(wire);
    const std::size_t end = tail.length == 0 ? 0 : crc_at + crc_bytes + tail.length;
    // Four digits of a value can look like a checksum; a frame ends with && or a tail.
    const bool closed = wire == declared && (tail.length == 2 || text.ends_with("&&"));
    const bool right = closed && slot == crc(text);
    if (right && readable_text(text)) return accepted(text, crc_at, tail, {}, false);
    parse_header(text, header);
    if (looks_encrypted(header)) {
      Parsed parsed = decrypted(text, crc_at, slot, tail);
      const bool plain_text =
          right && parsed.step == Parsed::Step::Rejected && parsed.reason != Reason::NoKey;
      if (!plain_text) return parsed;
    }
    if (right) return accepted(text, crc_at, tail, {}, false);
    if (closed && options.modbus_crc && slot == modbus_crc(text)) {
      Warnings warnings;
      warnings.add(Warning::ModbusCrc);
      return accepted(text, crc_at, tail, warnings, false);
    }
    return rejected(closed || end != 0 ? Reason::CrcMismatch : Reason::LengthMismatch, end);
  }

  /// Declared length and checksum are those of the plain segment (2025 App. A.2).
  Parsed decrypted(std::string_view text, std::size_t crc_at, int slot, Tail tail) const {
    const std::size_t end = tail.length == 0 ? 0 : crc_at + crc_bytes + tail.length;
    const std::optional<Sm4Key> key =
        options.keys ? options.keys(header.field(Field::Mn)) : std::nullopt;
    if (!key) return rejected(Reason::NoKey, end);
    const bool braced = text.size() == declared + 2;
    if (!decrypt(text, header, *key, braced, plain)) return rejected(Reason::MalformedCipher, end);
    if (plain.size() != declared) return rejected(Reason::LengthMismatch, end);
    if (slot != crc(plain)) return rejected(Reason::CrcMismatch, end);
    return accepted(plain, crc_at, tail, {}, true);
  }

  /// The wire length of an encrypted segment whose declared end does not land; 0: not known yet or
  /// none. `searching`: more bytes may bring it. What is found depends on no byte behind it, so it
  /// is the same however the stream is cut.
  std::size_t encrypted_wire_length(bool& searching) const {
    const bool more = !ended && bytes.size() < options.frame_bytes_max;
    const std::string_view seen =
        bytes.substr(head_bytes, options.frame_bytes_max - head_bytes - crc_bytes);
    searching = false;
    const std::size_t opening = seen.find("CP=&&{");
    if (opening == std::string_view::npos || opening + 6 > declared) return 0;
    const std::size_t inside = opening + 6;
    const std::string_view prefix = seen.substr(inside, 2);
    if (prefix != "0x" && prefix != "0X") return declared + 2;  // raw bytes in braces
    const std::size_t close = seen.find_first_not_of("0123456789abcdefABCDEFxX,", inside);
    searching = more && close == std::string_view::npos;
    if (close == std::string_view::npos || seen[close] != '}') return 0;
    constexpr std::size_t clear_max = 15;  // what is left of whole blocks
    const std::string_view clear = seen.substr(close + 1, clear_max + 2);
    const std::size_t end = clear.find("&&");
    if (end != std::string_view::npos) return close + 1 + end + 2;
    searching = more && clear.size() < clear_max + 2;
    return 0;
  }

  Parsed run() const {
    const std::size_t need = head_bytes + declared + crc_bytes;
    if (need > options.frame_bytes_max) return rejected(Reason::FrameTooLong, 0);
    if (bytes.size() < need) {
      if (!ended) return {};
      return rejected(Reason::Truncated, 0);
    }
    if (read_crc_slot(bytes, head_bytes + declared) >= 0) return landed(declared);
    bool searching = false;
    const std::size_t wire = encrypted_wire_length(searching);
    if (searching) return {};
    const std::size_t end = head_bytes + wire + crc_bytes;
    if (wire == 0 || end > options.frame_bytes_max) return rejected(Reason::LengthMismatch, 0);
    if (bytes.size() < end) return ended ? rejected(Reason::Truncated, 0) : Parsed{};
    if (read_crc_slot(bytes, head_bytes + wire) < 0) return rejected(Reason::LengthMismatch, 0);
    return landed(wire);
  }
};

}  // namespace

bool frame_starts(std::string_view bytes, std::size_t at) {
  if (at + head_bytes > bytes.size() || bytes[at] != '#' || bytes[at + 1] != '#') return false;
  for (std::size_t i = at + 2; i < at + head_bytes; ++i) {
    if (!is_digit(bytes[i])) return false;
  }
  return true;
}

std::size_t find_frame_start(std::string_view bytes, std::size_t from) {
  for (std::size_t at = bytes.find("##", from); at != std::string_view::npos;
       at = bytes.find("##", at + 1)) {
    if (frame_starts(bytes, at)) return at;
  }
  return std::string_view::npos;
}

Parsed parse_frame(std::string_view bytes, bool ended, bool paused, const FrameOptions& options,
                   Segment& header, std::string& plain) {
  Attempt attempt{bytes, ended, paused, options, header, plain};
  for (std::size_t i = 2; i < head_bytes; ++i) {
    attempt.declared = attempt.declared * 10 + static_cast<std::size_t>(bytes[i] - '0');
  }
  return attempt.run();
}

}  // namespace parkwatch::hj212
