#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "ingest/capture_file.h"
#include "ingest/hj212/frame.h"
#include "model/result.h"

namespace parkwatch {

/// Reads what `parkwatch replay` takes, told apart by its first bytes:
///   captures            {"topic":…}          as `parkwatch capture` writes them
///   readings            {"mn":…}             one JSON document a line
///   captured reads      {"at":…,"data":…}    what a server read from a socket, and when; lines
///   with
///                                            "dir" other than "device>host" are passed over
///   raw HJ 212          anything else        a byte stream of frames
/// All but captures are records of partition 0 of the input topic, with offsets counted on from
/// `first_offset`; whatever is no frame or document is a record too, so that nothing is lost.
class ReplayFile {
 public:
  struct Options {
    std::int64_t first_offset = 0;
    std::optional<std::int64_t> received_ms;  // of raw HJ 212
    hj212::FrameOptions frames;
  };

  /// Throws std::system_error when the file can not be opened or read.
  ReplayFile(const std::string& path, Options options);
  ~ReplayFile();
  ReplayFile(const ReplayFile&) = delete;
  ReplayFile& operator=(const ReplayFile&) = delete;

  /// The next records, at most about `maximum`; empty at the end. Views live until the next call.
  Result<std::span<const CapturedRecord>, CaptureFault> read(std::size_t maximum);
  /// Bytes of the file read so far, for progress.
  std::int64_t bytes_read() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parkwatch
