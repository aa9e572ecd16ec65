#include "app/web_front.h"

#include <sys/utsname.h>

#include <mutex>
#include <utility>

#include "app/store_picture.h"
#include "app/version.h"
#include "web/overview_cache.h"

namespace parkwatch {

namespace {

std::string machine() {
  utsname names{};
  return uname(&names) == 0 ? names.machine : "unknown";
}

}  // namespace

struct WebFront::Impl {
  Impl(const Options& given, Sources from, Metrics& shown)
      : options(given),
        sources(std::move(from)),
        metrics(shown),
        overviews({}, {[this] { return open_store_snapshot(options.store_url); }, sources.registry,
                       sources.clock}),
        server(options.server, server_sources()) {
    metrics.set(Metric::BuildInfo, {version_number(), source_revision(), machine()}, 1);
  }

  WebServer::Sources server_sources() {
    WebServer::Sources from;
    from.metrics = [this] { return metrics_text(); };
    from.readiness = sources.readiness;
    from.open_store = [this] { return open_store_snapshot(options.store_url); };
    from.registry = sources.registry;
    from.overview = [this] { return overviews.get(); };
    from.served = [this](std::string_view route, int status) {
      metrics.add(Metric::HttpRequests, {std::string(route), std::to_string(status)}, 1);
    };
    from.version = version_number();
    from.revision = source_revision();
    from.arch = machine();
    return from;
  }

  std::string metrics_text() {
    const std::lock_guard lock(scrape_mutex);
    if (sources.refresh) sources.refresh();
    const Readiness now = sources.readiness();
    metrics.set(Metric::Ready, now.started && now.reasons.empty() ? 1 : 0);
    try {
      show_overview(*overviews.get(), *sources.registry(), options.outlet_ratios, metrics);
    } catch (const StoreUnavailable&) {
      // The last picture stays: an episode must not seem to end because the store is away.
      metrics.add(Metric::StoreReadErrors);
    } catch (const StoreRefused&) {
      metrics.add(Metric::StoreReadErrors);
    }
    return metrics.render(sources.clock());
  }

  const Options options;
  const Sources sources;
  Metrics& metrics;
  std::mutex scrape_mutex;
  OverviewCache overviews;
  WebServer server;
};

WebFront::WebFront(const Options& options, Sources sources, Metrics& metrics)
    : impl_(std::make_unique<Impl>(options, std::move(sources), metrics)) {}

WebFront::~WebFront() = default;

int WebFront::port() const {
  return impl_->server.port();
}

std::string WebFront::url() const {
  return "http://" + impl_->options.server.address + ":" + std::to_string(port());
}

void WebFront::start() {
  impl_->server.start();
}

void WebFront::stop() {
  impl_->server.stop();
}

}  // namespace parkwatch
