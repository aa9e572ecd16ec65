#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/time.h"

namespace parkwatch {

/// A frame that waits for Kafka: what is needed to produce it as if it had just arrived.
struct SpooledFrame {
  std::uint64_t sequence = 0;    // the gateway's count of frames; ascending in the file
  std::uint64_t connection = 0;  // where an answer is due, if that connection still lives
  ReceivedTime received{};       // the stamp it came with, kept through any delay
  std::string key;
  std::string payload;
  std::string downlink;  // of a command sent to a device: who ordered it and why; else empty
  friend bool operator==(const SpooledFrame&, const SpooledFrame&) = default;
};

/// A bounded append-only file of frames that Kafka has not acknowledged yet, in order of arrival.
/// Records carry a CRC-32; a torn tail (power cut, kill) is cut on opening and reported. The file
/// shrinks to nothing once every frame is delivered. One process at a time (flock).
/// Errors: std::system_error if the file cannot be opened, locked or read, std::runtime_error if it
/// is not a spool; a full file or disk is a `false`, never an exception.
/// Threads: one owner.
class Spool {
 public:
  struct Options {
    std::string file;  // empty: no spool, always full
    std::uint64_t bytes_max = std::uint64_t{256} << 20;
    std::uint32_t record_bytes_max = 1U << 20;  // longer ones in a file count as damage
  };

  explicit Spool(Options options);
  ~Spool();
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  /// Takes the frame for the next `sync`. False when it would pass `bytes_max`: nothing was taken.
  bool append(const SpooledFrame& frame);
  /// Writes what was appended and waits for the disk. False if the disk refused: the frames since
  /// the last `sync` are not kept, earlier ones are.
  bool sync();

  /// The next undelivered frame in order; nothing at the end.
  std::optional<SpooledFrame> next();
  /// `next` begins again at the first undelivered frame.
  void rewind();
  /// Every frame up to `sequence` is with Kafka now and will not be read again.
  void delivered_through(std::uint64_t sequence);

  bool empty() const { return undelivered_ == 0; }
  std::uint64_t undelivered() const { return undelivered_; }
  std::uint64_t bytes() const { return written_ + buffer_.size(); }
  std::uint64_t torn_bytes() const { return torn_bytes_; }  // cut when the file was opened
  std::uint64_t last_sequence() const { return last_sequence_; }

 private:
  struct Record;
  void open_file();
  void scan();
  std::optional<Record> read_record(std::uint64_t at) const;
  bool write_buffer();
  void truncate(std::uint64_t size);

  Options options_;
  int file_ = -1;
  std::string buffer_;                 // appended, not yet written
  std::uint64_t buffered_frames_ = 0;  // frames in buffer_
  std::uint64_t written_ = 0;          // size of the file
  std::uint64_t first_ = 0;            // where the first undelivered frame stands, or later
  std::uint64_t cursor_ = 0;           // where `next` reads
  std::uint64_t delivered_ = 0;        // sequence
  std::uint64_t last_sequence_ = 0;
  std::uint64_t undelivered_ = 0;
  std::uint64_t torn_bytes_ = 0;
};

}  // namespace parkwatch
