#include <simdjson.h>

#include <optional>
#include <vector>

#include "ingest/base64.h"
#include "ingest/capture_file.h"
#include "ingest/file_handle.h"
#include "ingest/record_headers.h"
#include "model/check.h"

namespace parkwatch {

namespace {

using simdjson::dom::element;

constexpr std::size_t line_bytes_max = 64U << 20;
constexpr std::size_t members = 8;

/// A record with the memory that its views point into; reused from read to read.
struct Stored {
  std::string key;
  std::string payload;
  std::vector<std::pair<std::string, std::string>> headers;
};

/// Reads the members of one line; the first fault met is kept and the rest is void.
class LineReader {
 public:
  explicit LineReader(const simdjson::dom::object& object) : object_(object) {
    if (object.size() != members) fail("a capture line has exactly 8 members");
  }

  const char* fault() const { return fault_; }

  std::int64_t integer(std::string_view name, std::int64_t largest) {
    std::int64_t value = 0;
    if (object_[name].get(value) != simdjson::SUCCESS || value < 0 || value > largest) {
      fail("partition, offset or timestamp is no whole number in range");
    }
    return value;
  }

  std::string text(std::string_view name) {
    std::string_view value;
    if (object_[name].get(value) != simdjson::SUCCESS) fail("topic or timestamp_type is no text");
    return std::string(value);
  }

  /// False for null.
  bool bytes(std::string_view name, std::string& out) {
    element value;
    if (object_[name].get(value) != simdjson::SUCCESS) {
      fail("key or payload is missing");
      return false;
    }
    if (value.is_null()) return false;
    read_bytes(value, out);
    return true;
  }

  void headers(std::vector<std::pair<std::string, std::string>>& out) {
    simdjson::dom::array list;
    if (object_["headers"].get(list) != simdjson::SUCCESS) return fail("headers are no list");
    out.resize(list.size());
    std::size_t index = 0;
    for (const element one : list) {
      simdjson::dom::array pair;
      if (one.get(pair) != simdjson::SUCCESS || pair.size() != 2) {
        return fail("a header is no pair [name, value]");
      }
      read_bytes(pair.at(0).value(), out[index].first);
      read_bytes(pair.at(1).value(), out[index].second);
      ++index;
    }
  }

  void time(RecordView& record) {
    const std::string type = text("timestamp_type");
    const bool none = object_["timestamp"].is_null();
    if (type == "append" && !none) {
      record.append_time_ms = integer("timestamp", INT64_MAX);
    } else if (type == "create" && !none) {
      record.create_time_ms = integer("timestamp", INT64_MAX);
    } else if (type != "none" || !none) {
      fail("timestamp and timestamp_type do not fit");
    }
  }

 private:
  void fail(const char* reason) {
    if (!fault_) fault_ = reason;
  }

  void read_bytes(const element& value, std::string& out) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) {
      out = text;
      return;
    }
    simdjson::dom::object object;
    const bool encoded = value.get(object) == simdjson::SUCCESS && object.size() == 1 &&
                         object["base64"].get(text) == simdjson::SUCCESS;
    std::optional<std::string> decoded = encoded ? base64_decode(text) : std::nullopt;
    if (!decoded) return fail("bytes are neither text nor {\"base64\":...}");
    out = std::move(*decoded);
  }

  const simdjson::dom::object object_;
  const char* fault_ = nullptr;
};

}  // namespace

struct CaptureReader::Impl {
  explicit Impl(const std::string& path) : file(path, "re", stdin) {}

  /// The next line without its end, or nothing at the end of the file.
  bool next_line();
  const char* parse(Stored& stored, CapturedRecord& captured);

  FileHandle file;
  simdjson::dom::parser parser;
  std::string line;
  std::string buffer = std::string(1U << 16, '\0');
  std::size_t buffer_at = 0;
  std::size_t buffer_size = 0;
  std::size_t line_number = 0;
  bool spent = false;
  std::vector<Stored> stored;
  std::vector<CapturedRecord> records;
};

bool CaptureReader::Impl::next_line() {
  line.clear();
  ++line_number;
  while (line.size() <= line_bytes_max) {
    if (buffer_at == buffer_size) {
      buffer_at = 0;
      buffer_size = std::fread(buffer.data(), 1, buffer.size(), file.get());
      if (buffer_size == 0 && std::ferror(file.get())) file.fail("reading");
      if (buffer_size == 0) return !line.empty();
    }
    const std::string_view rest(buffer.data() + buffer_at, buffer_size - buffer_at);
    const std::size_t end = rest.find('\n');
    line += rest.substr(0, end);
    buffer_at += end == std::string_view::npos ? rest.size() : end + 1;
    if (end != std::string_view::npos) return true;
  }
  return true;  // too long, which the parser refuses
}

/// The reason why the line is no record; nullptr when it is one.
const char* CaptureReader::Impl::parse(Stored& into, CapturedRecord& captured) {
  if (line.size() > line_bytes_max) return "the line is longer than 64 MiB";
  simdjson::dom::object object;
  if (parser.parse(line).get(object) != simdjson::SUCCESS) return "the line is no JSON object";
  LineReader reader(object);
  RecordView record;
  captured.id.topic = reader.text("topic");
  captured.id.partition = static_cast<std::int32_t>(reader.integer("partition", INT32_MAX));
  record.offset = reader.integer("offset", INT64_MAX);
  reader.time(record);
  reader.headers(into.headers);
  if (reader.bytes("key", into.key)) record.key = into.key;
  record.tombstone = !reader.bytes("payload", into.payload);
  if (!record.tombstone) record.payload = into.payload;
  for (const auto& [name, value] : into.headers) record.headers.emplace_back(name, value);
  read_headers(record);
  captured.record = std::move(record);
  return reader.fault();
}

CaptureReader::CaptureReader(const std::string& path) : impl_(std::make_unique<Impl>(path)) {}

CaptureReader::~CaptureReader() = default;

Result<std::span<const CapturedRecord>, CaptureFault> CaptureReader::read(std::size_t maximum) {
  check(maximum >= 1 && !impl_->spent);
  impl_->records.resize(maximum);
  impl_->stored.resize(maximum);  // no growth below: the views point into it
  std::size_t count = 0;
  while (count < maximum && impl_->next_line()) {
    const char* reason = impl_->parse(impl_->stored[count], impl_->records[count]);
    if (reason) {
      impl_->spent = true;
      return Unexpected{CaptureFault{impl_->line_number, reason}};
    }
    ++count;
  }
  return std::span<const CapturedRecord>(impl_->records.data(), count);
}

bool looks_like_capture(std::string_view text) {
  return text.starts_with(R"({"topic":)");
}

}  // namespace parkwatch
