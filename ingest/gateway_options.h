#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "ingest/delivery_line.h"
#include "ingest/hj212/frame.h"
#include "ingest/minute_budget.h"
#include "ingest/reason.h"
#include "ingest/twin_watch.h"
#include "model/time.h"

namespace parkwatch {

/// What the gateway has to know about a registered device.
struct DeviceFacts {
  std::string park;            // key of its records
  int report_interval_s = 60;  // lengthens the idle time-out of slow reporters
  bool time_master = false;    // we answer its 1013 with 1012
  std::string password;        // PW of its frames; empty: not checked
};

/// Finds a device in the active registry; nothing when the MN is not registered. Called for every
/// frame on the gateway's thread: it must be quick.
using Directory = std::function<std::optional<DeviceFacts>(std::string_view mn, ReceivedTime at)>;

/// The time that frames are stamped with. The gateway never stamps later than the real time.
using ReceivedClock = std::function<ReceivedTime()>;

/// Something an operator should read; the counters hold how often.
struct GatewayEvent {
  enum class Kind : std::uint8_t {
    Listening,     // began or resumed
    NotListening,  // the spool is full, or the port cannot be had
    KafkaAway,
    KafkaBack,
    SpoolTorn,    // the end of the spool was damaged and cut
    TwinAddress,  // one MN from two addresses at once
    WrongPassword,
  };
  Kind kind = Kind::Listening;
  std::string text;
};

struct GatewayOptions {
  std::string listen_host = "0.0.0.0";  // an IPv4 or IPv6 address
  std::uint16_t port = 9212;            // 0: one of the kernel's choice
  DeliveryLine::Options delivery;
  hj212::FrameOptions frames;

  std::size_t connections_max = 10'000;
  std::size_t connections_per_address_max = 256;
  std::size_t read_bytes_per_turn = 4 * 1024;  // of one connection, so that all get their turn
  std::size_t write_bytes_max = 64 * 1024;     // answers that a logger does not take
  std::chrono::milliseconds first_frame_timeout{60'000};
  std::chrono::milliseconds frame_timeout{30'000};  // from the first byte of a frame to its last
  std::chrono::milliseconds pause_after{500};  // then a frame without its tail is taken as it is
  std::chrono::milliseconds idle_timeout{600'000};   // without any frame; longer for slow reporters
  std::chrono::milliseconds answer_timeout{30'000};  // after the peer's end, for answers still due
  std::uint64_t rubbish_bytes_max = 16 * 1024;       // of one connection since its last frame

  /// Frames a minute of one unregistered MN, and of all.
  MinuteBudget::Options unregistered{.per_key = 120, .in_all = 12'000};
  /// Bytes kept a minute that are no intact frame of a registered device, of one address and of
  /// all.
  MinuteBudget::Options rubbish{.per_key = 8 * 1024, .in_all = 1024 * 1024};
  TwinWatch::Options twins;

  bool downlink = false;  // 反控; off: no command but 1012 where we are time master
  std::set<int> downlink_allowed{1011, 1061, 1063, 2011, 2031, 2041, 2051,
                                 2061, 3017, 3018, 3019, 3020, 3022, 3024};
  std::size_t commands_max = 1'000;  // waiting for a logger
  std::chrono::milliseconds command_timeout{10'000};
  int command_retries = 3;

  std::chrono::milliseconds drain_timeout{10'000};  // on stop
  std::function<void(const GatewayEvent&)> on_event;
};

/// What the gateway has seen and done since it started; a plain copy.
struct GatewayCounters {
  enum class Close : std::uint8_t {
    Peer,
    Broken,
    NoFirstFrame,
    FrameTimeout,
    Idle,
    Rubbish,
    SlowReader,
    SpoolFull,
    Stop,
  };
  static constexpr std::size_t close_count = 9;
  enum class Refusal : std::uint8_t { PerAddress, InAll, NoDescriptor };
  static constexpr std::size_t refusal_count = 3;
  static constexpr std::size_t reason_count = static_cast<std::size_t>(Reason::TooManyValues) + 1;

  struct Frames {
    std::uint64_t received = 0;      // intact frames
    std::uint64_t acknowledged = 0;  // by the broker
    std::uint64_t answered = 0;
    std::uint64_t unanswerable = 0;   // acknowledged, an answer was due, but the logger had gone
    std::uint64_t not_monitored = 0;  // of devices that are not registered
  };

  std::uint64_t connections_open = 0;
  std::uint64_t connections_accepted = 0;
  std::array<std::uint64_t, refusal_count> connections_refused{};
  std::array<std::uint64_t, close_count> connections_closed{};
  std::array<Frames, 3> frames{};                      // by version: 2005, 2017, 2025
  std::array<std::uint64_t, reason_count> rejected{};  // frames by Reason
  std::uint64_t skipped_bytes = 0;                     // outside any frame
  std::uint64_t rubbish_bytes_kept = 0;  // of rejected frames and skipped bytes, as evidence
  std::uint64_t rubbish_bytes_dropped = 0;
  std::uint64_t unregistered_limited = 0;  // frames beyond the rate of unregistered MNs
  std::uint64_t heartbeats = 0;
  std::uint64_t unknown_commands = 0;
  std::uint64_t wrong_passwords = 0;
  std::uint64_t twin_addresses = 0;
  std::uint64_t commands_sent = 0;
  std::uint64_t commands_refused = 0;
  std::chrono::milliseconds held_back{0};  // no logger was read: Kafka had yet to acknowledge
  std::uint64_t unanswered = 0;            // now: frames not yet with Kafka
  std::uint64_t spool_bytes = 0;
  std::uint64_t spool_frames = 0;
  std::uint64_t spool_torn_bytes = 0;
  DeliveryLine::Counters delivery;
  DeliveryLine::State delivery_state = DeliveryLine::State::Direct;
  bool listening = false;
  std::string not_ready;  // the reason; empty: ready
};

/// "peer", "frame_timeout" and so on; for labels.
std::string_view close_name(GatewayCounters::Close close);
std::string_view refusal_name(GatewayCounters::Refusal refusal);

}  // namespace parkwatch
