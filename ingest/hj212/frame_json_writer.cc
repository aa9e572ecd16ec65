#include <algorithm>

#include "ingest/hj212/frame_json.h"
#include "ingest/hj212/writer.h"

namespace parkwatch::hj212 {

namespace {

void append_member(std::string_view name, std::uint64_t number, std::string& out) {
  out.append("\"").append(name).append("\":").append(std::to_string(number));
}

void append_warnings(Warnings warnings, std::string& out) {
  out.append(",\"warnings\":[");
  bool first = true;
  for (int i = 0; i < warning_count; ++i) {
    const Warning warning = static_cast<Warning>(i);
    if (!warnings.has(warning)) continue;
    if (!first) out.push_back(',');
    first = false;
    append_json_text(warning_name(warning), out);
  }
  out.push_back(']');
}

/// A number that JSON writes with the same digits.
bool plain_number(std::string_view text) {
  if (text.empty() || text.size() > 3 || (text[0] == '0' && text.size() > 1)) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void append_value(const Item& item, std::string& out) {
  if (item.has_value) {
    append_json_text(item.value, out);
  } else {
    out.append("null");
  }
}

void append_refused(bool rejected, Reason reason, Warnings warnings, std::string& out) {
  out.append(",\"status\":").append(rejected ? "\"rejected\"" : "\"skipped\"");
  out.append(",\"reason\":\"").append(reason_name(reason)).append("\"");
  if (warnings.any()) append_warnings(warnings, out);
  out.append("}\n");
}

}  // namespace

/// Header names are shown as the standard writes them, each once.
void FrameJsonWriter::append_header(std::string& out) {
  out.append(",\"header\":{");
  names_.clear();
  for (const HeaderField& field : segment_.header) {
    std::string_view name = field.name;
    for (std::size_t i = 0; i < field_count; ++i) {
      const Field known = static_cast<Field>(i);
      if (segment_.has(known) && segment_.field(known).data() == field.value.data()) {
        name = field_name(known);
      }
    }
    if (!names_.add(name).fresh) continue;
    if (names_.size() > 1) out.push_back(',');
    append_json_text(name, out);
    out.push_back(':');
    if (name == "Flag" && plain_number(field.value)) {
      out.append(field.value);
    } else {
      append_json_text(field.value, out);
    }
  }
  out.push_back('}');
}

/// The values of the attribute of items_[first] within [first, last): one, or a list.
void FrameJsonWriter::append_attribute(std::size_t first, std::size_t last, std::string& out) {
  const auto same = [this, first](const Item& item) {
    return item.attribute == items_[first].attribute;
  };
  const auto begin = items_.begin() + static_cast<std::ptrdiff_t>(first);
  const auto end = items_.begin() + static_cast<std::ptrdiff_t>(last);
  const bool list = std::count_if(begin, end, same) > 1;
  repeated_ = repeated_ || list;
  if (list) out.push_back('[');
  for (auto item = begin; item != end; ++item) {
    if (!same(*item)) continue;
    if (item != begin) out.push_back(',');
    append_value(*item, out);
  }
  if (list) out.push_back(']');
}

/// The items [first, last) of one name.
void FrameJsonWriter::append_group(std::size_t first, std::size_t last, std::string& out) {
  append_json_text(items_[first].factor, out);
  out.push_back(':');
  bool bare = true;
  for (std::size_t i = first; i < last; ++i) bare = bare && items_[i].attribute.empty();
  if (bare) return append_attribute(first, last, out);
  out.push_back('{');
  for (std::size_t i = first; i < last; ++i) {
    bool shown = false;
    for (std::size_t j = first; j < i; ++j) {
      shown = shown || items_[j].attribute == items_[i].attribute;
    }
    if (shown) continue;
    if (i != first) out.push_back(',');
    append_json_text(items_[i].attribute, out);
    out.push_back(':');
    append_attribute(i, last, out);
  }
  out.push_back('}');
}

void FrameJsonWriter::append_items(std::string& out) {
  names_.clear();
  order_.clear();
  const auto add = [this](const Item& item) {
    order_.emplace_back(names_.add(item.factor).number, item);
  };
  // A data time that no calendar has stands among the items, so that it is not lost.
  if (segment_.data_time.data() != nullptr && !segment_.time) {
    add({"DataTime", {}, segment_.data_time, true});
  }
  for (const Item& item : segment_.items) add(item);
  std::stable_sort(order_.begin(), order_.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  items_.clear();
  for (const auto& [number, item] : order_) items_.push_back(item);
  repeated_ = false;
  out.append(",\"items\":{");
  for (std::size_t first = 0; first < items_.size();) {
    std::size_t last = first + 1;
    while (last < items_.size() && order_[last].first == order_[first].first) ++last;
    if (first > 0) out.push_back(',');
    append_group(first, last, out);
    first = last;
  }
  out.push_back('}');
}

/// Whether the line, complete but for its end, gives the same bytes back.
bool FrameJsonWriter::rebuilds(std::string_view line, std::string_view bytes) {
  std::string complete(line);
  complete.push_back('}');
  frame_.clear();
  return members_reader_.read(complete, members_) == LineOutcome::Written &&
         append_frame_of(members_, keys_, frame_) == LineOutcome::Written && frame_ == bytes;
}

void FrameJsonWriter::append_accepted(const Span& span, Warnings warnings, std::string& out) {
  out.append(",\"status\":\"accepted\",");
  append_member("version", static_cast<std::uint64_t>(segment_.version), out);
  if (span.frame.encrypted) out.append(",\"encrypted\":true");
  append_header(out);
  out.append(",\"time\":");
  if (segment_.time) {
    append_json_text(zoned_text(segment_.time->milliseconds(), china_standard_time), out);
  } else {
    out.append("null");
  }
  append_items(out);
  if (repeated_) warnings.add(Warning::RepeatedItem);
  append_warnings(warnings, out);
}

bool FrameJsonWriter::append(const Span& span, std::string& out) {
  const std::size_t start = out.size();
  out.push_back('{');
  append_member("offset", span.offset, out);
  out.push_back(',');
  append_member("length", span.bytes.size(), out);
  if (span.status != Span::Status::Accepted) {
    const bool rejected = span.status == Span::Status::Rejected;
    append_refused(rejected, span.reason, span.warnings, out);
    return false;
  }
  parse_segment(span.frame.segment, segment_);
  Warnings warnings = span.frame.warnings;
  warnings.add(segment_.warnings);
  if (strict_ && warnings.any()) {
    append_refused(true, Reason::NonConforming, warnings, out);
    return false;
  }
  append_accepted(span, warnings, out);
  if (!rebuilds(std::string_view(out).substr(start), span.bytes)) {
    out.append(",\"raw\":");
    append_json_text(span.bytes, out);
  }
  out.append("}\n");
  return true;
}

/// Whether the bytes of `raw` are still what the other members say.
bool FrameJsonReader::raw_is_current() {
  FrameOptions options;
  options.modbus_crc = true;
  options.keys = keys_;
  const Result<Frame, Reason> frame = read_frame(*members_.raw, options, scratch_);
  if (!frame) return false;
  Span span;
  span.status = Span::Status::Accepted;
  span.bytes = frame->bytes;
  span.frame = *frame;
  line_.clear();
  writer_.append(span, line_);
  return members_reader_.read(line_, raw_members_) == LineOutcome::Written &&
         members_.same_content(raw_members_);
}

LineOutcome FrameJsonReader::append(std::string_view line, std::string& out) {
  const LineOutcome read = members_reader_.read(line, members_);
  if (read != LineOutcome::Written) return read;
  if (!members_.raw || !raw_is_current()) return append_frame_of(members_, keys_, out);
  out.append(*members_.raw);
  return LineOutcome::Written;
}

}  // namespace parkwatch::hj212
