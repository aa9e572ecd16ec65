#include "app/logger_link.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "ingest/hj212/commands.h"
#include "ingest/hj212/writer.h"
#include "model/check.h"

namespace parkwatch {

namespace {

using hj212::Field;

/// Loopback addresses to come from, so that many loggers do not look like one.
void bind_to_address(int socket, std::uint64_t number) {
  sockaddr_in from{};
  from.sin_family = AF_INET;
  from.sin_addr.s_addr = htonl(0x7F010000U + 1U + static_cast<std::uint32_t>(number));
  const int yes = 1;
  (void)setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
  if (bind(socket, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0) {
    throw std::system_error(errno, std::generic_category(), "bind to a loopback address");
  }
}

sockaddr_in address_of(const LoggerLinkOptions& options) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(options.port);
  check(inet_pton(AF_INET, options.host.c_str(), &to.sin_addr) == 1);
  return to;
}

}  // namespace

LoggerLink::LoggerLink(std::uint64_t token, SimulatedLogger logger,
                       const LoggerLinkOptions& options, EventLoop& loop, FrameLedger& ledger,
                       LoggerLinkCounters& counters)
    : token_(token),
      logger_(std::move(logger)),
      options_(options),
      loop_(loop),
      ledger_(ledger),
      counters_(counters) {}

LoggerLink::~LoggerLink() {
  if (socket_ >= 0) ::close(socket_);
}

void LoggerLink::turn(Clock::time_point now, EventTime simulated) {
  if (state_ == State::Closed) {
    fetch(simulated);
    // As real loggers do, whether or not a report is due just now.
    const bool wanted = !unsent_.empty() || !ever_open_ || logger_.next_due();
    if (wanted && now >= next_try_ && !logger_.offline(simulated)) connect(now);
    return;
  }
  if (state_ == State::Connecting) {
    if (now - next_try_ > options_.answer_timeout) close(now);
    return;
  }
  if (logger_.offline(simulated) && awaiting_.empty()) {
    close(now);
    return;
  }
  fetch(simulated);
  repeat_overdue(now);
  if (state_ == State::Open) send_due(now);
}

/// Frames stay in the logger until they can be sent soon, so memory does not grow with a backlog.
void LoggerLink::fetch(EventTime simulated) {
  const auto enough = static_cast<std::size_t>(options_.window) * 2;
  while (unsent_.size() < enough) {
    auto frame = logger_.next(simulated);
    if (!frame) return;
    const bool held_back = state_ == State::Closed && ever_open_;
    if (held_back) mark_resent(*frame, logger_.device());
    unsent_.push_back({std::move(*frame), {}, 0, 0});
  }
}

void LoggerLink::connect(Clock::time_point now) {
  next_try_ = now;
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket_ < 0) throw std::system_error(errno, std::generic_category(), "socket");
  const int yes = 1;
  (void)setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (options_.addresses > 1) {
    bind_to_address(socket_, token_ % static_cast<std::uint64_t>(options_.addresses));
  }
  const sockaddr_in to = address_of(options_);
  const int result = ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  state_ = State::Connecting;
  loop_.add(socket_, token_, false, true);
  if (result != 0 && errno != EINPROGRESS) close(now);
}

void LoggerLink::opened(EventTime simulated) {
  state_ = State::Open;
  pause_ = std::chrono::milliseconds(0);
  reader_ = hj212::FrameReader();
  counters_.connects += 1;
  if (ever_open_) {
    counters_.reconnects += 1;
    counters_.last_reconnect = Clock::now();
    if (options_.backlog_on_reconnect > 0) {
      logger_.add_backlog(simulated, options_.backlog_on_reconnect);
    }
  }
  ever_open_ = true;
  waits_for_write_ = false;
  loop_.change(socket_, token_, true, false);
}

void LoggerLink::close(Clock::time_point now) {
  loop_.remove(socket_);
  ::close(socket_);
  socket_ = -1;
  if (state_ == State::Open) counters_.lost += 1;
  state_ = State::Closed;
  out_.clear();
  // The pause grows, and differs between loggers so that they do not all come at once.
  pause_ = std::clamp(pause_ * 2, options_.reconnect_min, options_.reconnect_max);
  const auto own = static_cast<std::int64_t>(mixed(token_, 1) % 50) + 50;
  next_try_ = now + pause_ * own / 100;
  while (!awaiting_.empty()) {
    Sent again = std::move(awaiting_.back());
    awaiting_.pop_back();
    again.sends_here = 0;
    unsent_.push_front(std::move(again));
  }
}

