#pragma once

#include <cstdint>
#include <string>

namespace parkwatch {

/// A listening TCP socket that can be closed and opened again at the same port.
class GatewayListener {
 public:
  GatewayListener(std::string host, std::uint16_t port);
  ~GatewayListener();
  GatewayListener(const GatewayListener&) = delete;
  GatewayListener& operator=(const GatewayListener&) = delete;

  /// Throws std::system_error when the address or port cannot be had, std::invalid_argument when
  /// the host is no IP address.
  void open();
  void close();
  bool is_open() const { return socket_ >= 0; }
  int socket() const { return socket_; }
  /// The actual port once it was open.
  std::uint16_t port() const { return port_; }

 private:
  std::string host_;
  std::uint16_t port_;
  int socket_ = -1;
};

}  // namespace parkwatch
