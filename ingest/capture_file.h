#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "model/partition.h"
#include "model/record.h"
#include "model/result.h"

namespace parkwatch {

/// A capture is a text file with one JSON object a line, each one record of a topic:
///
///   {"topic":"parkwatch.input.v1","partition":3,"offset":17,"timestamp":1773538200123,
///    "timestamp_type":"append","headers":[["content-type","application/hj212"]],
///    "key":"park-1","payload":"##0332QN=..."}
///
/// (here broken for width). Members always stand in this order.
/// `timestamp` is milliseconds since 1970 or null; `timestamp_type` is "append" (LogAppendTime),
/// "create" (the producer's) or "none". A header is [name, value], in the order sent.
/// Bytes (header values, `key`, `payload`) are a string when they are valid UTF-8, else an object
/// {"base64":"..."} (RFC 4648, padded), and null when the record has none: a null `payload` is a
/// tombstone. Reading and writing are exact inverses. Lines end with "\n".
class CaptureWriter {
 public:
  /// Makes or empties the file; "-" is standard output. Throws std::system_error.
  explicit CaptureWriter(const std::string& path);
  ~CaptureWriter();
  CaptureWriter(const CaptureWriter&) = delete;
  CaptureWriter& operator=(const CaptureWriter&) = delete;

  /// Throws std::system_error when the disk refuses.
  void write(const PartitionId& id, const RecordView& record);
  /// Everything written is handed to the system, or std::system_error. Needed at the end.
  void flush();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The line of one record, with its "\n".
std::string capture_line(const PartitionId& id, const RecordView& record);

struct CapturedRecord {
  PartitionId id;
  RecordView record;  // content_type and received_ms are read from the headers, as from Kafka
};

/// A line that is no capture record.
struct CaptureFault {
  std::size_t line = 0;  // from 1
  std::string reason;
};

/// Reads a capture in file order.
class CaptureReader {
 public:
  /// "-" is standard input. Throws std::system_error when the file can not be opened or read.
  explicit CaptureReader(const std::string& path);
  ~CaptureReader();
  CaptureReader(const CaptureReader&) = delete;
  CaptureReader& operator=(const CaptureReader&) = delete;

  /// The next records, at most `maximum` (at least 1); empty at the end of the file. The views are
  /// valid until the next call. After a fault the reader is spent.
  Result<std::span<const CapturedRecord>, CaptureFault> read(std::size_t maximum);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// True when the text begins like a line of a capture (to tell it from other JSON lines).
bool looks_like_capture(std::string_view text);

}  // namespace parkwatch
