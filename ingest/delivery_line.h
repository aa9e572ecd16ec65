#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "ingest/producer.h"
#include "ingest/spool.h"

namespace parkwatch {

/// Brings frames to the input topic in order of arrival and tells when the broker has each of them.
/// When Kafka is away, what is not acknowledged waits in the spool; when it is back the spool goes
/// first. Every frame handed over is delivered at least once, or stays in the spool, or is counted
/// as dropped.
/// Threads: one owner; the producer's callbacks may come from any thread.
class DeliveryLine {
 public:
  using Clock = std::chrono::steady_clock;

  struct Options {
    std::string topic = "parkwatch.input.v1";
    Spool::Options spool;
    std::size_t in_flight_max = 20'000;  // frames given to the producer, not yet acknowledged
    std::size_t in_flight_bytes_max = std::size_t{64} << 20;
    std::chrono::milliseconds stall_after{5'000};  // no acknowledgement for so long: Kafka is away
    std::chrono::milliseconds probe_interval{1'000};  // between tries while Kafka is away
  };

  enum class State : std::uint8_t {
    Direct = 0,    // frames go straight to the producer
    Away = 1,      // Kafka does not acknowledge: frames go to the spool
    Draining = 2,  // Kafka is back: the spool goes first, new frames queue up behind it
  };

  struct Counters {
    std::uint64_t delivered = 0;
    std::uint64_t spooled = 0;
    std::uint64_t dropped = 0;  // neither delivered nor kept: the spool was full
    std::uint64_t refused = 0;  // larger than the producer takes
    std::uint64_t failed_deliveries = 0;
  };

  /// Called from `turn` for every frame the broker has acknowledged, once or (after a stall) more.
  using OnDelivered = std::function<void(const SpooledFrame&)>;
  /// Called from any thread when there is work for `turn`.
  using OnWork = std::function<void()>;

  DeliveryLine(Options options, Producer& producer, OnDelivered on_delivered, OnWork on_work);
  /// Puts what is still in flight into the spool.
  ~DeliveryLine();
  DeliveryLine(const DeliveryLine&) = delete;
  DeliveryLine& operator=(const DeliveryLine&) = delete;

  /// Takes a frame (its sequence is given here). False: there is no room for it anywhere, nobody
  /// may count on it. Throws BrokerUnavailable when the producer is beyond use.
  bool submit(SpooledFrame frame, Clock::time_point now);
  /// Serves acknowledgements, time-outs and the spool.
  void turn(Clock::time_point now);
  /// Waits for acknowledgements until `timeout`, then puts the rest into the spool. True if every
  /// frame is with Kafka or in the spool.
  bool finish(std::chrono::milliseconds timeout);

  /// Whether more frames may be submitted in this turn without passing a bound.
  bool has_room() const;
  /// The spool can take no more: nobody should be listened to until `recovered`.
  bool full() const { return full_; }
  State state() const { return state_; }
  std::size_t in_flight() const { return in_flight_.size(); }
  /// Frames taken that the broker has not acknowledged.
  std::uint64_t unacknowledged() const { return spool_.undelivered() + in_flight_unspooled_; }
  const Spool& spool() const { return spool_; }
  const Counters& counters() const { return counters_; }

 private:
  struct InFlight {
    SpooledFrame frame;
    Clock::time_point since;
    bool spooled = false;
  };
  struct Inbox;

  bool produce(SpooledFrame frame, Clock::time_point now, bool spooled);
  bool spool_frame(const SpooledFrame& frame);
  bool spool_in_flight(InFlight& entry);
  SpooledFrame forget(std::map<std::uint64_t, InFlight>::iterator entry);
  void take_deliveries(Clock::time_point now);
  void delivered(std::uint64_t sequence);
  void go_away(Clock::time_point now);
  void probe(Clock::time_point now);
  void drain(Clock::time_point now);
  bool produce_next_spooled(Clock::time_point now);
  void note_delivered_prefix();

  Options options_;
  Producer& producer_;
  OnDelivered on_delivered_;
  std::shared_ptr<Inbox> inbox_;
  Spool spool_;
  State state_ = State::Direct;
  bool full_ = false;
  std::map<std::uint64_t, InFlight> in_flight_;  // by sequence
  std::size_t in_flight_bytes_ = 0;
  std::uint64_t in_flight_unspooled_ = 0;
  std::uint64_t last_sequence_ = 0;
  std::uint64_t last_read_ = 0;              // last sequence taken from the spool
  std::optional<SpooledFrame> held_;         // read from the spool, refused by a full producer
  std::set<std::uint64_t> delivered_ahead_;  // spooled, delivered, after one that is not yet
  Clock::time_point next_probe_{};
  Counters counters_;
};

}  // namespace parkwatch
