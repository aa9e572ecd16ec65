#include "ingest/gateway_connection.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "model/check.h"

namespace parkwatch {

namespace {

constexpr int accepts_per_turn = 1024;

std::string address_text(const sockaddr_storage& peer) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (peer.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(peer);
    inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
  } else {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(peer);
    inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
  }
  const std::string address = text.data();
  constexpr std::string_view mapped = "::ffff:";
  const bool is_mapped = address.starts_with(mapped) && address.find('.') != std::string::npos;
  return is_mapped ? address.substr(mapped.size()) : address;
}

void set_option(int socket, int level, int name, int value) {
  // A peer that has gone already makes this fail; reading will tell.
  (void)setsockopt(socket, level, name, &value, sizeof value);
}

/// Dead peers are noticed by the kernel in about two minutes, without any frame due.
void watch_peer(int socket) {
  set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, 60);
  set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, 15);
  set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, 4);
  set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, 60'000);
}

/// Ids of an earlier run stand in the spool, so runs start at different ones.
std::uint64_t first_id() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

}  // namespace

GatewayConnections::GatewayConnections(const GatewayOptions& options, EventLoop& loop,
                                       GatewayCounters& counters)
    : options_(options),
      loop_(loop),
      counters_(counters),
      next_id_(first_id()),
      reserve_(open("/dev/null", O_RDONLY | O_CLOEXEC)) {}

GatewayConnections::~GatewayConnections() {
  for (const auto& [id, connection] : connections_) ::close(connection->socket);
  if (reserve_ >= 0) ::close(reserve_);
}

void GatewayConnections::accept_from(int listener, Clock::time_point now) {
  for (int i = 0; i < accepts_per_turn; ++i) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const int socket =
        accept4(listener, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket >= 0) {
      admit(socket, address_text(peer), now);
      continue;
    }
    if (errno == EAGAIN) return;
    if (errno == EMFILE || errno == ENFILE) {
      refuse_without_descriptor(listener);
      return;
    }
    const bool peer_gone = errno == ECONNABORTED || errno == EINTR || errno == EPERM ||
                           errno == EPROTO || errno == ENETDOWN || errno == EHOSTUNREACH;
    if (!peer_gone) throw std::system_error(errno, std::generic_category(), "accept");
  }
}

void GatewayConnections::refuse_without_descriptor(int listener) {
  counters_.connections_refused[static_cast<std::size_t>(GatewayCounters::Refusal::NoDescriptor)] +=
      1;
  if (reserve_ < 0) return;
  // The waiting peer must be taken and closed, or it would wake the loop for ever.
  ::close(reserve_);
  const int socket = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  if (socket >= 0) ::close(socket);
  reserve_ = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

void GatewayConnections::admit(int socket, std::string address, Clock::time_point now) {
  std::optional<GatewayCounters::Refusal> refusal;
  if (connections_.size() >= options_.connections_max) refusal = GatewayCounters::Refusal::InAll;
  const auto same = per_address_.find(address);
  if (same != per_address_.end() && same->second >= options_.connections_per_address_max) {
    refusal = GatewayCounters::Refusal::PerAddress;
  }
  if (refusal) {
    counters_.connections_refused[static_cast<std::size_t>(*refusal)] += 1;
    ::close(socket);
    return;
  }
  watch_peer(socket);
  // Answers that nobody reads must not pile up in the kernel either.
  set_option(socket, SOL_SOCKET, SO_SNDBUF, static_cast<int>(options_.write_bytes_max));
  auto connection = std::make_unique<GatewayConnection>();
  connection->id = next_id_++;
  connection->socket = socket;
  connection->opened = connection->last_bytes = connection->last_frame = now;
  connection->idle_timeout = options_.idle_timeout;
  loop_.add(socket, connection->id, true, false);
  per_address_[address] += 1;
  connection->address = std::move(address);
  counters_.connections_accepted += 1;
  connections_.emplace(connection->id, std::move(connection));
  counters_.connections_open = connections_.size();
}

GatewayConnection* GatewayConnections::find(std::uint64_t id) {
  const auto entry = connections_.find(id);
  return entry == connections_.end() ? nullptr : entry->second.get();
}

void GatewayConnections::close(GatewayConnection& connection, Close why) {
  loop_.remove(connection.socket);
  ::close(connection.socket);
  const auto same = per_address_.find(connection.address);
  check(same != per_address_.end());
  if (--same->second == 0) per_address_.erase(same);
  counters_.connections_closed[static_cast<std::size_t>(why)] += 1;
  connections_.erase(connection.id);
  counters_.connections_open = connections_.size();
}

void GatewayConnections::close_all(Close why) {
  for (const std::uint64_t id : ids()) close(*find(id), why);
}

bool GatewayConnections::send(GatewayConnection& connection, std::string_view bytes) {
  const bool full = connection.out.size() + bytes.size() > options_.write_bytes_max;
  if (full && !send_queued(connection)) return false;
  if (connection.out.size() + bytes.size() > options_.write_bytes_max) {
    close(connection, Close::SlowReader);
    return false;
  }
  connection.out.append(bytes);
  if (!connection.waits_for_flush) to_flush_.push_back(connection.id);
  connection.waits_for_flush = true;
  return true;
}

void GatewayConnections::flush() {
  for (const std::uint64_t id : to_flush_) {
    GatewayConnection* connection = find(id);
    if (connection == nullptr) continue;
    connection->waits_for_flush = false;
    if (!connection->waits_for_write) send_queued(*connection);
  }
  to_flush_.clear();
}

bool GatewayConnections::send_queued(GatewayConnection& connection) {
  std::size_t done = 0;
  while (done < connection.out.size()) {
    const ssize_t count = ::send(connection.socket, connection.out.data() + done,
                                 connection.out.size() - done, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) break;
    if (count < 0) {
      close(connection, Close::Broken);
      return false;
    }
    done += static_cast<std::size_t>(count);
  }
  connection.out.erase(0, done);
  if (connection.out.empty()) connection.out.shrink_to_fit();
  const bool waits = !connection.out.empty();
  if (waits != connection.waits_for_write) {
    connection.waits_for_write = waits;
    loop_.change(connection.socket, connection.id, !connection.peer_ended, waits);
  }
  return true;
}

void GatewayConnections::stop_reading(GatewayConnection& connection) {
  connection.peer_ended = true;
  loop_.change(connection.socket, connection.id, false, connection.waits_for_write);
}

const std::vector<std::uint64_t>& GatewayConnections::ids() {
  ids_.clear();
  for (const auto& [id, connection] : connections_) ids_.push_back(id);
  return ids_;
}

std::string_view close_name(GatewayCounters::Close close) {
  using enum GatewayCounters::Close;
  switch (close) {
    case Peer:
      return "peer";
    case Broken:
      return "broken";
    case NoFirstFrame:
      return "no_first_frame";
    case FrameTimeout:
      return "frame_timeout";
    case Idle:
      return "idle";
    case Rubbish:
      return "rubbish";
    case SlowReader:
      return "slow_reader";
    case SpoolFull:
      return "spool_full";
    case Stop:
      return "stop";
  }
  check(false);
  return {};
}

std::string_view refusal_name(GatewayCounters::Refusal refusal) {
  using enum GatewayCounters::Refusal;
  switch (refusal) {
    case PerAddress:
      return "per_address";
    case InAll:
      return "in_all";
    case NoDescriptor:
      return "no_descriptor";
  }
  check(false);
  return {};
}

}  // namespace parkwatch
