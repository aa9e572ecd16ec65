#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "ingest/gateway.h"
#include "ingest/hj212/writer.h"
#include "tests/support/fake_producer.h"
#include "tests/support/tcp_client.h"
#include "tests/support/temporary_folder.h"

namespace parkwatch {

/// A gateway on loopback with a producer that the test steers.
class GatewayFixture : public ::testing::Test {
 protected:
  using Mode = FakeProducer::Mode;
  using Close = GatewayCounters::Close;

  GatewayFixture() {
    options_.listen_host = "127.0.0.1";
    options_.port = 0;
    options_.delivery.spool.file = folder_.file("spool");
    options_.delivery.probe_interval = std::chrono::milliseconds(20);
    options_.pause_after = std::chrono::milliseconds(200);
    options_.on_event = [this](const GatewayEvent& event) {
      const std::scoped_lock lock(mutex_);
      events_.push_back(event);
    };
  }

  void start() {
    gateway_ = std::make_unique<Gateway>(
        options_, producer_,
        [](std::string_view mn, ReceivedTime) -> std::optional<DeviceFacts> {
          if (mn == "MN-MASTER") return DeviceFacts{"park-2", 60, true, ""};
          if (mn == "MN-SECRET") return DeviceFacts{"park-2", 60, false, "654321"};
          const bool simulated = mn.starts_with("51") || mn.starts_with("8888");
          if (mn.starts_with("MN-") || simulated) return DeviceFacts{"park-1", 60, false, ""};
          return std::nullopt;
        },
        [] { return ReceivedTime(1'773'538'200'123); });
    thread_ = std::jthread([this](std::stop_token stop) { gateway_->run(stop); });
  }
  void stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
    gateway_.reset();
  }
  ~GatewayFixture() override { stop(); }

  GatewayCounters counters() const { return gateway_->snapshot(); }
  std::uint64_t closed(Close why) const {
    return counters().connections_closed[static_cast<std::size_t>(why)];
  }
  std::uint64_t rejected(Reason reason) const {
    return counters().rejected[static_cast<std::size_t>(reason)];
  }
  std::vector<GatewayEvent> events(GatewayEvent::Kind kind) {
    const std::scoped_lock lock(mutex_);
    std::vector<GatewayEvent> found;
    for (const GatewayEvent& event : events_) {
      if (event.kind == kind) found.push_back(event);
    }
    return found;
  }

  static std::string framed(std::string_view segment) {
    std::string bytes;
    hj212::append_frame(segment, bytes);
    return bytes;
  }
  static std::string qn(int number) {
    std::string digits = std::to_string(number);
    return "20260315093" + std::string(6 - digits.size(), '0') + digits;
  }
  static std::string report(const std::string& mn, int number, int flag = 5,
                            const std::string& cn = "2011") {
    return framed("QN=" + qn(number) + ";ST=31;CN=" + cn + ";PW=123456;MN=" + mn +
                  ";Flag=" + std::to_string(flag) +
                  ";CP=&&DataTime=20260315093000;a34013-Rtd=4.2,a34013-Flag=N&&");
  }
  static std::string answer(const std::string& mn, int number, int flag = 4,
                            const std::string& cn = "9014") {
    return framed("QN=" + qn(number) + ";ST=91;CN=" + cn + ";PW=123456;MN=" + mn +
                  ";Flag=" + std::to_string(flag) + ";CP=&&&&");
  }

  TemporaryFolder folder_;
  GatewayOptions options_;
  FakeProducer producer_;
  std::mutex mutex_;
  std::vector<GatewayEvent> events_;
  std::unique_ptr<Gateway> gateway_;
  std::jthread thread_;
};

}  // namespace parkwatch
