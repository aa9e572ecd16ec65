#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/hj212/frame.h"
#include "ingest/hj212/warning.h"
#include "ingest/reason.h"
#include "model/reading.h"
#include "model/record.h"
#include "model/result.h"

namespace parkwatch {

/// A value of a reading that was not taken; its neighbours are unaffected.
struct RejectedValue {
  std::string_view factor;
  std::string_view attribute;
  std::string_view text;  // as sent; empty where it is no scalar
  Reason reason = Reason::BadNumber;
  friend bool operator==(const RejectedValue&, const RejectedValue&) = default;
};

/// A member of a JSON document with its text.
struct DocumentMember {
  std::string_view name;
  std::string_view text;
};

/// What a record says. Views into the record and the decoder: valid until its next call.
struct Decoded {
  RecordType type = RecordType::Control;
  Reading reading;                       // of a Reading
  std::vector<RejectedValue> rejected;   // of a Reading: values beside its items
  std::string_view park;                 // of a Tick or Document
  std::optional<ReceivedTime> received;  // JSON member `received`, of any type
  std::string_view document_type;        // of a Document: "mark" and so on, with its source and id
  std::string_view source;
  std::string_view id;
  std::span<const DocumentMember> members;  // of a Document: all but type, source, id, park and
                                            // received; no name twice
  std::string_view mn;                      // of a Control frame, empty when it has none
  int command = 0;                          // CN of a frame
  int packet_count = 1;      // PNUM of a frame; each part of a split report is a reading of its own
  int packet_number = 1;     // PNO
  hj212::Warnings warnings;  // tolerated deviations of a frame
  std::size_t unknown_members = 0;  // of a JSON reading or tick: ignored
};

/// Turns records of the input topic into readings, ticks, control frames and documents.
///
/// Time: a frame's DataTime is China Standard Time (HJ 212-2017 6.3); JSON times carry their zone.
/// Numbers: values stay text as sent; every attribute but Flag, EFlag, Info, SampleTime and SN must
/// be one that `Number::parse` reads, else that value alone is rejected.
/// Memory: reused between calls; nothing is allocated per value once it has grown.
/// Errors: a Reason sends the whole record to the dead letters; nothing is guessed.
/// Threads: one at a time.
class Decoder {
 public:
  struct Options {
    hj212::FrameOptions frames;  // with the lookup of SM4 keys; strict also covers the segment
    /// 2005 factor codes and the 2017 codes that replace them; applied to frames of version 2005.
    std::vector<std::pair<std::string, std::string>> codes_2005;
    std::size_t json_bytes_max = 1024 * 1024;
    int json_depth_max = 32;
    std::size_t values_max = 4096;  // of one reading
  };

  explicit Decoder(Options options);
  ~Decoder();
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;

  /// The pointer is never null and stays the same.
  Result<const Decoded*, Reason> decode(const RecordView& record);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace parkwatch
