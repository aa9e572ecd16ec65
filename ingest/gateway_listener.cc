#include "ingest/gateway_listener.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace parkwatch {

namespace {

constexpr int backlog = 4096;

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

SocketAddress socket_address(const std::string& host, std::uint16_t port) {
  SocketAddress address;
  auto& v4 = reinterpret_cast<sockaddr_in&>(address.storage);
  if (inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    address.size = sizeof v4;
    return address;
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(address.storage);
  if (inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    address.size = sizeof v6;
    return address;
  }
  throw std::invalid_argument("'" + host + "' is no IP address to listen on");
}

std::uint16_t bound_port(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) {
    throw std::system_error(errno, std::generic_category(), "getsockname");
  }
  return ntohs(storage.ss_family == AF_INET ? reinterpret_cast<sockaddr_in&>(storage).sin_port
                                            : reinterpret_cast<sockaddr_in6&>(storage).sin6_port);
}

}  // namespace

GatewayListener::GatewayListener(std::string host, std::uint16_t port)
    : host_(std::move(host)), port_(port) {}

GatewayListener::~GatewayListener() {
  close();
}

void GatewayListener::open() {
  if (is_open()) return;
  const SocketAddress address = socket_address(host_, port_);
  const int fresh =
      ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fresh < 0) throw std::system_error(errno, std::generic_category(), "socket");
  const int yes = 1;
  (void)setsockopt(fresh, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(fresh, reinterpret_cast<const sockaddr*>(&address.storage), address.size) != 0 ||
      listen(fresh, backlog) != 0) {
    const int reason = errno;
    ::close(fresh);
    throw std::system_error(reason, std::generic_category(),
                            "listen on " + host_ + " port " + std::to_string(port_));
  }
  socket_ = fresh;
  port_ = bound_port(fresh);
}

void GatewayListener::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

}  // namespace parkwatch
