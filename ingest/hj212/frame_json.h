#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/hj212/frame.h"
#include "ingest/hj212/frame_members.h"
#include "ingest/hj212/segment.h"
#include "ingest/name_set.h"

namespace parkwatch::hj212 {

/// A JSON string of any bytes, quotes included, appended to `out`. Bytes that are not UTF-8 become
/// U+EF80 to U+EFFF (the byte plus U+EF00), and so do the bytes of those characters themselves, so
/// that `restore_bytes` gives every text back.
void append_json_text(std::string_view bytes, std::string& out);

/// The bytes that `append_json_text` wrote, from the string's value.
std::string restore_bytes(std::string_view value);

/// Writes stretches of a stream as JSON, one object a line.
///
/// A frame that header, time and items alone would not give back byte for byte carries its bytes in
/// the member `raw` besides.
class FrameJsonWriter {
 public:
  /// `strict`: a frame whose segment deviates from the standard is shown as rejected.
  FrameJsonWriter(KeyLookup keys, bool strict) : keys_(std::move(keys)), strict_(strict) {}

  /// Appends the line of a span, with its line feed. True when it shows an accepted frame.
  bool append(const Span& span, std::string& out);

 private:
  void append_accepted(const Span& span, Warnings warnings, std::string& out);
  void append_header(std::string& out);
  void append_items(std::string& out);
  void append_group(std::size_t first, std::size_t last, std::string& out);
  void append_attribute(std::size_t first, std::size_t last, std::string& out);
  bool rebuilds(std::string_view line, std::string_view bytes);

  KeyLookup keys_;
  bool strict_;
  Segment segment_;
  NameSet names_;
  std::vector<Item> items_;  // as shown: those of one name together
  std::vector<std::pair<std::size_t, Item>> order_;
  bool repeated_ = false;
  FrameMembersReader members_reader_;
  FrameMembers members_;
  std::string frame_;
};

/// Builds frames from the lines of a FrameJsonWriter.
class FrameJsonReader {
 public:
  explicit FrameJsonReader(const KeyLookup& keys) : keys_(keys), writer_(keys, false) {}

  /// Appends the frame of a line to `out`. The member `raw` counts only while the others say the
  /// same; in an edited line they do.
  LineOutcome append(std::string_view line, std::string& out);

 private:
  bool raw_is_current();

  KeyLookup keys_;
  FrameJsonWriter writer_;
  FrameMembersReader members_reader_;
  FrameMembers members_;
  FrameMembers raw_members_;
  FrameScratch scratch_;
  std::string line_;
};

}  // namespace parkwatch::hj212
