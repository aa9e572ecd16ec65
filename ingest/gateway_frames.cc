// What the gateway does with the bytes of a connection, up to the hand-over to Kafka.
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "ingest/gateway.h"
#include "ingest/gateway_dialogue.h"
#include "ingest/hj212/commands.h"

namespace parkwatch {

namespace {

using hj212::Field;

std::size_t version_index(int version) {
  return version == 2005 ? 0 : version == 2017 ? 1 : 2;
}

}  // namespace

void Gateway::read_from(GatewayConnection& connection) {
  const ssize_t count = recv(connection.socket, read_buffer_.data(), read_buffer_.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count < 0) {
    close(connection, Close::Broken);
    return;
  }
  const auto bytes = std::string_view(read_buffer_).substr(0, static_cast<std::size_t>(count));
  if (!take_bytes(connection, bytes, count == 0) || count > 0) return;
  // The peer may only have ended its own direction, and still read answers.
  if (connection.answers_due == 0 && connection.out.empty()) {
    close(connection, Close::Peer);
  } else {
    connections_.stop_reading(connection);
  }
}

/// False: the connection was closed.
bool Gateway::take_bytes(GatewayConnection& connection, std::string_view bytes, bool ended) {
  connection.last_bytes = patient_now();
  if (!connection.reader) {
    connection.reader = spare_reader_ ? std::move(spare_reader_)
                                      : std::make_unique<hj212::FrameReader>(options_.frames);
  }
  connection.reader->append(bytes);
  if (ended) connection.reader->finish();
  if (!extract(connection, *connection.reader)) return false;
  if (connection.reader->idle()) spare_reader_ = std::move(connection.reader);
  return true;
}

bool Gateway::extract(GatewayConnection& connection, hj212::FrameReader& reader) {
  hj212::Span span;
  bool progress = false;
  while (reader.next(span)) {
    progress = true;
    if (span.status == hj212::Span::Status::Accepted) {
      take_frame(connection, span.frame);
    } else {
      take_rubbish(connection, span);
    }
    if (connection.rubbish_bytes > options_.rubbish_bytes_max) {
      close(connection, Close::Rubbish);
      return false;
    }
  }
  if (reader.pending() == 0) {
    connection.partial_since.reset();
  } else if (progress || !connection.partial_since) {
    connection.partial_since = patient_now();
  }
  return true;
}

void Gateway::take_frame(GatewayConnection& connection, const hj212::Frame& frame) {
  hj212::parse_header(frame.segment, segment_);
  connection.any_frame = true;
  connection.last_frame = patient_now();
  connection.rubbish_bytes = 0;
  GatewayCounters::Frames& counted = counters_.frames[version_index(segment_.version)];
  counted.received += 1;
  const hj212::Command* command = hj212::find_command(segment_.field(Field::Cn));
  if (command == nullptr) counters_.unknown_commands += 1;
  if (command != nullptr && command->number == hj212::cn::heartbeat) counters_.heartbeats += 1;

  const std::string mn(segment_.field(Field::Mn));
  const auto facts = mn.empty() ? std::nullopt : directory_(mn, stamp());
  if (!facts) {
    take_unregistered(connection, frame, mn, counted);
    return;
  }
  if (const auto other = twins_.note(mn, connection.address, now_)) {
    counters_.twin_addresses += 1;
    tell(GatewayEvent::Kind::TwinAddress,
         "MN " + mn + " is used from " + connection.address + " and " + *other + " at once");
  }
  bool answer_due = reply_to(segment_) != Reply::None;
  if (!facts->password.empty() && segment_.field(Field::Pw) != facts->password) {
    counters_.wrong_passwords += 1;
    answer_due = false;
    if (password_events_.take(mn, now_)) {
      tell(GatewayEvent::Kind::WrongPassword,
           "MN " + mn + " sends a wrong password from " + connection.address);
    }
  } else {
    note_device(connection, *facts, segment_);
  }
  submit(connection, facts->park, frame.bytes, answer_due);
}

void Gateway::take_unregistered(GatewayConnection& connection, const hj212::Frame& frame,
                                std::string_view mn, GatewayCounters::Frames& counted) {
  counted.not_monitored += 1;
  const std::string key(mn.empty() ? std::string_view(connection.address) : mn);
  if (!unregistered_.take(key, now_)) {
    counters_.unregistered_limited += 1;
    return;
  }
  submit(connection, key, frame.bytes, reply_to(segment_) != Reply::None);
}

/// What is no intact frame is evidence too: of a registered device always, else within a budget.
void Gateway::take_rubbish(GatewayConnection& connection, const hj212::Span& span) {
  std::string key = connection.address;
  bool known = false;
  if (span.status == hj212::Span::Status::Rejected) {
    counters_.rejected[static_cast<std::size_t>(span.reason)] += 1;
    constexpr std::size_t head = 6;
    hj212::parse_header(span.bytes.substr(std::min(head, span.bytes.size())), segment_);
    const std::string mn(segment_.field(Field::Mn));
    const auto facts = mn.empty() ? std::nullopt : directory_(mn, stamp());
    known = facts.has_value();
    if (known) key = facts->park;
  } else {
    counters_.skipped_bytes += span.bytes.size();
    if (span.reason == Reason::LateTail) return;
  }
  if (!known) connection.rubbish_bytes += span.bytes.size();
  const std::uint64_t size = span.bytes.size();
  const std::uint64_t kept = known ? size : rubbish_.take_up_to(connection.address, size, now_);
  counters_.rubbish_bytes_kept += kept;
  counters_.rubbish_bytes_dropped += size - kept;
  if (kept > 0) submit(connection, std::move(key), span.bytes.substr(0, kept), false);
}

void Gateway::note_device(GatewayConnection& connection, const DeviceFacts& facts,
                          const hj212::Segment& segment) {
  const std::string mn(segment.field(Field::Mn));
  Heard& heard = heard_[mn];
  if (heard.connection != connection.id) {
    heard.connection = connection.id;
    const auto& known = connection.devices;
    if (std::find(known.begin(), known.end(), mn) == known.end()) connection.devices.push_back(mn);
    const std::chrono::seconds two_reports(2 * facts.report_interval_s + 60);
    connection.idle_timeout =
        std::max<std::chrono::milliseconds>(connection.idle_timeout, two_reports);
  }
  heard.version = segment.version;
  heard.st = segment.field(Field::St);
  heard.password = segment.field(Field::Pw);
  const hj212::Command* command = hj212::find_command(segment.field(Field::Cn));
  const int number = command == nullptr ? 0 : command->number;
  if (number != hj212::cn::request_answer && number != hj212::cn::execution_result) return;
  hj212::parse_items(segment_);
  commands_.hear(mn, segment_, now_);
}

void Gateway::on_delivered(const SpooledFrame& frame) {
  if (!frame.downlink.empty()) {
    send_command(frame);
    return;
  }
  hj212::FrameScratch scratch;
  const auto read = hj212::read_frame(frame.payload, options_.frames, scratch);
  if (!read) return;  // evidence of something broken
  hj212::parse_header(read->segment, segment_);
  GatewayCounters::Frames& counted = counters_.frames[version_index(segment_.version)];
  counted.acknowledged += 1;
  if (frame.connection != 0) answer(frame);
}

void Gateway::answer(const SpooledFrame& frame) {
  GatewayCounters::Frames& counted = counters_.frames[version_index(segment_.version)];
  GatewayConnection* connection = connections_.find(frame.connection);
  if (connection == nullptr) {
    counted.unanswerable += 1;
    return;
  }
  connection->answers_due -= 1;
  const bool wants_clock = segment_.field(Field::Cn) == "1013";
  const std::string mn(segment_.field(Field::Mn));
  const auto heard = heard_.find(mn);
  if (connections_.send(*connection, reply_bytes(segment_, reply_to(segment_)))) {
    counted.answered += 1;
  }
  if (!wants_clock || heard == heard_.end()) return;
  const auto facts = directory_(mn, stamp());
  if (facts && facts->time_master) set_clock_of(mn, segment_);
}

}  // namespace parkwatch
