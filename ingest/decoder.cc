#include "ingest/decoder.h"

#include <unordered_map>

#include "ingest/hj212/commands.h"
#include "ingest/hj212/segment.h"
#include "ingest/json_reader.h"
#include "ingest/readable_text.h"
#include "ingest/value_collector.h"
#include "model/check.h"

namespace parkwatch {

namespace {

using hj212::Field;
using hj212::Warning;

/// Lets the map of codes be searched by a view.
struct ViewHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};
using CodeMap = std::unordered_map<std::string, std::string, ViewHash, std::equal_to<>>;

Scheme scheme_of(int version) {
  if (version == 2025) return Scheme::Hj212v2025;
  return version == 2017 ? Scheme::Hj212v2017 : Scheme::Hj212v2005;
}

/// How a payload is written, where its header does not say.
ContentType sniff(std::string_view payload) {
  const std::size_t first = payload.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return ContentType::Unknown;
  if (payload[first] == '{') return ContentType::Json;
  return payload.starts_with("##") ? ContentType::Hj212 : ContentType::Unknown;
}

}  // namespace

struct Decoder::State {
  explicit State(Options given)
      : options(std::move(given)),
        json({options.json_bytes_max, options.json_depth_max, options.values_max}) {
    for (const auto& [old_code, code] : options.codes_2005) codes.emplace(old_code, code);
  }

  std::optional<Reason> read_frame(std::string_view payload);
  std::optional<Reason> read_report(Kind kind);
  std::string_view translated(std::string_view factor) const;

  Options options;
  CodeMap codes;
  JsonReader json;
  ValueCollector values;
  hj212::FrameScratch scratch;
  hj212::Segment segment;
  Decoded decoded;
};

Decoder::Decoder(Options options) : state_(std::make_unique<State>(std::move(options))) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;

/// Segments of version 2005 only: elsewhere the same letters could be a vendor's own code.
std::string_view Decoder::State::translated(std::string_view factor) const {
  if (segment.version != 2005 || codes.empty()) return factor;
  const auto found = codes.find(factor);
  return found == codes.end() ? factor : std::string_view(found->second);
}

std::optional<Reason> Decoder::State::read_report(Kind kind) {
  Reading& reading = decoded.reading;
  const std::string_view mn = segment.field(Field::Mn);
  if (mn.empty()) return Reason::NoMn;
  if (!readable_text(mn)) return Reason::InvalidUtf8;
  if (segment.data_time.empty()) return Reason::NoDataTime;
  if (!segment.time) return Reason::ImpossibleDataTime;
  reading.mn = mn;
  reading.kind = kind;
  reading.scheme = scheme_of(segment.version);
  reading.time = *segment.time;
  reading.resend = segment.resend;
  values.begin(decoded, options.values_max);
  std::string_view sent;  // consecutive items of one factor are translated once
  std::string_view factor;
  for (const hj212::Item& item : segment.items) {
    if (item.attribute.empty()) continue;  // a bare pair is no value of a factor
    if (item.factor != sent || sent.data() == nullptr) {
      sent = item.factor;
      factor = translated(sent);
    }
    values.add(factor, item.attribute, item.value);
  }
  if (!values.within_bound()) return Reason::TooManyValues;
  if (values.finish()) decoded.warnings.add(Warning::RepeatedItem);
  decoded.type = RecordType::Reading;
  return std::nullopt;
}

std::optional<Reason> Decoder::State::read_frame(std::string_view payload) {
  const Result<hj212::Frame, Reason> frame = hj212::read_frame(payload, options.frames, scratch);
  if (!frame) return frame.error();
  hj212::parse_segment(frame->segment, segment);
  decoded.warnings = frame->warnings;
  decoded.warnings.add(segment.warnings);
  if (options.frames.strict && decoded.warnings.any()) return Reason::NonConforming;
  if (segment.field(Field::Cn).empty()) return Reason::NoCommand;
  const hj212::Command* command = hj212::find_command(segment.field(Field::Cn));
  if (command == nullptr) return Reason::UnknownCommand;
  decoded.command = command->number;
  decoded.packet_count = segment.packet_count;
  decoded.packet_number = segment.packet_number;
  decoded.mn = segment.field(Field::Mn);
  bool has_values = false;
  for (const hj212::Item& item : segment.items) has_values |= !item.attribute.empty();
  // Without data time and values it is the platform asking for such data.
  const bool request = segment.data_time.data() == nullptr && !has_values;
  if (command->kind && !request) return read_report(*command->kind);
  decoded.type = RecordType::Control;
  return std::nullopt;
}

Result<const Decoded*, Reason> Decoder::decode(const RecordView& record) {
  State& state = *state_;
  Decoded& decoded = state.decoded;
  decoded.rejected.clear();
  decoded.reading.items.clear();
  decoded.reading.received.reset();
  decoded.received.reset();
  decoded.members = {};
  decoded.park = decoded.document_type = decoded.source = decoded.id = decoded.mn = {};
  decoded.command = 0;
  decoded.packet_count = decoded.packet_number = 1;
  decoded.warnings = {};
  decoded.unknown_members = 0;
  if (record.tombstone) return Unexpected{Reason::Tombstone};
  if (record.payload.empty()) return Unexpected{Reason::EmptyRecord};
  const bool named = record.content_type != ContentType::Unknown;
  std::optional<Reason> refused;
  switch (named ? record.content_type : sniff(record.payload)) {
    case ContentType::Hj212:
      refused = state.read_frame(record.payload);
      break;
    case ContentType::Json:
      refused = state.json.read(record.payload, state.values, decoded);
      break;
    case ContentType::Unknown:
      refused = Reason::UnknownContentType;
      break;
  }
  if (refused) return Unexpected{*refused};
  return &decoded;
}

}  // namespace parkwatch
