#include "ingest/gateway.h"

#include <gtest/gtest.h>

#include "tests/support/gateway_fixture.h"

namespace parkwatch {
namespace {

using namespace std::chrono_literals;
using GatewayTest = GatewayFixture;

TEST_F(GatewayTest, AnswersOnlyAfterTheBrokersAcknowledgement) {
  producer_.set_mode(Mode::Hold);
  start();
  TcpClient client(gateway_->port());
  const std::string frame = report("MN-1", 1);
  ASSERT_TRUE(client.send(frame));
  ASSERT_TRUE(eventually([&] { return counters().unanswered == 1; }));
  EXPECT_EQ(client.received(), "");
  producer_.set_mode(Mode::Acknowledge);
  EXPECT_EQ(client.read_until("\r\n"), answer("MN-1", 1));
  ASSERT_EQ(producer_.log().size(), 1U);
  const FakeProducer::Record record = producer_.log()[0];
  EXPECT_EQ(record.topic, "parkwatch.input.v1");
  EXPECT_EQ(record.key, "park-1");
  EXPECT_EQ(record.payload, frame);
  EXPECT_EQ(record.header("content-type"), "application/hj212");
  EXPECT_EQ(record.header("received"), "1773538200123");
  EXPECT_TRUE(eventually([&] { return counters().frames[1].answered == 1; }));
}

TEST_F(GatewayTest, AnswersAsTheVersionAndCommandAsk) {
  start();
  struct Case {
    const char* name;
    std::string sent, expected;
  };
  const std::string q = qn(7);
  const Case cases[] = {
      {"2017 data", report("MN-1", 7, 5), answer("MN-1", 7, 4)},
      {"2025 data", report("MN-1", 7, 9), answer("MN-1", 7, 8)},
      {"2005 data names the QN in its area too", report("MN-1", 7, 1),
       framed("QN=" + q + ";ST=91;CN=9014;PW=123456;MN=MN-1;Flag=0;CP=&&QN=" + q + "&&")},
      {"heartbeat", framed("QN=" + q + ";ST=31;CN=9015;PW=123456;MN=MN-1;Flag=9;CP=&&&&"),
       answer("MN-1", 7, 8, "9013")},
      {"notice", framed("QN=" + q + ";ST=31;CN=1013;PW=123456;MN=MN-1;Flag=5;CP=&&&&"),
       answer("MN-1", 7, 4, "9013")},
      {"boot time", report("MN-1", 7, 5, "2081"), answer("MN-1", 7, 4)},
      {"unknown command is kept and answered", report("MN-1", 7, 5, "8888"), answer("MN-1", 7, 4)},
      {"unknown MN", report("STRANGER", 7), answer("STRANGER", 7)},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    TcpClient client(gateway_->port());
    ASSERT_TRUE(client.send(c.sent));
    EXPECT_EQ(client.read_until("\r\n"), c.expected);
  }
  EXPECT_TRUE(eventually([&] { return counters().frames[1].not_monitored == 1; }));
  EXPECT_EQ(counters().unknown_commands, 1U);
  EXPECT_EQ(counters().heartbeats, 1U);
  EXPECT_EQ(producer_.log().back().key, "STRANGER");
}

TEST_F(GatewayTest, DoesNotAnswerWhatAsksForNoneOrIsWrong) {
  start();
  std::string wrong_crc = report("MN-1", 3);
  wrong_crc[wrong_crc.size() - 4] = wrong_crc[wrong_crc.size() - 4] == '0' ? '4' : '0';
  const std::string silent[] = {
      report("MN-1", 1, 4),
      framed("QN=" + qn(2) + ";ST=91;CN=9013;PW=123456;MN=MN-1;Flag=5;CP=&&&&"),
      wrong_crc,
      report("MN-SECRET", 4),
      framed("QN=" + std::string(9000, '9') + ";ST=31;CN=2011;PW=1;MN=MN-1;Flag=5;CP=&&&&"),
  };
  TcpClient client(gateway_->port());
  for (const std::string& bytes : silent) ASSERT_TRUE(client.send(bytes));
  ASSERT_TRUE(client.send(report("MN-1", 9)));
  EXPECT_EQ(client.read_until(qn(9)).find(answer("MN-1", 9)), 0U);
  // All are evidence in the log, the broken one included, in order.
  const auto log = producer_.log();
  ASSERT_EQ(log.size(), 6U);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(log[i].payload, silent[i]);
  EXPECT_EQ(log[2].key, "park-1");
  EXPECT_TRUE(eventually([&] { return rejected(Reason::CrcMismatch) == 1; }));
  EXPECT_EQ(counters().wrong_passwords, 1U);
  EXPECT_EQ(events(GatewayEvent::Kind::WrongPassword).size(), 1U);
}

TEST_F(GatewayTest, ReadsFramesHoweverTheStreamIsCut) {
  start();
  std::string stream, answers;
  for (int i = 0; i < 40; ++i) {
    stream += report("MN-1", i);
    answers += answer("MN-1", i);
  }
  TcpClient glued(gateway_->port());
  ASSERT_TRUE(glued.send(stream));
  glued.read_until(qn(39) + ";ST=91");
  ASSERT_TRUE(eventually([&] { return glued.received().size() == answers.size(); }));
  EXPECT_EQ(glued.received(), answers);

  TcpClient split(gateway_->port());
  const std::string frame = report("MN-1", 77);
  for (const char byte : frame) ASSERT_TRUE(split.send(std::string_view(&byte, 1)));
  EXPECT_EQ(split.read_until("\r\n"), answer("MN-1", 77));
}

TEST_F(GatewayTest, TakesAFrameWithoutTailOnceTheSenderPauses) {
  start();
  TcpClient client(gateway_->port());
  const std::string frame = report("MN-1", 1);
  ASSERT_TRUE(client.send(std::string_view(frame).substr(0, frame.size() - 2)));
  EXPECT_EQ(client.read_until("\r\n"), answer("MN-1", 1));
  ASSERT_TRUE(client.send("\r\n" + report("MN-1", 2)));
  EXPECT_EQ(client.read_until(qn(2)), answer("MN-1", 1) + answer("MN-1", 2));
  EXPECT_EQ(producer_.log().size(), 2U);
}

TEST_F(GatewayTest, AnswersAPeerThatEndsItsDirectionFirst) {
  producer_.set_mode(Mode::Hold);
  start();
  TcpClient client(gateway_->port());
  ASSERT_TRUE(client.send(report("MN-1", 1)));
  client.end_sending();
  ASSERT_TRUE(eventually([&] { return counters().unanswered == 1; }));
  producer_.set_mode(Mode::Acknowledge);
  EXPECT_TRUE(client.closed_by_peer());
  EXPECT_EQ(client.received(), answer("MN-1", 1));
}

TEST_F(GatewayTest, KeepsAndCountsProbesOfOtherProtocols) {
  options_.first_frame_timeout = 1500ms;
  start();
  const std::string probes[] = {
      "GET / HTTP/1.1\r\nHost: example\r\n\r\n",
      std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + std::string(500, '\x7f'),
      std::string("\x03\x00\x00\x13\x0e\xe0\x00\x00\x00\x00\x00\x01\x00\x08\x00\x03\x00\x00\x00",
                  19),
  };
  for (const std::string& probe : probes) {
    TcpClient client(gateway_->port());
    ASSERT_TRUE(client.send(probe));
    EXPECT_TRUE(client.closed_by_peer());
    EXPECT_EQ(client.received(), "");
  }
  EXPECT_TRUE(eventually([&] { return closed(Close::NoFirstFrame) == 3; }));
  std::size_t kept = 0;
  for (const auto& record : producer_.log()) {
    kept += record.payload.size();
    EXPECT_EQ(record.key, "127.0.0.1");
  }
  std::size_t sent = 0;
  for (const std::string& probe : probes) sent += probe.size();
  EXPECT_EQ(kept, sent);
  EXPECT_TRUE(eventually([&] { return counters().skipped_bytes == sent; }));
}

TEST_F(GatewayTest, RubbishIsKeptWithinItsBudgetAndEndsTheConnection) {
  options_.rubbish.per_key = 1000;
  options_.rubbish_bytes_max = 20'000;
  start();
  TcpClient client(gateway_->port());
  client.send(std::string(60'000, 'x'));
  EXPECT_TRUE(client.closed_by_peer());
  EXPECT_TRUE(eventually([&] { return closed(Close::Rubbish) == 1; }));
  EXPECT_EQ(counters().rubbish_bytes_kept, 1000U);
  EXPECT_GT(counters().rubbish_bytes_dropped, 10'000U);
}

TEST_F(GatewayTest, SlowAndHalfOpenConnectionsEndAndDoNotStopTheOthers) {
  options_.frame_timeout = 700ms;
  options_.first_frame_timeout = 1500ms;
  options_.idle_timeout = 2000ms;
  start();
  TcpClient never(gateway_->port()), slow(gateway_->port()), idle(gateway_->port());
  ASSERT_TRUE(idle.send(report("STRANGER", 1)));
  const std::string frame = report("MN-1", 5);
  std::size_t dripped = 0;
  ASSERT_TRUE(eventually([&] {
    // One byte a turn: a frame that goes on and on.
    if (dripped < frame.size() / 2 && !slow.send(std::string_view(&frame[dripped++], 1)))
      return true;
    TcpClient other(gateway_->port());
    EXPECT_TRUE(other.send(report("MN-2", 2)));
    EXPECT_EQ(other.read_until("\r\n"), answer("MN-2", 2));
    return closed(Close::FrameTimeout) == 1;
  }));
  EXPECT_TRUE(slow.closed_by_peer());
  EXPECT_TRUE(never.closed_by_peer());
  EXPECT_TRUE(eventually([&] { return closed(Close::NoFirstFrame) == 1; }));
  EXPECT_TRUE(idle.closed_by_peer());
  EXPECT_TRUE(eventually([&] { return closed(Close::Idle) == 1; }));
}

TEST_F(GatewayTest, LimitsConnectionsPerAddressAndInAll) {
  options_.connections_per_address_max = 2;
  options_.connections_max = 3;
  start();
  TcpClient a(gateway_->port()), b(gateway_->port()), beyond(gateway_->port());
  EXPECT_TRUE(beyond.closed_by_peer());
  TcpClient c(gateway_->port(), "127.0.0.2"), full(gateway_->port(), "127.0.0.3");
  EXPECT_TRUE(full.closed_by_peer());
  ASSERT_TRUE(c.send(report("MN-1", 1)));
  EXPECT_EQ(c.read_until("\r\n"), answer("MN-1", 1));
  EXPECT_TRUE(eventually([&] { return counters().connections_refused[1] == 1; }));
  const GatewayCounters now = counters();
  EXPECT_EQ(now.connections_refused[0], 1U);
  EXPECT_EQ(now.connections_refused[1], 1U);
  EXPECT_EQ(now.connections_open, 3U);
}

TEST_F(GatewayTest, LimitsUnregisteredDevices) {
  options_.unregistered = {.per_key = 3, .in_all = 5};
  start();
  TcpClient client(gateway_->port());
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(client.send(report("STRANGER-A", i)));
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(client.send(report("STRANGER-B", i)));
  ASSERT_TRUE(client.send(report("MN-1", 99)));
  client.read_until(qn(99));
  EXPECT_EQ(producer_.log().size(), 6U);
  EXPECT_TRUE(eventually([&] { return counters().unregistered_limited == 7; }));
  EXPECT_EQ(counters().frames[1].not_monitored, 12U);
}

TEST_F(GatewayTest, FindsOneDeviceAtTwoAddresses) {
  start();
  TcpClient here(gateway_->port(), "127.0.0.1"), there(gateway_->port(), "127.0.0.2");
  int number = 0;
  const auto speak = [&](TcpClient& client) {
    ASSERT_TRUE(client.send(report("MN-1", ++number)));
    client.read_until(qn(number));
  };
  speak(here);
  speak(there);
  EXPECT_EQ(counters().twin_addresses, 0U);
  speak(here);
  speak(there);
  EXPECT_TRUE(eventually([&] { return counters().twin_addresses == 1; }));
  ASSERT_EQ(events(GatewayEvent::Kind::TwinAddress).size(), 1U);
}

TEST_F(GatewayTest, ALoggerThatDoesNotReadItsAnswersIsClosed) {
  options_.write_bytes_max = 2'000;
  options_.answer_timeout = 1ms;
  start();
  TcpClient client(gateway_->port(), "127.0.0.1", 4096);
  std::string burst;
  for (int i = 0; i < 1000; ++i) burst += report("MN-1", i);
  while (closed(Close::SlowReader) == 0 && client.send(burst)) {
  }
  EXPECT_TRUE(eventually([&] { return closed(Close::SlowReader) == 1; }));
}

}  // namespace
}  // namespace parkwatch
