#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>

#include "ingest/delivery_line.h"
#include "ingest/event_loop.h"
#include "ingest/gateway_commands.h"
#include "ingest/gateway_connection.h"
#include "ingest/gateway_listener.h"
#include "ingest/gateway_options.h"
#include "ingest/producer.h"

namespace parkwatch {

/// The TCP server that HJ 212 data loggers report to. Every intact frame, and what is broken as
/// evidence, goes to the input topic as received, with the time it came; a frame is answered only
/// after the broker's acknowledgement. One thread serves all connections.
/// Threads: `run` on one; `snapshot` and `command` from any; callbacks come on the thread of `run`.
class Gateway {
 public:
  /// Listens from here on (see `port`). Throws std::system_error when the address, port or spool
  /// can not be had. `producer` outlives the gateway.
  Gateway(GatewayOptions options, Producer& producer, Directory directory, ReceivedClock clock);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  /// Serves until `stop`, then drains: no more frames are taken, what is in flight is awaited
  /// within `drain_timeout` and answered, the rest goes into the spool. Throws BrokerUnavailable
  /// when the producer is beyond use; frames in flight go into the spool.
  void run(std::stop_token stop);

  std::uint16_t port() const { return port_; }
  /// As of the last turn of the loop.
  GatewayCounters snapshot() const;
  /// Orders a command; `on_outcome` is called once. Evidence of it and of every answer goes to the
  /// input topic before it is sent.
  void command(DownlinkCommand command, OnOutcome on_outcome);

 private:
  using Clock = std::chrono::steady_clock;
  using Close = GatewayCounters::Close;

  /// Where a registered device was heard last.
  struct Heard {
    std::uint64_t connection = 0;
    int version = 2017;
    std::string st, password;
  };

  void turn();
  void read_from(GatewayConnection& connection);
  bool take_bytes(GatewayConnection& connection, std::string_view bytes, bool ended);
  bool extract(GatewayConnection& connection, hj212::FrameReader& reader);
  void take_frame(GatewayConnection& connection, const hj212::Frame& frame);
  void take_unregistered(GatewayConnection& connection, const hj212::Frame& frame,
                         std::string_view mn, GatewayCounters::Frames& counted);
  void take_rubbish(GatewayConnection& connection, const hj212::Span& span);
  void note_device(GatewayConnection& connection, const DeviceFacts& facts,
                   const hj212::Segment& segment);
  bool submit(GatewayConnection& connection, std::string key, std::string_view bytes,
              bool answer_due);
  void on_delivered(const SpooledFrame& frame);
  void answer(const SpooledFrame& frame);
  void set_clock_of(std::string_view mn, const hj212::Segment& segment);

  void serve_orders();
  void send_order(GatewayCommands::Order order);
  void send_command(const SpooledFrame& frame);
  bool submit_command(const std::string& mn, const GatewayCommands::Waiting& waiting);

  void sweep();
  void sweep_connection(GatewayConnection& connection);
  void close(GatewayConnection& connection, Close why);
  void close_with_rest(GatewayConnection& connection, Close why);
  void watch_delivery();
  void listen();
  void stop_listening(const std::string& why);
  void tell(GatewayEvent::Kind kind, std::string text);
  void publish();
  void drain();
  ReceivedTime stamp() const;
  /// The clock of the loggers' time-outs: it stands still while none of them is read.
  Clock::time_point patient_now() const { return now_ - held_back_; }
  EventTime fresh_qn();

  GatewayOptions options_;
  Producer& producer_;
  Directory directory_;
  ReceivedClock clock_;
  GatewayCounters counters_;
  EventLoop loop_;
  GatewayListener listener_;
  GatewayConnections connections_;
  GatewayCommands commands_;
  MinuteBudget unregistered_;
  MinuteBudget rubbish_;
  MinuteBudget password_events_;
  TwinWatch twins_;
  std::unordered_map<std::string, Heard> heard_;  // by MN, registered devices only
  std::unique_ptr<hj212::FrameReader> spare_reader_;
  hj212::Segment segment_;
  std::string read_buffer_;
  Clock::time_point now_ = Clock::now();
  Clock::duration held_back_{};
  Clock::time_point next_sweep_{};
  Clock::time_point next_listen_{};
  DeliveryLine::State told_state_ = DeliveryLine::State::Direct;
  std::string not_listening_;
  std::int64_t last_qn_ms_ = 0;
  std::uint16_t port_ = 0;
  mutable std::mutex snapshot_mutex_;
  GatewayCounters snapshot_;
  DeliveryLine line_;  // last: its callbacks reach the members above
};

}  // namespace parkwatch
