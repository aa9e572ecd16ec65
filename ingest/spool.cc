#include "ingest/spool.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include "model/check.h"

namespace parkwatch {

namespace {

// A file: the magic, then records of [length u32][CRC-32 of the body u32][body], little endian.
// A body: type u8, then for a frame sequence u64, connection u64, received i64, key length u32,
// downlink length u32, key, downlink, payload; for a delivery mark the sequence u64 up to which
// everything is delivered.
constexpr std::string_view magic = "PWSPOOL1";
constexpr std::size_t record_head = 8;
constexpr std::size_t frame_head = 1 + 8 + 8 + 8 + 4 + 4;
constexpr char type_frame = 1;
constexpr char type_delivered = 2;

static_assert(std::endian::native == std::endian::little);

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

constexpr std::array<std::uint32_t, 256> crc_table = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0xEDB88320U : 0U);
    table[i] = value;
  }
  return table;
}();

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t value = 0xFFFFFFFFU;
  for (const char byte : bytes) {
    value = crc_table[(value ^ static_cast<std::uint8_t>(byte)) & 0xFFU] ^ (value >> 8);
  }
  return ~value;
}

template <class T>
void put(std::string& out, T value) {
  std::array<char, sizeof(T)> bytes;
  std::memcpy(bytes.data(), &value, sizeof value);
  out.append(bytes.data(), bytes.size());
}

template <class T>
T take(std::string_view& in) {
  check(in.size() >= sizeof(T));
  T value;
  std::memcpy(&value, in.data(), sizeof value);
  in.remove_prefix(sizeof value);
  return value;
}

void put_record(std::string& out, std::string_view body) {
  put(out, static_cast<std::uint32_t>(body.size()));
  put(out, crc32(body));
  out.append(body);
}

/// All the bytes asked for, or fewer at the end of the file.
std::string read_at(int file, std::uint64_t at, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t got = 0;
  while (got < size) {
    const ssize_t count = pread(file, bytes.data() + got, size - got, static_cast<off_t>(at + got));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("read spool");
    if (count == 0) break;
    got += static_cast<std::size_t>(count);
  }
  bytes.resize(got);
  return bytes;
}

}  // namespace

struct Spool::Record {
  std::uint64_t next = 0;       // offset of the record after this one
  std::uint64_t delivered = 0;  // of a delivery mark
  std::optional<SpooledFrame> frame;
};

Spool::Spool(Options options) : options_(std::move(options)) {
  if (options_.file.empty()) return;
  try {
    open_file();
    scan();
  } catch (...) {
    if (file_ >= 0) close(file_);
    throw;
  }
}

Spool::~Spool() {
  if (file_ >= 0) close(file_);
}

