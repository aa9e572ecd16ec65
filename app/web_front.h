#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "alerts/metrics.h"
#include "web/registry_view.h"
#include "web/server.h"

namespace parkwatch {

/// The web server with what it shows: pages and API over the store, /metrics over `Metrics` and the
/// store. Threads: construct, start, stop and destroy from one thread.
class WebFront {
 public:
  struct Options {
    WebServer::Options server;
    std::string store_url;       // "sqlite:FILE"; read through snapshots of its own
    bool outlet_ratios = false;  // a series for every outlet factor
  };
  /// Called from the server's threads.
  struct Sources {
    std::function<Readiness()> readiness;
    std::function<std::shared_ptr<const RegistryView>()> registry;
    std::function<void()> refresh;        // before each scrape, one at a time; may be empty
    std::function<std::int64_t()> clock;  // milliseconds since 1970 UTC, for ages and the page
  };

  /// Takes the address; throws AddressUnavailable. `metrics` outlives this.
  WebFront(const Options& options, Sources sources, Metrics& metrics);
  ~WebFront();

  int port() const;
  /// "http://127.0.0.1:9464"
  std::string url() const;
  void start();
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parkwatch
