#include "web/server.h"

#include <httplib.h>

#include <thread>
#include <utility>

#include "web/api.h"
#include "web/page.h"
#include "web/query.h"
#include "web/text.h"
#include "web/worker_queue.h"

namespace parkwatch {

namespace {

constexpr const char* html = "text/html; charset=utf-8";
constexpr const char* exposition = "text/plain; version=0.0.4; charset=utf-8";

/// The library's threads, bounded. What `enqueue` returns differs between the library's versions.
class BoundedTasks : public httplib::TaskQueue {
 public:
  using Accepted = decltype(std::declval<httplib::TaskQueue&>().enqueue(std::function<void()>()));
  BoundedTasks(std::size_t threads, std::size_t waiting_max) : queue_(threads, waiting_max) {}
  Accepted enqueue(std::function<void()> job) override {
    queue_.push(std::move(job));
    return Accepted(true);
  }
  void shutdown() override { queue_.finish(); }

 private:
  WorkerQueue queue_;
};

std::string json_list(const std::vector<std::string>& items) {
  std::string text = "[";
  for (const std::string& item : items) {
    if (text.size() > 1) text += ',';
    append_json_string(text, item);
  }
  return text + "]";
}

}  // namespace

struct WebServer::Impl {
  Impl(const Options& given, Sources from) : options(given), sources(std::move(from)) {
    limit();
    add_routes();
    bind();
  }

  void limit() {
    server.new_task_queue = [this] {
      return new BoundedTasks(options.threads, options.waiting_max);  // the library deletes it
    };
    server.set_read_timeout(options.read_timeout);
    server.set_write_timeout(options.write_timeout);
    server.set_keep_alive_timeout(options.keep_alive.count());
    server.set_keep_alive_max_count(options.keep_alive_requests_max);
    server.set_payload_max_length(options.body_bytes_max);
    server.set_tcp_nodelay(true);
    server.set_default_headers({
        {"Content-Security-Policy",
         "default-src 'none'; style-src " + std::string(page_style_source()) +
             "; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cache-Control", "no-store"},
    });
  }

  void bind() {
    // A second server on the port must fail here, not share it: the library's default would.
    server.set_socket_options([](socket_t socket) {
      const int on = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    });
    port = options.port;
    if (port == 0) {
      port = server.bind_to_any_port(options.address);
    } else if (!server.bind_to_port(options.address, port)) {
      port = -1;
    }
    if (port < 0) {
      throw AddressUnavailable("cannot listen on " + options.address + ":" +
                               std::to_string(options.port) +
                               "; another program may use it: choose another web port, or 0");
    }
  }

  using Handler = std::function<Answer(const httplib::Request&)>;

  /// Every answer goes through here, so that each is counted and a fault has its status.
  void route(const std::string& path, Handler handler) {
    server.Get(path, [this, path, handler](const httplib::Request& request,
                                           httplib::Response& response) {
      Answer answer;
      try {
        if (request.target.size() > options.target_bytes_max) {
          answer = {414, answer.content_type, json_error("the address is too long")};
        } else {
          answer = handler(request);
        }
      } catch (const BadParameter& bad) {
        answer = {400, answer.content_type, json_error(bad.what())};
      } catch (const StoreUnavailable& away) {
        answer = {503, answer.content_type, json_error(std::string("store: ") + away.what())};
      } catch (const StoreRefused& refused) {
        answer = {503, answer.content_type, json_error(std::string("store: ") + refused.what())};
      }
      response.status = answer.status;
      response.set_content(answer.body, answer.content_type.c_str());
      if (sources.served) sources.served(path, answer.status);
    });
  }

