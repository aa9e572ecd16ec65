#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/gateway_fixture.h"

namespace parkwatch {
namespace {

using GatewayKafkaAwayTest = GatewayFixture;

TEST_F(GatewayKafkaAwayTest, UnansweredFramesWaitInTheSpoolAndAreAnsweredLater) {
  producer_.set_mode(Mode::Fail);
  start();
  TcpClient client(gateway_->port());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.send(report("MN-1", i)));
  ASSERT_TRUE(eventually([&] { return counters().spool_frames == 3; }));
  EXPECT_EQ(client.received(), "");
  EXPECT_NE(counters().not_ready, "");
  producer_.set_mode(Mode::Acknowledge);
  client.read_until(qn(2));
  EXPECT_TRUE(eventually([&] { return counters().not_ready.empty(); }));
  EXPECT_EQ(client.received(), answer("MN-1", 0) + answer("MN-1", 1) + answer("MN-1", 2));
  EXPECT_TRUE(eventually([&] { return counters().spool_frames == 0; }));
  for (const auto& record : producer_.log()) {
    EXPECT_EQ(record.header("received"), "1773538200123");
    EXPECT_EQ(record.key, "park-1");
  }
  EXPECT_FALSE(events(GatewayEvent::Kind::KafkaAway).empty());
  EXPECT_FALSE(events(GatewayEvent::Kind::KafkaBack).empty());
}

TEST_F(GatewayKafkaAwayTest, AFullSpoolClosesEveryoneAndListensAgainWhenEmpty) {
  producer_.set_mode(Mode::Fail);
  options_.delivery.spool.bytes_max = 1000;
  start();
  TcpClient busy(gateway_->port()), quiet(gateway_->port());
  for (int i = 0; i < 20; ++i) busy.send(report("MN-1", i));
  EXPECT_TRUE(busy.closed_by_peer());
  EXPECT_TRUE(quiet.closed_by_peer());
  ASSERT_TRUE(eventually([&] { return !counters().listening; }));
  EXPECT_FALSE(TcpClient(gateway_->port()).connected());
  EXPECT_NE(counters().not_ready.find("spool"), std::string::npos);
  producer_.set_mode(Mode::Acknowledge);
  ASSERT_TRUE(eventually([&] { return counters().listening && counters().not_ready.empty(); }));
  TcpClient again(gateway_->port());
  ASSERT_TRUE(again.send(report("MN-1", 50)));
  EXPECT_EQ(again.read_until("\r\n"), answer("MN-1", 50));
  // What was spooled came first, in order, and was answered to nobody.
  const auto log = producer_.log();
  ASSERT_GE(log.size(), 3U);
  for (std::size_t i = 0; i + 1 < log.size(); ++i) {
    EXPECT_EQ(log[i].payload, report("MN-1", static_cast<int>(i)));
  }
}

TEST_F(GatewayKafkaAwayTest, TheSpoolSurvivesARestartWithATornTail) {
  producer_.set_mode(Mode::Fail);
  start();
  {
    TcpClient client(gateway_->port());
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(client.send(report("MN-1", i)));
    ASSERT_TRUE(eventually([&] { return counters().spool_frames == 4; }));
  }
  stop();
  const std::string file = folder_.file("spool");
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 5);
  producer_.set_mode(Mode::Acknowledge);
  start();
  EXPECT_TRUE(eventually([&] { return counters().spool_frames == 0; }));
  EXPECT_GT(counters().spool_torn_bytes, 0U);
  EXPECT_EQ(events(GatewayEvent::Kind::SpoolTorn).size(), 1U);
  const auto log = producer_.log();
  ASSERT_EQ(log.size(), 3U);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(log[static_cast<std::size_t>(i)].payload, report("MN-1", i));
  }
}

TEST_F(GatewayKafkaAwayTest, StoppingAnswersWhatIsInFlightOrKeepsIt) {
  producer_.set_mode(Mode::Hold);
  start();
  TcpClient client(gateway_->port());
  ASSERT_TRUE(client.send(report("MN-1", 1)));
  ASSERT_TRUE(eventually([&] { return counters().unanswered == 1; }));
  producer_.set_mode(Mode::Acknowledge);
  stop();
  EXPECT_TRUE(client.closed_by_peer());
  EXPECT_EQ(client.received(), answer("MN-1", 1));
}

TEST_F(GatewayKafkaAwayTest, ReadsNoMoreThanTheProducerTakes) {
  producer_.set_mode(Mode::Hold);
  options_.delivery.in_flight_max = 10;
  start();
  TcpClient client(gateway_->port());
  std::string burst;
  for (int i = 0; i < 500; ++i) burst += report("MN-1", i);
  ASSERT_TRUE(client.send(burst));
  ASSERT_TRUE(eventually([&] { return counters().unanswered >= 10; }));
  EXPECT_LT(counters().unanswered, 100U);
  producer_.set_mode(Mode::Acknowledge);
  client.read_until(qn(499));
  EXPECT_EQ(producer_.log().size(), 500U);
}

TEST_F(GatewayKafkaAwayTest, ALoggerThatIsNotReadIsNotLate) {
  producer_.set_mode(Mode::Hold);
  options_.delivery.in_flight_max = 1;
  options_.pause_after = std::chrono::milliseconds(300);
  options_.frame_timeout = std::chrono::milliseconds(400);
  start();
  TcpClient slow(gateway_->port()), busy(gateway_->port());
  const std::string frame = report("MN-1", 1);
  ASSERT_TRUE(slow.send(std::string_view(frame).substr(0, frame.size() / 2)));
  ASSERT_TRUE(busy.send(report("MN-2", 2)));
  ASSERT_TRUE(eventually([&] { return counters().held_back > 2 * options_.frame_timeout; }));
  ASSERT_TRUE(slow.send(std::string_view(frame).substr(frame.size() / 2)));
  producer_.set_mode(Mode::Acknowledge);
  EXPECT_EQ(slow.read_until("\r\n"), answer("MN-1", 1));
  EXPECT_EQ(busy.read_until("\r\n"), answer("MN-2", 2));
  EXPECT_EQ(closed(Close::FrameTimeout), 0U);
  EXPECT_EQ(producer_.log().size(), 2U);
}

}  // namespace
}  // namespace parkwatch
