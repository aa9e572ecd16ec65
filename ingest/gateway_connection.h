#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "ingest/event_loop.h"
#include "ingest/gateway_options.h"
#include "ingest/hj212/frame.h"

namespace parkwatch {

/// One logger's connection.
struct GatewayConnection {
  using Clock = std::chrono::steady_clock;

  std::uint64_t id = 0;
  int socket = -1;
  std::string address;                         // without port
  std::unique_ptr<hj212::FrameReader> reader;  // only while it holds bytes
  std::string out;                             // answers that the socket has not taken yet
  bool waits_for_write = false;
  bool waits_for_flush = false;
  bool peer_ended = false;  // it sends no more, but may wait for answers
  bool any_frame = false;
  Clock::time_point opened{}, last_bytes{}, last_frame{};
  std::optional<Clock::time_point> partial_since;  // first byte of the frame not yet complete
  std::chrono::milliseconds idle_timeout{};
  std::uint64_t rubbish_bytes = 0;   // since the last frame
  std::uint64_t answers_due = 0;     // frames handed on and not yet acknowledged
  std::vector<std::string> devices;  // registered MNs heard on it
};

/// The connections of a gateway with their limits; owns the sockets.
/// Threads: one owner.
class GatewayConnections {
 public:
  using Clock = GatewayConnection::Clock;
  using Close = GatewayCounters::Close;

  GatewayConnections(const GatewayOptions& options, EventLoop& loop, GatewayCounters& counters);
  ~GatewayConnections();
  GatewayConnections(const GatewayConnections&) = delete;
  GatewayConnections& operator=(const GatewayConnections&) = delete;

  /// Accepts what waits at the listening socket, closing what is beyond the limits at once.
  void accept_from(int listener, Clock::time_point now);
  GatewayConnection* find(std::uint64_t id);
  void close(GatewayConnection& connection, Close why);
  void close_all(Close why);

  /// Queues bytes for `flush`, so that one call sends the answers of a whole turn. False: the
  /// connection was closed because its peer does not read.
  bool send(GatewayConnection& connection, std::string_view bytes);
  /// Sends what was queued since the last call.
  void flush();
  bool send_queued(GatewayConnection& connection);
  /// Stops asking for input of a connection whose peer has ended.
  void stop_reading(GatewayConnection& connection);

  /// The ids of all connections; for sweeps that may close some.
  const std::vector<std::uint64_t>& ids();
  std::size_t size() const { return connections_.size(); }

 private:
  void admit(int socket, std::string address, Clock::time_point now);
  void refuse_without_descriptor(int listener);

  const GatewayOptions& options_;
  EventLoop& loop_;
  GatewayCounters& counters_;
  std::unordered_map<std::uint64_t, std::unique_ptr<GatewayConnection>> connections_;
  std::unordered_map<std::string, std::size_t> per_address_;
  std::vector<std::uint64_t> ids_;
  std::vector<std::uint64_t> to_flush_;
  std::uint64_t next_id_;
  int reserve_ = -1;  // a descriptor to give up when there is no other
};

}  // namespace parkwatch
