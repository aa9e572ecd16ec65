#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "ingest/hj212/frame.h"

namespace parkwatch::hj212 {

/// What stands at the head of some bytes. Internal to the frame reader.
struct Parsed {
  enum class Step : std::uint8_t { NeedMore, Accepted, Rejected };
  Step step = Step::NeedMore;
  Frame frame;  // when accepted
  Reason reason = Reason::LengthMismatch;
  std::size_t length = 0;     // rejected: where the frame ends by its own account, 0 when unknown
  bool without_tail = false;  // accepted, with no tail seen
  Warnings warnings;          // rejected as non_conforming
};

/// Parses the frame at the head of `bytes`, which begin with "##" and four digits. `ended`: no byte
/// follows; `paused`: a missing tail is not waited for.
Parsed parse_frame(std::string_view bytes, bool ended, bool paused, const FrameOptions& options,
                   Segment& header, std::string& plain);

/// "##" and four digits stand at `at`.
bool frame_starts(std::string_view bytes, std::size_t at);

/// The first frame start at or after `from`, or npos.
std::size_t find_frame_start(std::string_view bytes, std::size_t from);

constexpr std::size_t head_bytes = 6;
constexpr std::size_t crc_bytes = 4;

}  // namespace parkwatch::hj212
