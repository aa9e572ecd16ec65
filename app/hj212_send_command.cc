#include "app/hj212_send_command.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <deque>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "app/secrets.h"
#include "app/whole_file.h"
#include "ingest/gateway_dialogue.h"
#include "ingest/hj212/frame.h"

namespace parkwatch {

namespace {

using Clock = std::chrono::steady_clock;
using hj212::Field;

std::string read_all(const std::string& file) {
  if (file == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
  std::optional<std::string> bytes = read_file(file);
  if (!bytes) throw std::runtime_error(file + ": cannot be read");
  return *std::move(bytes);
}

/// One connection that is closed with its owner.
class Socket {
 public:
  explicit Socket(const std::string& to) {
    const std::size_t colon = to.rfind(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == to.size()) {
      throw std::runtime_error("'" + to + "' is not HOST:PORT");
    }
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int fault =
        getaddrinfo(to.substr(0, colon).c_str(), to.substr(colon + 1).c_str(), &wanted, &found);
    if (fault != 0) throw std::runtime_error(to + ": " + gai_strerror(fault));
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> guard(found, &freeaddrinfo);
    int reason = ECONNREFUSED;
    for (const addrinfo* at = found; at != nullptr && descriptor_ < 0; at = at->ai_next) {
      descriptor_ = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
      if (descriptor_ < 0 || connect(descriptor_, at->ai_addr, at->ai_addrlen) == 0) continue;
      reason = errno;
      ::close(descriptor_);
      descriptor_ = -1;
    }
    if (descriptor_ < 0) throw std::system_error(reason, std::generic_category(), to);
  }
  ~Socket() { ::close(descriptor_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  /// False when the other side has ended the connection.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  /// What arrives within `wait`; empty when nothing does. `ended`: nothing more ever will.
  std::string_view receive(std::chrono::milliseconds wait, bool& ended) {
    pollfd ready{descriptor_, POLLIN, 0};
    if (poll(&ready, 1, static_cast<int>(wait.count())) <= 0) return {};
    const ssize_t count = recv(descriptor_, buffer_.data(), buffer_.size(), 0);
    ended = count <= 0;
    return ended ? std::string_view{}
                 : std::string_view(buffer_.data(), static_cast<std::size_t>(count));
  }

 private:
  int descriptor_ = -1;
  std::array<char, 16 * 1024> buffer_{};
};

/// Keeps account of what was sent and prints it once its fate is known.
class Exchange {
 public:
  Exchange(const Hj212SendOptions& options, std::ostream& out)
      : options_(options), out_(out), socket_(options.to) {}

  void send(std::string_view bytes) {
    if (!ended_ && !socket_.send(bytes)) ended_ = true;
  }

  void send_frame(const hj212::Frame& frame) {
    hj212::parse_header(frame.segment, segment_);
    send(frame.bytes);
    if (reply_to(segment_) == Reply::None) return;
    waiting_.push_back({std::string(segment_.field(Field::Qn)),
                        std::string(segment_.field(Field::Mn)),
                        std::string(segment_.field(Field::Cn)), Clock::now()});
    while (waiting_.size() >= static_cast<std::size_t>(options_.window)) hear();
  }

  /// True if every answer has come.
  bool finish() {
    while (!waiting_.empty()) hear();
    return all_answered_;
  }

 private:
  struct Waiting {
    std::string qn, mn, cn;
    Clock::time_point at;
  };

  void hear() {
    const auto left = options_.answer_timeout - (Clock::now() - waiting_.front().at);
    const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(left);
    if (ended_ || wait.count() <= 0) {
      print(waiting_.front(), {});
      waiting_.pop_front();
      return;
    }
    reader_.append(socket_.receive(wait, ended_));
    hj212::Span span;
    while (reader_.next(span)) {
      if (span.status == hj212::Span::Status::Accepted) take_answer(span.frame);
    }
  }

  void take_answer(const hj212::Frame& frame) {
    hj212::parse_header(frame.segment, segment_);
    const std::string_view cn = segment_.field(Field::Cn);
    if (cn != "9014" && cn != "9013") return;
    for (auto one = waiting_.begin(); one != waiting_.end(); ++one) {
      if (one->qn != segment_.field(Field::Qn) || one->mn != segment_.field(Field::Mn)) continue;
      print(*one, cn);
      waiting_.erase(one);
      return;
    }
  }

  static std::string quoted(std::string_view text) {
    std::string json = "\"";
    for (const char c : text) {
      const bool plain = static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' &&
                         static_cast<unsigned char>(c) < 0x7F;
      json.push_back(plain ? c : '?');
    }
    return json + "\"";
  }

  void print(const Waiting& waiting, std::string_view answer) {
    const auto taken =
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - waiting.at);
    out_ << R"({"qn":)" << quoted(waiting.qn) << R"(,"mn":)" << quoted(waiting.mn) << R"(,"cn":)"
         << quoted(waiting.cn) << R"(,"answer":)"
         << (answer.empty() ? std::string("null") : quoted(answer)) << R"(,"milliseconds":)"
         << taken.count() << "}" << std::endl;
    all_answered_ = all_answered_ && !answer.empty();
  }

  const Hj212SendOptions& options_;
  std::ostream& out_;
  Socket socket_;
  bool ended_ = false;
  bool all_answered_ = true;
  std::deque<Waiting> waiting_;
  hj212::FrameReader reader_;
  hj212::Segment segment_;
};

}  // namespace

ExitCode hj212_send(const Hj212SendOptions& options, std::ostream& out) {
  const std::string input = read_all(options.file);
  Exchange exchange(options, out);
  hj212::FrameOptions frames;
  if (!options.keys_file.empty()) frames.keys = read_secrets(options.keys_file).by_mn();
  hj212::FrameReader reader(frames);
  reader.append(input);
  reader.finish();
  hj212::Span span;
  bool clean = true;
  while (reader.next(span)) {
    if (span.status == hj212::Span::Status::Accepted) {
      exchange.send_frame(span.frame);
      continue;
    }
    clean = clean && span.bytes.find_first_not_of("\r\n \t") == std::string_view::npos;
    if (options.as_is) exchange.send(span.bytes);
  }
  const bool answered = exchange.finish();
  return answered && clean ? ExitCode::Ok : ExitCode::Findings;
}

}  // namespace parkwatch
