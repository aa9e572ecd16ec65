#include <simdjson.h>

#include <cstdio>

#include "ingest/base64.h"
#include "ingest/capture_file.h"
#include "ingest/file_handle.h"

namespace parkwatch {

namespace {

void append_string(std::string& line, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  line += '"';
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (letter == '"' || letter == '\\') {
      line += '\\';
      line += letter;
    } else if (byte < 0x20) {
      line += "\\u00";
      line += digits[byte >> 4];
      line += digits[byte & 15];
    } else {
      line += letter;
    }
  }
  line += '"';
}

void append_bytes(std::string& line, std::string_view bytes) {
  if (simdjson::validate_utf8(bytes.data(), bytes.size())) {
    append_string(line, bytes);
    return;
  }
  line += R"({"base64":")";
  line += base64_encode(bytes);
  line += R"("})";
}

void append_time(std::string& line, const RecordView& record) {
  const bool appended = record.append_time_ms >= 0;
  const bool created = !appended && record.create_time_ms >= 0;
  line += R"(,"timestamp":)";
  if (appended || created) {
    line += std::to_string(appended ? record.append_time_ms : record.create_time_ms);
  } else {
    line += "null";
  }
  line += R"(,"timestamp_type":")";
  line += appended ? "append" : created ? "create" : "none";
  line += '"';
}

void append_headers(std::string& line, const RecordView& record) {
  line += R"(,"headers":[)";
  bool first = true;
  for (const auto& [name, value] : record.headers) {
    line += first ? "[" : ",[";
    append_bytes(line, name);
    line += ',';
    append_bytes(line, value);
    line += ']';
    first = false;
  }
  line += ']';
}

}  // namespace

std::string capture_line(const PartitionId& id, const RecordView& record) {
  std::string line;
  line.reserve(record.payload.size() + 256);
  line += R"({"topic":)";
  append_string(line, id.topic);
  line += R"(,"partition":)" + std::to_string(id.partition);
  line += R"(,"offset":)" + std::to_string(record.offset);
  append_time(line, record);
  append_headers(line, record);
  line += R"(,"key":)";
  if (record.key.data()) {
    append_bytes(line, record.key);
  } else {
    line += "null";
  }
  line += R"(,"payload":)";
  if (record.tombstone) {
    line += "null";
  } else {
    append_bytes(line, record.payload);
  }
  line += "}\n";
  return line;
}

struct CaptureWriter::Impl {
  explicit Impl(const std::string& path) : file(path, "we", stdout) {}
  FileHandle file;
};

CaptureWriter::CaptureWriter(const std::string& path) : impl_(std::make_unique<Impl>(path)) {}

CaptureWriter::~CaptureWriter() = default;

void CaptureWriter::write(const PartitionId& id, const RecordView& record) {
  const std::string line = capture_line(id, record);
  if (std::fwrite(line.data(), 1, line.size(), impl_->file.get()) != line.size()) {
    impl_->file.fail("writing");
  }
}

void CaptureWriter::flush() {
  if (std::fflush(impl_->file.get()) != 0) impl_->file.fail("writing");
}

}  // namespace parkwatch
