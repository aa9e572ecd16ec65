#include "app/hj212_command.h"

#include <cstdint>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "app/secrets.h"
#include "ingest/hj212/frame_json.h"

namespace parkwatch {

namespace {

using hj212::LineOutcome;

hj212::KeyLookup keys_of(const Hj212Options& options) {
  if (options.keys_file.empty()) return {};
  return read_secrets(options.keys_file).by_mn();
}

void write(std::string& text, std::ostream& out) {
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  if (!out) throw std::runtime_error("cannot write the output");
  text.clear();
}

/// Calls `run` with the named file or standard input.
template <class Run>
ExitCode with_input(const std::string& file, Run run) {
  if (file == "-") return run(std::cin);
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error(file + ": cannot be read");
  return run(in);
}

std::string_view fault_of(LineOutcome outcome) {
  switch (outcome) {
    case LineOutcome::Written:
      return "";
    case LineOutcome::NotAccepted:
      return "not an accepted frame";
    case LineOutcome::Malformed:
      return "not a line of `hj212 decode`";
    case LineOutcome::Unwritable:
      return "cannot be written as a frame: too long, or a separator inside a text";
    case LineOutcome::NoKey:
      return "encrypted, and the key of its MN is not known";
  }
  return "";
}

}  // namespace

ExitCode hj212_decode(const Hj212Options& options, std::istream& in, std::ostream& out) {
  hj212::FrameOptions frames;
  frames.strict = options.strict;
  frames.modbus_crc = options.modbus_crc;
  frames.keys = keys_of(options);
  hj212::FrameJsonWriter writer(frames.keys, options.strict);
  hj212::FrameReader reader(frames);
  hj212::Span span;
  std::string lines;
  bool all_accepted = true;
  std::string bytes(options.read_bytes, '\0');
  do {
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (in.bad()) throw std::runtime_error("cannot read the input");
    reader.append(std::string_view(bytes).substr(0, static_cast<std::size_t>(in.gcount())));
    if (!in) reader.finish();
    while (reader.next(span)) {
      const bool accepted = writer.append(span, lines);
      all_accepted = all_accepted && accepted;
    }
    write(lines, out);
  } while (in);
  out.flush();
  return all_accepted ? ExitCode::Ok : ExitCode::Findings;
}

ExitCode hj212_decode(const Hj212Options& options) {
  return with_input(options.file,
                    [&](std::istream& in) { return hj212_decode(options, in, std::cout); });
}

ExitCode hj212_encode(const Hj212Options& options, std::istream& in, std::ostream& out,
                      std::ostream& faults) {
  hj212::FrameJsonReader reader(keys_of(options));
  std::string line;
  std::string frame;
  std::uint64_t number = 0;
  bool all_written = true;
  while (std::getline(in, line)) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const LineOutcome outcome =
        line.size() > options.line_bytes_max ? LineOutcome::Unwritable : reader.append(line, frame);
    if (outcome != LineOutcome::Written) {
      all_written = false;
      faults << "line " << number << ": " << fault_of(outcome) << '\n';
    }
    write(frame, out);
  }
  if (in.bad()) throw std::runtime_error("cannot read the input");
  out.flush();
  return all_written ? ExitCode::Ok : ExitCode::Findings;
}

ExitCode hj212_encode(const Hj212Options& options) {
  return with_input(options.file, [&](std::istream& in) {
    return hj212_encode(options, in, std::cout, std::cerr);
  });
}

}  // namespace parkwatch
