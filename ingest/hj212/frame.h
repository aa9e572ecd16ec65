#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "ingest/hj212/segment.h"
#include "ingest/hj212/sm4.h"
#include "ingest/hj212/warning.h"
#include "ingest/reason.h"
#include "model/result.h"

namespace parkwatch::hj212 {

/// The SM4 key of a device, or nothing when it has none. Called while reading.
using KeyLookup = std::function<std::optional<Sm4Key>(std::string_view mn)>;

/// How frames are read.
struct FrameOptions {
  bool strict = false;                      // refuse every deviation of the frame from the standard
  bool modbus_crc = false;                  // also take the plain MODBUS checksum, with a warning
  KeyLookup keys;                           // without it encrypted frames are refused as no_key
  std::size_t frame_bytes_max = 16 * 1024;  // a frame or rejected span never grows beyond
  std::size_t skipped_bytes_max = 4 * 1024;  // longer rubbish is reported in pieces of this size
};

/// A frame whose length and checksum are right. Views: see the function that gave it.
struct Frame {
  std::string_view bytes;    // on the wire, from ## through the tail
  std::string_view segment;  // plain text
  Warnings warnings;         // of the frame; those of the segment come with parse_segment
  bool encrypted = false;    // the data area was encrypted on the wire
};

/// A stretch of the stream; every byte is in exactly one.
struct Span {
  enum class Status : std::uint8_t { Accepted, Rejected, Skipped };
  Status status = Status::Skipped;
  std::uint64_t offset = 0;  // in the stream
  std::string_view bytes;
  Frame frame;                        // when accepted
  Reason reason = Reason::NotAFrame;  // when rejected or skipped
  Warnings warnings;                  // when rejected as non_conforming
};

/// Takes frames out of a byte stream (HJ 212-2017 6.3.1), however it is cut. After a fault reading
/// resumes at the next "##" with four digits, so neighbours are unaffected; inside an accepted
/// segment none is looked for. Memory stays within the bounds of the options plus one append.
/// Threads: one at a time.
class FrameReader {
 public:
  explicit FrameReader(FrameOptions options = {});

  /// Adds bytes of the stream. Ends the validity of every view given before.
  void append(std::string_view bytes);
  /// The next stretch of the stream, in order; false when more bytes are needed. The views live
  /// until the next call of any member.
  bool next(Span& span);
  /// The sender has paused: a frame that lacks only its tail is complete as it is. Holds until the
  /// next append; a tail that comes later is skipped as late_tail.
  void pause() { paused_ = true; }
  /// The stream has ended: what is left comes out of next(). A later append begins anew, with
  /// offsets going on.
  void finish() { ended_ = true; }

  /// Bytes held and not yet reported.
  std::size_t pending() const { return buffer_.size() - begin_; }
  /// The bytes held begin a frame that is not complete; false: there are none, or only rubbish.
  bool inside_frame() const;
  /// Nothing is held and no late tail expected, so that another stream may be read.
  bool idle() const { return pending() == 0 && !tail_owed_; }
  /// Offset in the stream of the first byte not yet reported.
  std::uint64_t offset() const { return offset_; }

 private:
  /// A refused frame at the head of the buffer, whose end has not come yet.
  struct Refused {
    Reason reason = Reason::NotAFrame;
    Warnings warnings;
    std::size_t own_end = 0;  // by its own account; 0: unknown
    std::size_t scanned = 0;  // no end before here
  };

  bool take(Span& span, Span::Status status, std::size_t length, Reason reason);
  bool next_rubbish(Span& span, std::string_view rest, std::size_t start, bool found);

  FrameOptions options_;
  std::string buffer_;
  std::size_t begin_ = 0;
  std::uint64_t offset_ = 0;
  bool paused_ = false;
  bool ended_ = false;
  bool tail_owed_ = false;
  std::optional<Refused> refused_;
  Segment header_;
  std::string plain_;  // the decrypted segment
};

/// Memory that `read_frame` reuses between calls.
struct FrameScratch {
  Segment header;
  std::string plain;
};

/// Reads bytes that must be exactly one frame, as a record of the input topic. Nothing is copied
/// but decrypted text; the views live as long as `bytes` and until `scratch` is used again.
Result<Frame, Reason> read_frame(std::string_view bytes, const FrameOptions& options,
                                 FrameScratch& scratch);

}  // namespace parkwatch::hj212
