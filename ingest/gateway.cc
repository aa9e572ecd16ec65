#include "ingest/gateway.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace parkwatch {

namespace {

constexpr std::uint64_t listener_token = 0;
constexpr std::chrono::milliseconds sweep_interval{250};
constexpr std::chrono::milliseconds quiet_wait{100};
constexpr std::chrono::milliseconds delivery_wait{2};
constexpr std::chrono::milliseconds listen_retry{1'000};

}  // namespace

Gateway::Gateway(GatewayOptions options, Producer& producer, Directory directory,
                 ReceivedClock clock)
    : options_(std::move(options)),
      producer_(producer),
      directory_(std::move(directory)),
      clock_(std::move(clock)),
      listener_(options_.listen_host, options_.port),
      connections_(options_, loop_, counters_),
      commands_(options_),
      unregistered_(options_.unregistered),
      rubbish_(options_.rubbish),
      password_events_({.per_key = 1, .in_all = 60}),
      twins_(options_.twins),
      read_buffer_(options_.read_bytes_per_turn, '\0'),
      line_(
          options_.delivery, producer_, [this](const SpooledFrame& frame) { on_delivered(frame); },
          [this] { loop_.wake(); }) {
  counters_.spool_torn_bytes = line_.spool().torn_bytes();
  if (counters_.spool_torn_bytes > 0) {
    tell(GatewayEvent::Kind::SpoolTorn,
         "the spool ended in a damaged record: " + std::to_string(counters_.spool_torn_bytes) +
             " bytes cut; loggers re-send what was not answered");
  }
  listener_.open();
  port_ = listener_.port();
  loop_.add(listener_.socket(), listener_token, true, false);
  tell(GatewayEvent::Kind::Listening, "listening on port " + std::to_string(port_));
  publish();
}

Gateway::~Gateway() = default;

void Gateway::run(std::stop_token stop) {
  const std::stop_callback wake(stop, [this] { loop_.wake(); });
  while (!stop.stop_requested()) turn();
  drain();
}

void Gateway::turn() {
  const Clock::time_point last = now_;
  now_ = Clock::now();
  // First of all: a queue of loggers that want in must not overflow while others are busy.
  if (listener_.is_open()) connections_.accept_from(listener_.socket(), patient_now());
  const bool reads = line_.has_room();
  if (reads) {
    const bool waits = line_.in_flight() > 0;
    for (const ReadyEvent& event : loop_.wait(waits ? delivery_wait : quiet_wait)) {
      now_ = Clock::now();
      GatewayConnection* connection = connections_.find(event.token);
      if (connection == nullptr) continue;
      if (event.writable && !connections_.send_queued(*connection)) continue;
      if (event.broken && connection->peer_ended) {
        close(*connection, Close::Broken);
      } else if ((event.readable || event.broken) && !connection->peer_ended) {
        read_from(*connection);
      }
    }
  } else {
    // The loggers wait in their sockets until Kafka has caught up.
    producer_.poll(delivery_wait);
  }
  now_ = Clock::now();
  if (!reads) held_back_ += now_ - last;
  serve_orders();
  line_.turn(now_);
  connections_.flush();
  watch_delivery();
  if (now_ >= next_sweep_) sweep();
  publish();
}

ReceivedTime Gateway::stamp() const {
  const auto real = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  return std::min(clock_(), ReceivedTime(real.count()));
}

bool Gateway::submit(GatewayConnection& connection, std::string key, std::string_view bytes,
                     bool answer_due) {
  SpooledFrame frame;
  frame.connection = answer_due ? connection.id : 0;
  frame.received = stamp();
  frame.key = std::move(key);
  frame.payload = bytes;
  if (!line_.submit(std::move(frame), now_)) return false;
  if (answer_due) connection.answers_due += 1;
  return true;
}

void Gateway::watch_delivery() {
  const DeliveryLine::State state = line_.state();
  if (state != told_state_ && state == DeliveryLine::State::Away) {
    tell(GatewayEvent::Kind::KafkaAway, "Kafka does not acknowledge; frames wait in the spool");
  }
  if (state != told_state_ && state == DeliveryLine::State::Direct) {
    tell(GatewayEvent::Kind::KafkaBack, "Kafka acknowledges again");
  }
  told_state_ = state;
  if (line_.full() && listener_.is_open()) stop_listening("the spool is full");
  if (!line_.full() && !listener_.is_open() && now_ >= next_listen_) listen();
}

void Gateway::listen() {
  next_listen_ = now_ + listen_retry;
  try {
    listener_.open();
  } catch (const std::system_error& error) {
    not_listening_ = error.what();
    return;
  }
  loop_.add(listener_.socket(), listener_token, true, false);
  not_listening_.clear();
  tell(GatewayEvent::Kind::Listening, "listening again on port " + std::to_string(port_));
}

void Gateway::stop_listening(const std::string& why) {
  loop_.remove(listener_.socket());
  listener_.close();
  for (const std::uint64_t id : connections_.ids()) close(*connections_.find(id), Close::SpoolFull);
  not_listening_ = why;
  next_listen_ = now_ + listen_retry;
  tell(GatewayEvent::Kind::NotListening, "closed all connections and the port: " + why);
}

void Gateway::sweep() {
  next_sweep_ = now_ + sweep_interval;
  for (const std::uint64_t id : connections_.ids()) {
    GatewayConnection* connection = connections_.find(id);
    if (connection != nullptr) sweep_connection(*connection);
  }
  for (const auto& [mn, waiting] : commands_.due(now_)) submit_command(mn, *waiting);
}

void Gateway::sweep_connection(GatewayConnection& connection) {
  const Clock::time_point now = patient_now();
  const bool silent = now - connection.last_bytes >= options_.pause_after;
  if (connection.partial_since && silent) {
    if (connection.reader->inside_frame()) {
      connection.reader->pause();
    } else {
      connection.reader->finish();  // a modem's greeting, not the beginning of anything
    }
    if (!extract(connection, *connection.reader)) return;
  }
  if (connection.partial_since && now - *connection.partial_since > options_.frame_timeout) {
    close_with_rest(connection, Close::FrameTimeout);
  } else if (connection.peer_ended) {
    const bool done = connection.answers_due == 0 && connection.out.empty();
    if (done || now - connection.last_bytes > options_.answer_timeout) {
      close(connection, Close::Peer);
    }
  } else if (!connection.any_frame && now - connection.opened > options_.first_frame_timeout) {
    close_with_rest(connection, Close::NoFirstFrame);
  } else if (now - connection.last_frame > connection.idle_timeout) {
    close_with_rest(connection, Close::Idle);
  }
}

/// What has arrived of an unfinished frame is evidence.
void Gateway::close_with_rest(GatewayConnection& connection, Close why) {
  if (connection.partial_since) {
    connection.reader->finish();
    if (!extract(connection, *connection.reader)) return;
  }
  close(connection, why);
}

void Gateway::close(GatewayConnection& connection, Close why) {
  for (const std::string& mn : connection.devices) {
    const auto entry = heard_.find(mn);
    if (entry != heard_.end() && entry->second.connection == connection.id) heard_.erase(entry);
  }
  connections_.close(connection, why);
}

void Gateway::tell(GatewayEvent::Kind kind, std::string text) {
  if (options_.on_event) options_.on_event({kind, std::move(text)});
}

void Gateway::publish() {
  counters_.delivery = line_.counters();
  counters_.delivery_state = line_.state();
  counters_.held_back = std::chrono::duration_cast<std::chrono::milliseconds>(held_back_);
  counters_.spool_bytes = line_.spool().bytes();
  counters_.spool_frames = line_.spool().undelivered();
  counters_.unanswered = line_.unacknowledged();
  counters_.listening = listener_.is_open();
  if (!listener_.is_open()) {
    counters_.not_ready = "not listening: " + not_listening_;
  } else if (line_.state() == DeliveryLine::State::Direct) {
    counters_.not_ready.clear();
  } else {
    counters_.not_ready = "kafka does not acknowledge; frames in the spool: " +
                          std::to_string(line_.spool().undelivered());
  }
  const std::scoped_lock lock(snapshot_mutex_);
  snapshot_ = counters_;
}

GatewayCounters Gateway::snapshot() const {
  const std::scoped_lock lock(snapshot_mutex_);
  return snapshot_;
}

void Gateway::drain() {
  if (listener_.is_open()) {
    loop_.remove(listener_.socket());
    listener_.close();
  }
  not_listening_ = "stopping";
  line_.finish(options_.drain_timeout);
  connections_.flush();
  for (const std::uint64_t id : connections_.ids()) close(*connections_.find(id), Close::Stop);
  publish();
}

}  // namespace parkwatch
