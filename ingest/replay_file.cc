#include "ingest/replay_file.h"

#include <simdjson.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <fstream>
#include <system_error>
#include <vector>

#include "ingest/topics.h"

namespace parkwatch {

namespace {

enum class Form { Capture, Readings, Reads, Frames };

Form form_of(std::string_view start) {
  if (looks_like_capture(start)) return Form::Capture;
  const std::size_t first = start.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first == std::string_view::npos || start[first] != '{') return Form::Frames;
  const std::string_view line = start.substr(0, start.find('\n'));
  const bool read = line.find("\"data\"") != std::string_view::npos &&
                    line.find("\"mn\"") == std::string_view::npos;
  return read ? Form::Reads : Form::Readings;
}

[[noreturn]] void fail(const std::string& path) {
  throw std::system_error(errno, std::generic_category(), path);
}

}  // namespace

struct ReplayFile::Impl {
  Impl(const std::string& path, Options given)
      : options(std::move(given)), name(path), frames(options.frames) {
    std::ifstream probe(path, std::ios::binary);
    if (!probe) fail(path);
    std::string start(4096, '\0');
    probe.read(start.data(), static_cast<std::streamsize>(start.size()));
    start.resize(static_cast<std::size_t>(probe.gcount()));
    form = form_of(start);
    if (form == Form::Capture) {
      capture = std::make_unique<CaptureReader>(path);
    } else {
      file.open(path, std::ios::binary);
      if (!file) fail(path);
    }
    next_offset = options.first_offset;
  }

  void add(std::string_view payload, ContentType type, std::optional<std::int64_t> received_ms) {
    kept.emplace_back(payload);
    CapturedRecord record;
    record.id = {std::string(input_topic), 0};
    record.record.offset = next_offset++;
    record.record.append_time_ms = -1;
    record.record.payload = kept.back();
    record.record.content_type = type;
    record.record.received_ms = received_ms.value_or(-1);
    records.push_back(std::move(record));
  }

  void add_frames(std::optional<std::int64_t> received_ms) {
    hj212::Span span;
    while (frames.next(span)) {
      const bool blank = span.status == hj212::Span::Status::Skipped &&
                         span.bytes.find_first_not_of("\r\n") == std::string_view::npos;
      if (!blank) add(span.bytes, ContentType::Hj212, received_ms);
    }
  }

  bool read_line(std::string& line) {
    if (!std::getline(file, line)) {
      if (file.bad()) fail(name);
      return false;
    }
    bytes += static_cast<std::int64_t>(line.size()) + 1;
    ++line_number;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return true;
  }

  std::optional<CaptureFault> read_readings(std::size_t maximum) {
    std::string line;
    while (records.size() < maximum && read_line(line)) {
      if (!line.empty()) add(line, ContentType::Json, std::nullopt);
    }
    return std::nullopt;
  }

  std::optional<CaptureFault> read_reads(std::size_t maximum) {
    std::string line;
    while (records.size() < maximum) {
      if (!read_line(line)) {
        frames.finish();
        add_frames(last_received);
        break;
      }
      if (line.empty()) continue;
      simdjson::dom::element read;
      std::string_view data;
      if (parser.parse(line).get(read) != simdjson::SUCCESS ||
          read["data"].get(data) != simdjson::SUCCESS) {
        return CaptureFault{line_number, "no JSON object with a member \"data\""};
      }
      std::string_view text;
      if (read["dir"].get(text) == simdjson::SUCCESS && text != "device>host") continue;
      if (read["at"].get(text) == simdjson::SUCCESS) {
        last_received = parse_iso_time(text);
        if (!last_received)
          return CaptureFault{line_number, "\"at\" is no ISO 8601 time with a zone"};
      }
      frames.append(data);
      frames.pause();
      add_frames(last_received);
    }
    return std::nullopt;
  }

  std::optional<CaptureFault> read_frames(std::size_t maximum) {
    std::string chunk(64 * 1024, '\0');
    while (records.size() < maximum && !ended) {
      file.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
      if (file.bad()) fail(name);
      const auto size = static_cast<std::size_t>(file.gcount());
      bytes += static_cast<std::int64_t>(size);
      ended = size == 0;
      if (ended) {
        frames.finish();
      } else {
        frames.append(std::string_view(chunk).substr(0, size));
      }
      add_frames(options.received_ms);
    }
    return std::nullopt;
  }

  Options options;
  std::string name;
  Form form = Form::Frames;
  std::unique_ptr<CaptureReader> capture;
  std::ifstream file;
  hj212::FrameReader frames;
  simdjson::dom::parser parser;
  std::int64_t next_offset = 0;
  std::int64_t bytes = 0;
  std::size_t line_number = 0;
  bool ended = false;
  std::optional<std::int64_t> last_received;
  std::deque<std::string> kept;
  std::vector<CapturedRecord> records;
};

ReplayFile::ReplayFile(const std::string& path, Options options)
    : impl_(std::make_unique<Impl>(path, std::move(options))) {}

ReplayFile::~ReplayFile() = default;

std::int64_t ReplayFile::bytes_read() const {
  return impl_->bytes;
}

Result<std::span<const CapturedRecord>, CaptureFault> ReplayFile::read(std::size_t maximum) {
  Impl& impl = *impl_;
  if (impl.form == Form::Capture) {
    auto result = impl.capture->read(maximum);
    if (result) {
      for (const CapturedRecord& record : *result) {
        impl.bytes += static_cast<std::int64_t>(record.record.payload.size());
      }
    }
    return result;
  }
  impl.records.clear();
  impl.kept.clear();
  std::optional<CaptureFault> fault;
  if (impl.form == Form::Readings) fault = impl.read_readings(maximum);
  if (impl.form == Form::Reads) fault = impl.read_reads(maximum);
  if (impl.form == Form::Frames) fault = impl.read_frames(maximum);
  if (fault) return Unexpected{*fault};
  return std::span<const CapturedRecord>(impl.records);
}

}  // namespace parkwatch
