#include "web/server.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>

#include "tests/support/web_fixture.h"

namespace parkwatch {
namespace {

/// A server on a free port over the fixture's store.
class WebServerTest : public ::testing::Test {
 protected:
  WebServerTest() {
    WebServer::Options options;
    options.port = 0;
    options.threads = 4;
    options.rows_max = 3;
    WebServer::Sources sources;
    sources.metrics = [] { return std::string("parkwatch_ready 1\n"); };
    sources.readiness = [this] { return readiness_; };
    sources.open_store = [this]() -> std::unique_ptr<Store> {
      if (store_away_) throw StoreUnavailable("disk is away");
      return fixture_.open();
    };
    sources.registry = [this] { return fixture_.registry; };
    sources.overview = [this, open = sources.open_store] {
      return std::make_shared<const Overview>(
          read_overview(*open(), *fixture_.registry, fixture_.park_time_ms));
    };
    sources.served = [this](std::string_view, int) { ++served_; };
    sources.version = "9.9.9";
    sources.revision = "abc";
    sources.arch = "x86_64";
    server_ = std::make_unique<WebServer>(options, sources);
    server_->start();
    client_ = std::make_unique<httplib::Client>("127.0.0.1", server_->port());
  }

  httplib::Result get(const std::string& target) { return client_->Get(target); }

  WebFixture fixture_;
  Readiness readiness_;
  std::atomic<bool> store_away_ = false;
  std::atomic<int> served_ = 0;
  std::unique_ptr<WebServer> server_;
  std::unique_ptr<httplib::Client> client_;
};

TEST_F(WebServerTest, AnswersEveryPath) {
  struct Case {
    const char* target;
    int status;
    const char* has;
  };
  const Case cases[] = {
      {"/", 200, "园区排放监测"},
      {"/?pause=1", 200, "已暂停刷新"},
      {"/metrics", 200, "parkwatch_ready 1"},
      {"/healthz", 200, "ok"},
      {"/readyz", 200, "\"reasons\":[]"},
      {"/startupz", 200, "started"},
      {"/version", 200, "{\"version\":\"9.9.9\",\"revision\":\"abc\",\"arch\":\"x86_64\"}"},
      {"/api/v1/parks", 200, "\"time\":\"2026-03-15T02:11:00Z\""},
      {"/api/v1/episodes", 200, "\"id\":\"e1\""},
      {"/api/v1/episodes?state=closed", 200, "\"id\":\"e0\""},
      {"/api/v1/verdicts?outlet=O2", 200, "\"ratio\":\"0.95\""},
      {"/api/v1/verdicts?outlet=O2&from=2026-03-15T09:00:00+08:00", 200, "\"ratio\":\"0.95\""},
      {"/api/v1/verdicts?outlet=O2&to=2026-03-15T01:00:00Z", 200,
       "{\"rows\":[],\"truncated\":false}"},
      {"/api/v1/windows?park=P1", 200, "\"rows\":[]"},
      {"/api/v1/clusters?factor=a21002", 200, "\"mass_kg\":\"12.345678901\""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.target);
    const httplib::Result result = get(c.target);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->status, c.status);
    EXPECT_NE(result->body.find(c.has), std::string::npos) << result->body;
    EXPECT_NE(result->get_header_value("Content-Security-Policy").find("default-src 'none'"),
              std::string::npos);
    EXPECT_EQ(result->get_header_value("X-Content-Type-Options"), "nosniff");
  }
}

TEST_F(WebServerTest, RefusesWithAReason) {
  const std::string long_value(200, 'x');
  const std::string long_target = "/api/v1/verdicts?outlet=O1&factor=" + std::string(3000, 'x');
  struct Case {
    std::string target;
    int status;
    const char* has;
  };
  const Case cases[] = {
      {"/nothing", 404, "nothing at this path"},
      {"/api/v1/verdicts", 400, "either 'outlet' or 'park'"},
      {"/api/v1/verdicts?outlet=O1&park=P1", 400, "either 'outlet' or 'park'"},
      {"/api/v1/verdicts?outlet=none", 404, "unknown outlet"},
      {"/api/v1/verdicts?park=none", 404, "unknown park"},
      {"/api/v1/clusters?cluster=none", 404, "unknown cluster"},
      {"/api/v1/verdicts?outlet=O1&color=red", 400, "unknown parameter 'color'"},
      {"/api/v1/verdicts?outlet=O1&outlet=O2", 400, "given twice"},
      {"/api/v1/verdicts?outlet=O1&span=week", 400, "'span' must be one of: hour, day"},
      {"/api/v1/verdicts?outlet=O1&from=yesterday", 400, "'from' must be a time with a zone"},
      {"/api/v1/verdicts?outlet=O1&from=2026-03-15T09:00:00", 400, "a time with a zone"},
      {"/api/v1/verdicts?outlet=O1&from=2026-03-16T00:00Z&to=2026-03-15T00:00Z", 400,
       "'from' must be before 'to'"},
      {"/api/v1/verdicts?outlet=O1&from=2020-01-01T00:00Z&to=2026-01-01T00:00Z", 400,
       "longer than 366 days"},
      {"/api/v1/verdicts?outlet=" + long_value, 400, "longer than 128 bytes"},
      {"/api/v1/verdicts?outlet=%FF", 400, "not UTF-8"},
      {"/api/v1/verdicts?outlet=O%00", 400, "not UTF-8"},
      {"/api/v1/episodes?state=maybe", 400, "'state' must be one of"},
      {"/?pause=2", 400, "'pause' must be one of"},
      {long_target, 414, "too long"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.target.substr(0, 80));
    const httplib::Result result = get(c.target);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->status, c.status);
    EXPECT_NE(result->body.find(c.has), std::string::npos) << result->body;
    EXPECT_TRUE(result->body.starts_with("{\"error\":")) << result->body;
  }
}

