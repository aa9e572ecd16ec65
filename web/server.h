#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"
#include "web/overview.h"
#include "web/registry_view.h"

namespace parkwatch {

/// The server's address cannot be used; the message says what to do.
struct AddressUnavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Whether the program can do its work now, and if not, why.
struct Readiness {
  bool started = true;               // the first start-up is over (/startupz)
  std::vector<std::string> reasons;  // empty: ready
};

/// HTTP for people, scripts and Prometheus: the first page, /metrics, the probes and the read-only
/// JSON API. Plain HTTP without users: keep it on a loopback address and put a reverse proxy with
/// TLS before it. Threads: construct, start, stop and destroy from one thread.
class WebServer {
 public:
  struct Options {
    std::string address = "127.0.0.1";
    int port = 9464;  // 0: any free port
    std::size_t threads = 8;
    std::size_t waiting_max = 64;  // accepted connections waiting for a thread
    std::chrono::seconds read_timeout{5};
    std::chrono::seconds write_timeout{10};
    std::chrono::seconds keep_alive{5};
    std::size_t keep_alive_requests_max = 100;
    std::size_t body_bytes_max = 16 * 1024;  // of a request; nothing here needs one
    std::size_t target_bytes_max = 2048;     // path and query
    std::size_t rows_max = 10'000;           // of one API answer
  };

  /// Where answers come from. Called from the server's threads, at the same time.
  struct Sources {
    std::function<std::string()> metrics;  // the text of /metrics
    std::function<Readiness()> readiness;
    /// A Store to read one answer from, called for each; `open_store_snapshot` makes the answer one
    /// moment's. Throws StoreUnavailable or StoreRefused: the answer is then 503.
    std::function<std::unique_ptr<Store>()> open_store;
    std::function<std::shared_ptr<const RegistryView>()> registry;
    std::function<std::shared_ptr<const Overview>()> overview;       // throws as open_store
    std::function<void(std::string_view route, int status)> served;  // may be empty
    std::string version, revision, arch;
  };

  /// Takes the address. Throws AddressUnavailable.
  WebServer(const Options& options, Sources sources);
  ~WebServer();  // stops
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  /// The port in use.
  int port() const;
  /// Answers requests until `stop`.
  void start();
  /// Finishes the requests in hand. May be called twice.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parkwatch
