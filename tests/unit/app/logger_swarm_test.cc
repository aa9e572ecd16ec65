#include "app/logger_swarm.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>

#include "storage/digest.h"
#include "tests/support/gateway_fixture.h"

namespace parkwatch {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

/// Simulated loggers that speak with a real gateway over loopback.
class LoggerSwarmTest : public GatewayFixture {
 protected:
  LoggerSwarmTest() {
    simulation_.from = EventTime(*parse_iso_time("2026-03-15T00:00:00+08:00"));
    simulation_.to = simulation_.from + hours(1);
    links_.answer_timeout = milliseconds(1'000);
    links_.reconnect_min = milliseconds(10);
    links_.reconnect_max = milliseconds(100);
    links_.addresses = 4;
  }

  /// Runs the loggers to their end; `meanwhile` is called about once a second.
  void run(int loggers, const std::function<void()>& meanwhile = {}) {
    links_.port = gateway_->port();
    LoggerSwarm swarm(make_population({.seed = 3, .loggers = loggers}), simulation_, links_, speed_,
                      ledger_);
    swarm.run({}, [&](const LoggerSwarm::Progress&) {
      if (meanwhile) meanwhile();
    });
    counters_ = swarm.counters();
  }

  SimulationOptions simulation_;
  LoggerLinkOptions links_;
  FrameLedger ledger_{folder_.file("ledger")};
  LoggerLinkCounters counters_;
  double speed_ = 0;
};

TEST_F(LoggerSwarmTest, EveryFrameIsAnsweredAndInTheLog) {
  simulation_.duplicate_ppm = simulation_.correction_ppm = simulation_.broken_ppm = 20'000;
  simulation_.late_ppm = simulation_.out_of_order_ppm = 20'000;
  start();
  run(30);
  const FrameLedger::Totals& totals = ledger_.totals();
  const std::uint64_t broken = totals.by_trouble[static_cast<std::size_t>(Trouble::Broken)];
  EXPECT_GT(broken, 0U);
  EXPECT_EQ(totals.answered, totals.frames - broken);
  EXPECT_GT(totals.frames, 30U * 60U);
  stop();
  // The log holds each answered frame as often as it was sent, and nothing else that is intact.
  std::map<std::string, int> log, ledger;
  for (const auto& record : producer_.log()) {
    hj212::FrameScratch scratch;
    if (hj212::read_frame(record.payload, {}, scratch)) log[sha256_hex(record.payload)] += 1;
  }
  ledger_.finish();
  std::ifstream file(folder_.file("ledger"));
  for (std::string line; std::getline(file, line);) {
    if (line.find("\"answered\":true") == std::string::npos) continue;
    ledger[line.substr(line.find("\"sha256\":\"") + 10, 64)] += line.back() == '}' ? 1 : 0;
  }
  EXPECT_EQ(ledger, log);
}

TEST_F(LoggerSwarmTest, RepeatsUntilKafkaIsBack) {
  producer_.set_mode(Mode::Fail);
  start();
  run(3, [&] { producer_.set_mode(Mode::Acknowledge); });
  EXPECT_EQ(ledger_.totals().answered, ledger_.totals().frames);
}

TEST_F(LoggerSwarmTest, ReconnectsAndSendsItsBacklogAfterTheGatewayWasGone) {
  simulation_.to = simulation_.from + hours(6);
  links_.backlog_on_reconnect = 50;
  producer_.set_mode(Mode::Hold);  // so that frames are on their way when the gateway goes
  options_.drain_timeout = milliseconds(0);
  start();
  options_.port = gateway_->port();
  bool restarted = false;
  run(5, [&] {
    if (restarted) return;
    restarted = true;
    stop();
    producer_.set_mode(Mode::Acknowledge);
    start();
  });
  EXPECT_GE(counters_.reconnects, 5U);
  const FrameLedger::Totals& totals = ledger_.totals();
  EXPECT_EQ(totals.answered, totals.frames);
  EXPECT_GE(totals.by_trouble[static_cast<std::size_t>(Trouble::Backlog)], 250U);
}

TEST_F(LoggerSwarmTest, CarriesOutCommandsOfThePlatform) {
  options_.downlink = true;
  simulation_.to = simulation_.from + std::chrono::minutes(4);
  speed_ = 60;
  start();
  const std::string mn = make_population({.seed = 3, .loggers = 1}).devices[0].mn;
  std::atomic<int> result = 0;
  bool ordered = false;
  run(1, [&] {
    if (std::exchange(ordered, true)) return;
    gateway_->command({mn, 1011, "", "test", "", ""}, [&](const CommandOutcome& outcome) {
      EXPECT_EQ(outcome.state, CommandOutcome::State::Done);
      result = outcome.code;
    });
  });
  EXPECT_EQ(result, 1);
  EXPECT_EQ(counters_.commands, 1U);
}

}  // namespace
}  // namespace parkwatch
