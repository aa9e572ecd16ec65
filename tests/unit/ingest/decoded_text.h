#pragma once

#include <string>
#include <string_view>

#include "ingest/decoder.h"

namespace parkwatch {

inline RecordView hj212_record(std::string_view payload) {
  RecordView record;
  record.payload = payload;
  record.content_type = ContentType::Hj212;
  return record;
}

inline RecordView json_record(std::string_view payload) {
  RecordView record;
  record.payload = payload;
  record.content_type = ContentType::Json;
  return record;
}

/// "factor|attribute=text" of each item, then "!factor|attribute=text:reason" of each rejected one.
inline std::string values_text(const Decoded& decoded) {
  std::string text;
  const auto add = [&text](std::string_view mark, const auto& value) {
    if (!text.empty()) text += ' ';
    text.append(mark).append(value.factor).append("|").append(value.attribute).append("=");
    text.append(value.text);
  };
  for (const ReadingItem& item : decoded.reading.items) add("", item);
  for (const RejectedValue& value : decoded.rejected) {
    add("!", value);
    text.append(":").append(reason_name(value.reason));
  }
  return text;
}

/// Its values, or the reason why the record was refused in brackets; "tick", "control" and
/// "document" for those.
inline std::string outcome_of(Decoder& decoder, const RecordView& record) {
  const Result<const Decoded*, Reason> decoded = decoder.decode(record);
  if (!decoded) return "<" + std::string(reason_name(decoded.error())) + ">";
  switch ((*decoded)->type) {
    case RecordType::Reading:
      return values_text(**decoded);
    case RecordType::Tick:
      return "tick";
    case RecordType::Control:
      return "control";
    case RecordType::Document:
      return "document";
  }
  return {};
}

}  // namespace parkwatch