void LoggerLink::on_event(const ReadyEvent& event, Clock::time_point now, EventTime simulated) {
  if (state_ == State::Connecting) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0 || event.broken) {
      close(now);
    } else {
      opened(simulated);
      turn(now, simulated);
    }
    return;
  }
  if (state_ == State::Open && (event.readable || event.broken)) read(now);
  if (state_ == State::Open && event.writable) flush(now);
  if (state_ == State::Open) turn(now, simulated);
}

void LoggerLink::send_due(Clock::time_point now) {
  const auto window = static_cast<std::size_t>(options_.window);
  bool any = false;
  while (!unsent_.empty() && awaiting_.size() < window) {
    Sent sent = std::move(unsent_.front());
    unsent_.pop_front();
    out_ += sent.frame.bytes;
    sent.at = now;
    sent.sends += 1;
    sent.sends_here += 1;
    any = true;
    // Nobody answers a damaged frame.
    if (sent.frame.trouble == Trouble::Broken) {
      settle(sent, false);
    } else {
      awaiting_.push_back(std::move(sent));
    }
  }
  if (any) flush(now);
}

void LoggerLink::repeat_overdue(Clock::time_point now) {
  for (std::size_t i = 0; i < awaiting_.size();) {
    Sent& sent = awaiting_[i];
    if (now - sent.at < options_.answer_timeout) {
      ++i;
    } else if (sent.sends >= options_.sends_max) {
      settle(sent, false);
      awaiting_.erase(awaiting_.begin() + static_cast<std::ptrdiff_t>(i));
    } else if (sent.sends_here > options_.retries) {
      close(now);
      return;
    } else {
      out_ += sent.frame.bytes;
      sent.at = now;
      sent.sends += 1;
      sent.sends_here += 1;
      counters_.repeats += 1;
      ++i;
    }
  }
  if (!out_.empty() && !waits_for_write_) flush(now);
}

void LoggerLink::flush(Clock::time_point now) {
  std::size_t done = 0;
  while (done < out_.size()) {
    const ssize_t count = ::send(socket_, out_.data() + done, out_.size() - done, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) break;
    if (count < 0) {
      close(now);
      return;
    }
    done += static_cast<std::size_t>(count);
  }
  out_.erase(0, done);
  if (waits_for_write_ == out_.empty()) {
    waits_for_write_ = !out_.empty();
    loop_.change(socket_, token_, true, waits_for_write_);
  }
}

void LoggerLink::read(Clock::time_point now) {
  std::array<char, 4096> bytes;
  const ssize_t count = recv(socket_, bytes.data(), bytes.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) {
    close(now);
    return;
  }
  reader_.append(std::string_view(bytes.data(), static_cast<std::size_t>(count)));
  hj212::Span span;
  while (reader_.next(span)) {
    if (span.status == hj212::Span::Status::Accepted) take_answer(span.frame);
  }
}

void LoggerLink::take_answer(const hj212::Frame& frame) {
  hj212::parse_header(frame.segment, segment_);
  const std::string_view number = segment_.field(Field::Cn);
  if (number != "9014" && number != "9013") {
    // A command of the platform: accepted and carried out.
    counters_.commands += 1;
    hj212::append_answer(segment_, hj212::cn::request_answer, "QnRtn=1", out_);
    hj212::append_answer(segment_, hj212::cn::execution_result, "ExeRtn=1", out_);
    return;
  }
  const std::string_view qn = segment_.field(Field::Qn);
  const auto sent = std::find_if(awaiting_.begin(), awaiting_.end(),
                                 [&](const Sent& one) { return one.frame.qn == qn; });
  if (sent == awaiting_.end()) return;
  settle(*sent, true);
  awaiting_.erase(sent);
}

void LoggerLink::settle(const Sent& sent, bool answered) {
  ledger_.note(sent.frame, answered, sent.sends);
}

void LoggerLink::give_up() {
  for (const auto* frames : {&awaiting_, &unsent_}) {
    for (const Sent& sent : *frames) settle(sent, false);
  }
  awaiting_.clear();
  unsent_.clear();
}

}  // namespace parkwatch