TEST_F(WebServerTest, CutsLongAnswersAndSaysWhereToGoOn) {
  const httplib::Result first = get("/api/v1/verdicts?park=P1");
  ASSERT_TRUE(first);
  EXPECT_NE(first->body.find("\"truncated\":true,\"next_from\":\"2026-03-15T01:00:00Z\""),
            std::string::npos)
      << first->body;
  const httplib::Result rest =
      get("/api/v1/verdicts?park=P1&from=2026-03-15T01:00:00Z&to=2026-03-15T02:00:00Z");
  ASSERT_TRUE(rest);
  EXPECT_NE(rest->body.find("\"truncated\":false"), std::string::npos) << rest->body;
}

TEST_F(WebServerTest, OnlyReads) {
  EXPECT_EQ(client_->Post("/api/v1/parks", "{}", "application/json")->status, 405);
  EXPECT_EQ(client_->Delete("/api/v1/parks")->status, 405);
  EXPECT_EQ(client_->Head("/healthz")->status, 200);
  const std::string large(100'000, 'x');
  const httplib::Result refused = client_->Post("/", large, "text/plain");
  EXPECT_TRUE(!refused || refused->status >= 400);  // closing the connection refuses too
}

TEST_F(WebServerTest, SaysWhyItIsNotReady) {
  readiness_ = {true, {"kafka: broker \"a\" is away", "store: locked"}};
  const httplib::Result unready = get("/readyz");
  ASSERT_TRUE(unready);
  EXPECT_EQ(unready->status, 503);
  EXPECT_EQ(unready->body,
            "{\"status\":\"not_ready\",\"reasons\":[\"kafka: broker \\\"a\\\" is away\",\"store: "
            "locked\"]}\n");
  EXPECT_EQ(get("/healthz")->status, 200);
  readiness_ = {false, {}};
  EXPECT_EQ(get("/startupz")->status, 503);
  EXPECT_EQ(get("/readyz")->status, 503);
}

TEST_F(WebServerTest, AStoreThatIsAwayIs503AndComesBack) {
  store_away_ = true;
  for (const char* target : {"/", "/api/v1/parks", "/api/v1/episodes"}) {
    const httplib::Result result = get(target);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->status, 503);
    EXPECT_NE(result->body.find("disk is away"), std::string::npos);
  }
  EXPECT_EQ(get("/metrics")->status, 200);
  store_away_ = false;
  EXPECT_EQ(get("/")->status, 200);
}

TEST_F(WebServerTest, RefusesAPortInUse) {
  WebServer::Options options;
  options.port = server_->port();
  EXPECT_THROW(WebServer(options, WebServer::Sources{}), AddressUnavailable);
  options.address = "203.0.113.1";  // not ours (TEST-NET-3)
  options.port = 0;
  EXPECT_THROW(WebServer(options, WebServer::Sources{}), AddressUnavailable);
}

TEST_F(WebServerTest, ServesManyAtOnceAndStopsTwice) {
  std::vector<std::jthread> readers;
  std::atomic<int> good = 0;
  for (int i = 0; i < 16; ++i) {
    readers.emplace_back([this, &good] {
      httplib::Client client("127.0.0.1", server_->port());
      for (int k = 0; k < 5; ++k) {
        const httplib::Result result = client.Get("/");
        if (result && result->status == 200) ++good;
      }
    });
  }
  readers.clear();
  EXPECT_EQ(good, 80);
  EXPECT_EQ(served_, 80);
  client_.reset();
  server_->stop();
  server_->stop();
}

}  // namespace
}  // namespace parkwatch
