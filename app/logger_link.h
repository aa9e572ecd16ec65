#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>

#include "app/frame_ledger.h"
#include "app/simulated_logger.h"
#include "ingest/event_loop.h"
#include "ingest/hj212/frame.h"

namespace parkwatch {

/// How simulated loggers behave on the network; the defaults are those of HJ 212-2017 6.1.
struct LoggerLinkOptions {
  std::string host = "127.0.0.1";  // an IPv4 address
  std::uint16_t port = 0;
  int addresses = 1;  // on loopback: loggers come from so many addresses
  int window = 8;     // frames sent and not yet answered
  std::chrono::milliseconds answer_timeout{10'000};
  int retries = 3;     // of a frame on one connection; then the logger connects anew
  int sends_max = 12;  // of a frame in all; then it is given up
  std::chrono::milliseconds reconnect_min{200};
  std::chrono::milliseconds reconnect_max{5'000};
  int backlog_on_reconnect = 0;  // reports sent again after each reconnection
};

/// What the links of one thread count together.
struct LoggerLinkCounters {
  std::uint64_t connects = 0;
  std::uint64_t reconnects = 0;
  std::uint64_t lost = 0;  // connections ended by the other side
  std::uint64_t repeats = 0;
  std::uint64_t commands = 0;  // answered with 9011 and 9012
  std::chrono::steady_clock::time_point last_reconnect{};
};

/// One simulated logger on its TCP connection: sends what is due, waits for 9014, repeats after the
/// time-out, connects anew with growing pauses, and keeps what it could not send.
/// Threads: one owner.
class LoggerLink {
 public:
  using Clock = std::chrono::steady_clock;

  LoggerLink(std::uint64_t token, SimulatedLogger logger, const LoggerLinkOptions& options,
             EventLoop& loop, FrameLedger& ledger, LoggerLinkCounters& counters);
  ~LoggerLink();
  LoggerLink(const LoggerLink&) = delete;
  LoggerLink& operator=(const LoggerLink&) = delete;

  /// Does what is due at real time `now` and simulated time `simulated`.
  void turn(Clock::time_point now, EventTime simulated);
  void on_event(const ReadyEvent& event, Clock::time_point now, EventTime simulated);
  /// Notes every frame not answered yet in the ledger.
  void give_up();

  bool connected() const { return state_ == State::Open; }
  /// No frame whose turn has come is waiting to be sent or answered.
  bool idle() const { return unsent_.empty() && awaiting_.empty(); }
  bool has_unsent() const { return !unsent_.empty(); }
  SimulatedLogger& logger() { return logger_; }

 private:
  enum class State : std::uint8_t { Closed, Connecting, Open };
  struct Sent {
    SimulatedFrame frame;
    Clock::time_point at{};
    int sends = 0;       // in all
    int sends_here = 0;  // on this connection
  };

  void fetch(EventTime simulated);
  void connect(Clock::time_point now);
  void opened(EventTime simulated);
  void close(Clock::time_point now);
  void send_due(Clock::time_point now);
  void repeat_overdue(Clock::time_point now);
  void flush(Clock::time_point now);
  void read(Clock::time_point now);
  void take_answer(const hj212::Frame& frame);
  void settle(const Sent& sent, bool answered);

  std::uint64_t token_;
  SimulatedLogger logger_;
  const LoggerLinkOptions& options_;
  EventLoop& loop_;
  FrameLedger& ledger_;
  LoggerLinkCounters& counters_;
  State state_ = State::Closed;
  int socket_ = -1;
  bool ever_open_ = false;
  bool waits_for_write_ = false;
  std::string out_;
  hj212::FrameReader reader_;
  hj212::Segment segment_;
  Clock::time_point next_try_{};
  std::chrono::milliseconds pause_{0};
  std::deque<Sent> unsent_;    // their turn has come
  std::deque<Sent> awaiting_;  // an answer
};

}  // namespace parkwatch
