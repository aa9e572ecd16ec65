// Reads any bytes as a stream in pieces, as one record, and encodes what was accepted.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ingest/decoder.h"
#include "ingest/hj212/frame_json.h"
#include "ingest/hj212/writer.h"
#include "model/check.h"

namespace {

using namespace parkwatch;

std::optional<hj212::Sm4Key> key_of(std::string_view) {
  return hj212::Sm4Key{'0', '0', '0', '0', '0', '0', '0', '0',
                       '0', '0', '0', '0', '0', '0', '0', '0'};
}

hj212::FrameOptions options_of(std::uint8_t choice) {
  hj212::FrameOptions options;
  options.strict = (choice & 1U) != 0;
  options.modbus_crc = (choice & 2U) != 0;
  if ((choice & 4U) != 0) options.keys = key_of;
  options.frame_bytes_max = 4096;
  options.skipped_bytes_max = 256;
  return options;
}

/// The lines of the stream; every byte is covered once and accepted frames encode to themselves.
std::string read_stream(std::string_view stream, std::size_t piece, std::uint8_t choice) {
  const hj212::FrameOptions options = options_of(choice);
  hj212::FrameReader reader(options);
  static hj212::FrameJsonWriter writers[] = {{key_of, false}, {key_of, true}};
  hj212::FrameJsonWriter& writer = writers[options.strict ? 1 : 0];
  static hj212::FrameJsonReader encoder(key_of);
  hj212::Span span;
  std::string lines;
  std::size_t covered = 0;
  const auto drain = [&] {
    while (reader.next(span)) {
      check(span.offset == covered);
      check(!span.bytes.empty());
      check(stream.substr(covered, span.bytes.size()) == span.bytes);
      covered += span.bytes.size();
      std::string line;
      const bool accepted = writer.append(span, line);
      std::string frame;
      if (accepted) {
        check(encoder.append(line, frame) == hj212::LineOutcome::Written);
        check(frame == span.bytes);
      }
      lines += line;
    }
    check(reader.pending() <= options.frame_bytes_max + piece);
  };
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    reader.append(stream.substr(at, piece));
    drain();
  }
  reader.finish();
  drain();
  check(covered == stream.size());
  return lines;
}

/// The decoder on one record, its values within the record.
void decode(std::string_view bytes, std::uint8_t choice) {
  Decoder::Options options;
  options.frames = options_of(choice);
  options.codes_2005 = {{"02", "a21026"}};
  Decoder decoder(std::move(options));
  RecordView record;
  record.payload = bytes;
  record.content_type = ContentType::Hj212;
  const auto first = decoder.decode(record);
  const std::size_t items = first ? (*first)->reading.items.size() : 0;
  const auto second = decoder.decode(record);
  check(first.has_value() == second.has_value());
  if (second) check((*second)->reading.items.size() == items);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t piece = 1 + data[1];
  check(read_stream(stream, piece, data[0]) == read_stream(stream, stream.size() + 1, data[0]));
  decode(stream, data[0]);
  // The segment with a right length and checksum, so that what is behind them is reached too.
  if (stream.size() <= 9999) {
    std::string frame;
    hj212::append_frame(stream, frame);
    decode(frame, data[0]);
    read_stream(frame, piece, data[0]);
  }
  return 0;
}
