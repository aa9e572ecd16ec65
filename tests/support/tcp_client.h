#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <string_view>

namespace parkwatch {

/// A plain TCP client on loopback for tests; every wait is bounded. `address` is where it comes
/// from: all of 127/8 is this machine. `receive_bytes` makes the kernel's buffer for what the peer
/// sends small (0: as it likes, which is megabytes).
class TcpClient {
 public:
  static constexpr std::chrono::milliseconds patience{10'000};

  explicit TcpClient(std::uint16_t port, const char* address = "127.0.0.1", int receive_bytes = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_bytes > 0) {
      setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
    }
    sockaddr_in from{};
    from.sin_family = AF_INET;
    inet_pton(AF_INET, address, &from.sin_addr);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = bind(socket_, reinterpret_cast<sockaddr*>(&from), sizeof from) == 0 &&
                 connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  ~TcpClient() { ::close(socket_); }
  TcpClient(const TcpClient&) = delete;
  TcpClient& operator=(const TcpClient&) = delete;

  bool connected() const { return connected_; }
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  void end_sending() { shutdown(socket_, SHUT_WR); }

  /// What arrives until `text` has been seen, the peer ends or patience does.
  std::string read_until(std::string_view text) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (received_.find(text) == std::string::npos && !ended_ &&
           std::chrono::steady_clock::now() < end) {
      read_some(std::chrono::milliseconds(50));
    }
    return received_;
  }
  /// Whether the peer ends the connection within patience.
  bool closed_by_peer() {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!ended_ && std::chrono::steady_clock::now() < end) {
      read_some(std::chrono::milliseconds(50));
    }
    return ended_;
  }
  /// What has arrived by now.
  const std::string& received() {
    while (read_some(std::chrono::milliseconds(0))) {
    }
    return received_;
  }

 private:
  bool read_some(std::chrono::milliseconds wait) {
    pollfd ready{socket_, POLLIN, 0};
    if (ended_ || ::poll(&ready, 1, static_cast<int>(wait.count())) <= 0) return false;
    char bytes[4096];
    const ssize_t count = recv(socket_, bytes, sizeof bytes, 0);
    ended_ = count <= 0;
    if (count > 0) received_.append(bytes, static_cast<std::size_t>(count));
    return count > 0;
  }

  int socket_;
  bool connected_ = false;
  bool ended_ = false;
  std::string received_;
};

/// Asks again until the answer is yes or patience ends.
template <class Predicate>
bool eventually(Predicate predicate) {
  const auto end = std::chrono::steady_clock::now() + TcpClient::patience;
  while (!predicate()) {
    if (std::chrono::steady_clock::now() > end) return false;
    ::poll(nullptr, 0, 2);
  }
  return true;
}

}  // namespace parkwatch