  void add_routes() {
    route("/metrics", [this](const auto&) { return Answer{200, exposition, sources.metrics()}; });
    route("/healthz", [](const auto&) {
      return Answer{200, Answer{}.content_type, "{\"status\":\"ok\"}\n"};
    });
    route("/readyz", [this](const auto&) { return ready(); });
    route("/startupz", [this](const auto&) { return started(); });
    route("/version", [this](const auto&) { return version(); });
    route("/", [this](const httplib::Request& request) { return first_page(request.params); });
    route_api("/api/v1/verdicts", &Api::verdicts);
    route_api("/api/v1/windows", &Api::windows);
    route_api("/api/v1/clusters", &Api::clusters);
    route_api("/api/v1/episodes", &Api::episodes);
    route_api("/api/v1/parks", &Api::parks);
    server.set_error_handler([this](const httplib::Request& request, httplib::Response& response) {
      refuse(request, response);
    });
    server.set_exception_handler(
        [](const httplib::Request&, httplib::Response& response, const std::exception_ptr&) {
          response.status = 500;
          response.set_content(json_error("internal fault; the log has more"), "application/json");
        });
  }

  void route_api(const std::string& path, Answer (Api::*call)(const Query&) const) {
    route(path, [this, call](const httplib::Request& request) {
      const std::shared_ptr<const RegistryView> registry = sources.registry();
      const std::unique_ptr<Store> store = sources.open_store();
      Api::Options bounds;
      bounds.rows_max = options.rows_max;
      const Api api(*store, *registry, bounds);
      return (api.*call)(request.params);
    });
  }

  Answer ready() const {
    const Readiness now = sources.readiness();
    const bool good = now.started && now.reasons.empty();
    std::vector<std::string> reasons = now.reasons;
    if (!now.started) reasons.insert(reasons.begin(), "still starting");
    return {good ? 200 : 503, Answer{}.content_type,
            std::string("{\"status\":\"") + (good ? "ready" : "not_ready") +
                "\",\"reasons\":" + json_list(reasons) + "}\n"};
  }

  Answer started() const {
    const bool done = sources.readiness().started;
    return {done ? 200 : 503, Answer{}.content_type,
            std::string("{\"status\":\"") + (done ? "started" : "starting") + "\"}\n"};
  }

  Answer version() const {
    return {200, Answer{}.content_type,
            "{\"version\":" + json_string(sources.version) + ",\"revision\":" +
                json_string(sources.revision) + ",\"arch\":" + json_string(sources.arch) + "}\n"};
  }

  Answer first_page(const Query& query) {
    const QueryParameters parameters(query, {"pause"}, 8);
    const std::shared_ptr<const RegistryView> registry = sources.registry();
    PageOptions page;
    page.paused = parameters.choice("pause", {"0", "1"}) == "1";
    page.version = "parkwatch " + sources.version;
    return {200, html, overview_page(*sources.overview(), *registry, page)};
  }

  /// What no route answered: an unknown path, another method, a request past a bound.
  void refuse(const httplib::Request& request, httplib::Response& response) {
    if (!response.body.empty()) return;  // a route's own refusal
    std::string message;
    switch (response.status) {
      case 404:
        if (request.method != "GET" && request.method != "HEAD") {
          response.status = 405;
          response.set_header("Allow", "GET, HEAD");
          message = "only GET and HEAD are answered here";
        } else {
          message = "nothing at this path; / links to everything";
        }
        break;
      case 413:
        message = "the request's body is too large";
        break;
      case 414:
        message = "the address is too long";
        break;
      default:
        message = "the request could not be read";
    }
    const bool wants_page =
        request.get_header_value("Accept").find("text/html") != std::string::npos;
    if (wants_page) {
      response.set_content(message_page("Parkwatch " + std::to_string(response.status), message),
                           html);
    } else {
      response.set_content(json_error(message), Answer{}.content_type.c_str());
    }
    if (sources.served) sources.served("other", response.status);
  }

  const Options options;
  const Sources sources;
  int port = 0;
  httplib::Server server;
  std::thread thread;
};

WebServer::WebServer(const Options& options, Sources sources)
    : impl_(std::make_unique<Impl>(options, std::move(sources))) {}

WebServer::~WebServer() {
  stop();
}

int WebServer::port() const {
  return impl_->port;
}

void WebServer::start() {
  impl_->thread = std::thread([this] { impl_->server.listen_after_bind(); });
  // A stop before the library listens would be lost.
  while (!impl_->server.is_running()) std::this_thread::yield();
}

void WebServer::stop() {
  if (!impl_->thread.joinable()) return;
  impl_->server.stop();
  impl_->thread.join();
}

}  // namespace parkwatch