void Spool::open_file() {
  file_ = open(options_.file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (file_ < 0) fail("open spool " + options_.file);
  if (flock(file_, LOCK_EX | LOCK_NB) != 0) fail("lock spool " + options_.file);
  const off_t size = lseek(file_, 0, SEEK_END);
  if (size < 0) fail("size of spool " + options_.file);
  written_ = static_cast<std::uint64_t>(size);
  const std::string head = read_at(file_, 0, magic.size());
  const bool torn_head = head.size() < magic.size() && magic.starts_with(head);
  if (!torn_head && head != magic) throw std::runtime_error(options_.file + " is not a spool");
  if (!torn_head) return;
  torn_bytes_ = head.size();
  if (pwrite(file_, magic.data(), magic.size(), 0) != static_cast<ssize_t>(magic.size())) {
    fail("write spool " + options_.file);
  }
  written_ = magic.size();
}

void Spool::scan() {
  std::uint64_t at = magic.size();
  while (const auto record = read_record(at)) {
    if (record->frame) {
      last_sequence_ = record->frame->sequence;
    } else {
      delivered_ = record->delivered;
    }
    at = record->next;
  }
  if (at < written_) {
    torn_bytes_ += written_ - at;
    truncate(at);
  }
  first_ = cursor_ = magic.size();
  at = first_;
  while (const auto record = read_record(at)) {
    if (record->frame && record->frame->sequence > delivered_) undelivered_ += 1;
    at = record->next;
  }
  if (undelivered_ == 0) truncate(magic.size());
}

std::optional<Spool::Record> Spool::read_record(std::uint64_t at) const {
  const std::string head = read_at(file_, at, record_head);
  if (head.size() < record_head) return std::nullopt;
  std::string_view fields = head;
  const auto length = take<std::uint32_t>(fields);
  const auto crc = take<std::uint32_t>(fields);
  if (length == 0 || length > options_.record_bytes_max) return std::nullopt;
  const std::string bytes = read_at(file_, at + record_head, length);
  if (bytes.size() < length || crc32(bytes) != crc) return std::nullopt;
  std::string_view body = bytes;
  Record record;
  record.next = at + record_head + length;
  const char type = take<char>(body);
  if (type == type_delivered && body.size() == 8) {
    record.delivered = take<std::uint64_t>(body);
    return record;
  }
  if (type != type_frame || bytes.size() < frame_head) return std::nullopt;
  SpooledFrame frame;
  frame.sequence = take<std::uint64_t>(body);
  frame.connection = take<std::uint64_t>(body);
  frame.received = ReceivedTime(take<std::int64_t>(body));
  const auto key_length = take<std::uint32_t>(body);
  const auto downlink_length = take<std::uint32_t>(body);
  if (std::uint64_t{key_length} + downlink_length > body.size()) return std::nullopt;
  frame.key = body.substr(0, key_length);
  frame.downlink = body.substr(key_length, downlink_length);
  frame.payload = body.substr(std::size_t{key_length} + downlink_length);
  record.frame = std::move(frame);
  return record;
}

bool Spool::append(const SpooledFrame& frame) {
  const std::size_t size =
      record_head + frame_head + frame.key.size() + frame.downlink.size() + frame.payload.size();
  if (file_ < 0 || bytes() + size > options_.bytes_max) return false;
  if (size > options_.record_bytes_max) return false;
  check(frame.sequence > last_sequence_);
  std::string body;
  body.reserve(size);
  body.push_back(type_frame);
  put(body, frame.sequence);
  put(body, frame.connection);
  put(body, frame.received.milliseconds());
  put(body, static_cast<std::uint32_t>(frame.key.size()));
  put(body, static_cast<std::uint32_t>(frame.downlink.size()));
  body += frame.key;
  body += frame.downlink;
  body += frame.payload;
  put_record(buffer_, body);
  last_sequence_ = frame.sequence;
  buffered_frames_ += 1;
  undelivered_ += 1;
  return true;
}

bool Spool::sync() {
  if (buffer_.empty()) return true;
  if (write_buffer() && fdatasync(file_) == 0) return true;
  return false;
}

bool Spool::write_buffer() {
  std::size_t done = 0;
  while (done < buffer_.size()) {
    const ssize_t count = pwrite(file_, buffer_.data() + done, buffer_.size() - done,
                                 static_cast<off_t>(written_ + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    done += static_cast<std::size_t>(count);
  }
  const bool complete = done == buffer_.size();
  if (complete) {
    written_ += buffer_.size();
  } else {
    truncate(written_);
    undelivered_ -= buffered_frames_;
  }
  buffer_.clear();
  buffered_frames_ = 0;
  return complete;
}

std::optional<SpooledFrame> Spool::next() {
  if (file_ < 0) return std::nullopt;
  if (!buffer_.empty() && !write_buffer()) return std::nullopt;
  while (auto record = read_record(cursor_)) {
    cursor_ = record->next;
    if (record->frame && record->frame->sequence > delivered_) return std::move(record->frame);
  }
  return std::nullopt;
}

void Spool::rewind() {
  cursor_ = first_;
}

void Spool::delivered_through(std::uint64_t sequence) {
  if (empty() || sequence <= delivered_) return;
  if (!buffer_.empty() && !write_buffer()) return;
  while (auto record = read_record(first_)) {
    if (record->frame && record->frame->sequence > sequence) break;
    if (record->frame && record->frame->sequence > delivered_) undelivered_ -= 1;
    first_ = record->next;
  }
  delivered_ = sequence;
  cursor_ = std::max(cursor_, first_);
  if (undelivered_ == 0) {
    truncate(magic.size());
    first_ = cursor_ = magic.size();
    return;
  }
  std::string body(1, type_delivered);
  put(body, sequence);
  put_record(buffer_, body);
}

void Spool::truncate(std::uint64_t size) {
  if (ftruncate(file_, static_cast<off_t>(size)) != 0) fail("truncate spool " + options_.file);
  written_ = size;
}

}  // namespace parkwatch
