#include "ingest/hj212/frame.h"

#include <algorithm>

#include "ingest/hj212/frame_parse.h"

namespace parkwatch::hj212 {

namespace {

constexpr std::size_t npos = std::string_view::npos;

/// Where a frame may begin at the end of the bytes, the rest of "##dddd" still to come; else size.
std::size_t partial_start(std::string_view bytes) {
  const std::size_t first = bytes.size() < head_bytes ? 0 : bytes.size() - head_bytes + 1;
  for (std::size_t at = first; at < bytes.size(); ++at) {
    bool fits = true;
    for (std::size_t i = at; i < bytes.size() && fits; ++i) {
      fits = i - at < 2 ? bytes[i] == '#' : bytes[i] >= '0' && bytes[i] <= '9';
    }
    if (fits) return at;
  }
  return bytes.size();
}

/// How much of the bytes a rejected frame takes: to its own end, the next frame start, or the end
/// of its line; 0 while that is not known. Nothing before `scanned` needs to be looked at again.
std::size_t rejected_length(std::string_view bytes, std::size_t own_end, bool ended,
                            std::size_t most, std::size_t& scanned) {
  const std::size_t next = find_frame_start(bytes, std::max<std::size_t>(2, scanned));
  std::size_t end = own_end;
  if (own_end == 0) {
    const std::size_t line = bytes.find("\r\n", std::max(head_bytes, scanned));
    if (line != npos) end = line + 2;
  }
  if (next != npos && (end == 0 || next < end)) end = next;
  if (end == 0 && (ended || bytes.size() >= most)) end = bytes.size();
  scanned = bytes.size() < head_bytes ? 0 : bytes.size() - head_bytes;
  return std::min(end, most);
}

}  // namespace

FrameReader::FrameReader(FrameOptions options) : options_(std::move(options)) {}

void FrameReader::append(std::string_view bytes) {
  if (begin_ == buffer_.size()) {
    buffer_.clear();
    begin_ = 0;
  } else if (begin_ > buffer_.size() / 2) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  buffer_.append(bytes);
  if (bytes.empty()) return;
  paused_ = false;
  ended_ = false;
}

bool FrameReader::inside_frame() const {
  const std::string_view rest = std::string_view(buffer_).substr(begin_);
  return frame_starts(rest, 0) ||
         (rest.size() < head_bytes && !rest.empty() && partial_start(rest) == 0);
}

bool FrameReader::take(Span& span, Span::Status status, std::size_t length, Reason reason) {
  span.status = status;
  span.offset = offset_;
  span.bytes = std::string_view(buffer_).substr(begin_, length);
  span.reason = reason;
  begin_ += length;
  offset_ += length;
  return true;
}

bool FrameReader::next_rubbish(Span& span, std::string_view rest, std::size_t start, bool found) {
  if (tail_owed_) {
    const std::size_t tail = std::min(rest.find_first_not_of("\r\n"), rest.size());
    if (tail > 0) {
      const std::size_t length = std::min<std::size_t>(tail, 2);
      tail_owed_ = rest.substr(0, length) == "\r";
      return take(span, Span::Status::Skipped, length, Reason::LateTail);
    }
    tail_owed_ = false;
  }
  const std::size_t length = std::min(start, options_.skipped_bytes_max);
  const bool known = found || ended_ || start >= options_.skipped_bytes_max;
  if (!known || length == 0) return false;
  return take(span, Span::Status::Skipped, length, Reason::NotAFrame);
}

bool FrameReader::next(Span& span) {
  span = {};
  const std::string_view rest = std::string_view(buffer_).substr(begin_);
  if (rest.empty()) return false;
  if (!frame_starts(rest, 0)) {
    const std::size_t found = find_frame_start(rest, 0);
    const std::size_t start = found != npos ? found : ended_ ? rest.size() : partial_start(rest);
    return next_rubbish(span, rest, start, found != npos);
  }
  tail_owed_ = false;
  if (!refused_) {
    const Parsed parsed = parse_frame(rest, ended_, paused_, options_, header_, plain_);
    if (parsed.step == Parsed::Step::NeedMore) return false;
    if (parsed.step == Parsed::Step::Rejected) {
      refused_ = {parsed.reason, parsed.warnings, parsed.length, 0};
    } else {
      span.frame = parsed.frame;
      tail_owed_ = parsed.without_tail && paused_;
      return take(span, Span::Status::Accepted, parsed.length, {});
    }
  }
  const std::size_t most = options_.frame_bytes_max;
  const Refused refused = *refused_;
  const std::size_t length =
      rejected_length(rest, refused.own_end, ended_, most, refused_->scanned);
  if (length == 0) return false;
  refused_.reset();
  span.warnings = refused.warnings;
  const bool given_up = length == most && refused.reason != Reason::CrcMismatch;
  return take(span, Span::Status::Rejected, length,
              given_up ? Reason::FrameTooLong : refused.reason);
}

Result<Frame, Reason> read_frame(std::string_view bytes, const FrameOptions& options,
                                 FrameScratch& scratch) {
  if (bytes.empty()) return Unexpected{Reason::EmptyRecord};
  if (bytes.size() < head_bytes && partial_start(bytes) == 0) return Unexpected{Reason::Truncated};
  if (!frame_starts(bytes, 0)) return Unexpected{Reason::NotAFrame};
  const Parsed parsed = parse_frame(bytes, true, false, options, scratch.header, scratch.plain);
  if (parsed.step == Parsed::Step::Rejected) return Unexpected{parsed.reason};
  if (parsed.length != bytes.size()) return Unexpected{Reason::TrailingBytes};
  return parsed.frame;
}

}  // namespace parkwatch::hj212
