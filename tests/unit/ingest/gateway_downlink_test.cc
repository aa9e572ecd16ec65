#include <gtest/gtest.h>

#include <future>

#include "tests/support/gateway_fixture.h"

namespace parkwatch {
namespace {

using State = CommandOutcome::State;

class GatewayDownlinkTest : public GatewayFixture {
 protected:
  std::future<CommandOutcome> order(DownlinkCommand command) {
    auto promise = std::make_shared<std::promise<CommandOutcome>>();
    gateway_->command(std::move(command),
                      [promise](const CommandOutcome& outcome) { promise->set_value(outcome); });
    return promise->get_future();
  }
  static std::string qn_of(const std::string& frame) {
    return frame.substr(frame.find("QN=") + 3, 17);
  }
  static std::string uplink(const std::string& qn, const std::string& cn, const std::string& area) {
    return framed("QN=" + qn + ";ST=91;CN=" + cn + ";PW=123456;MN=MN-1;Flag=4;CP=&&" + area + "&&");
  }
  void speak(TcpClient& client, const std::string& mn) {
    ASSERT_TRUE(client.send(report(mn, 1)));
    client.read_until("\r\n");
  }
};

TEST_F(GatewayDownlinkTest, RefusesWhatIsNotAllowed) {
  options_.downlink = true;
  start();
  TcpClient client(gateway_->port());
  speak(client, "MN-1");
  struct Case {
    const char* name;
    DownlinkCommand command;
    State state;
  };
  const Case cases[] = {
      {"not on the list", {"MN-1", 3012, "PolId=w01018", "me", "", ""}, State::NotAllowed},
      {"a role without a reason", {"MN-1", 3012, "", "me", "admin", ""}, State::NotAllowed},
      {"no such command", {"MN-1", 4711, "", "me", "admin", "because"}, State::Malformed},
      {"text that ends the area", {"MN-1", 1011, "&&;CN=1012", "me", "", ""}, State::Malformed},
      {"a line end", {"MN-1", 1011, "A=\r\n", "me", "", ""}, State::Malformed},
      {"a device that is not here", {"MN-2", 1011, "", "me", "", ""}, State::NotConnected},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(order(c.command).get().state, c.state);
  }
  EXPECT_EQ(client.received(), answer("MN-1", 1));
  EXPECT_TRUE(eventually([&] { return counters().commands_refused == std::size(cases); }));
  EXPECT_EQ(producer_.log().size(), 1U);
}

TEST_F(GatewayDownlinkTest, IsOffByDefault) {
  start();
  TcpClient client(gateway_->port());
  speak(client, "MN-1");
  EXPECT_EQ(order({"MN-1", 1011, "", "me", "", ""}).get().state, State::Disabled);
}

TEST_F(GatewayDownlinkTest, CommandAnswerAndResultAreEvidence) {
  options_.downlink = true;
  start();
  TcpClient client(gateway_->port());
  speak(client, "MN-1");
  auto outcome =
      order({"MN-1", 2061, "BeginTime=20260315000000,EndTime=20260315010000", "li", "", ""});
  const std::string sent = client.read_until("CN=2061").substr(answer("MN-1", 1).size());
  const std::string qn = qn_of(sent);
  ASSERT_TRUE(client.send(uplink(qn, "9011", "QnRtn=1")));
  ASSERT_TRUE(client.send(uplink(qn, "9012", "ExeRtn=1")));
  const CommandOutcome done = outcome.get();
  EXPECT_EQ(done.state, State::Done);
  EXPECT_EQ(done.code, 1);
  EXPECT_EQ(done.qn, qn);
  ASSERT_TRUE(eventually([&] { return producer_.log().size() == 4; }));
  const auto log = producer_.log();
  EXPECT_EQ(log[1].key, "park-1");
  EXPECT_EQ(log[1].header("downlink"), "by=li;role=;reason=");
  EXPECT_NE(log[1].payload.find("CN=2061;PW=123456;MN=MN-1;Flag=5"), std::string::npos);
  EXPECT_NE(log[2].payload.find("QnRtn=1"), std::string::npos);
  EXPECT_NE(log[3].payload.find("ExeRtn=1"), std::string::npos);
}

TEST_F(GatewayDownlinkTest, ARefusalAndASilenceEndACommand) {
  options_.downlink = true;
  options_.command_timeout = std::chrono::milliseconds(100);
  options_.command_retries = 2;
  start();
  TcpClient client(gateway_->port());
  speak(client, "MN-1");
  auto refused = order({"MN-1", 1011, "", "li", "", ""});
  const std::string sent = client.read_until("CN=1011").substr(answer("MN-1", 1).size());
  ASSERT_TRUE(client.send(uplink(qn_of(sent), "9011", "QnRtn=2")));
  const CommandOutcome outcome = refused.get();
  EXPECT_EQ(outcome.state, State::Refused);
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(order({"MN-1", 1061, "", "li", "", ""}).get().state, State::TimedOut);
  EXPECT_TRUE(eventually([&] { return counters().commands_sent == 4; }));
}

TEST_F(GatewayDownlinkTest, SetsTheClockOnlyWhereWeAreTimeMaster) {
  start();
  for (const char* mn : {"MN-1", "MN-MASTER"}) {
    SCOPED_TRACE(mn);
    TcpClient client(gateway_->port());
    const std::string segment =
        ";ST=31;CN=1013;PW=123456;MN=" + std::string(mn) + ";Flag=5;CP=&&PolId=w01018&&";
    ASSERT_TRUE(client.send(framed("QN=" + qn(3) + segment)));
    ASSERT_TRUE(client.send(report(mn, 4)));
    const bool master = std::string_view(mn) == "MN-MASTER";
    const std::string expected = master ? "SystemTime=20260315093000&&" : qn(4);
    EXPECT_NE(client.read_until(expected).find(expected), std::string::npos);
    EXPECT_EQ(client.read_until("9014").find("CN=1012") != std::string::npos, master);
    EXPECT_EQ(client.received().find(answer(mn, 3, 4, "9013")), 0U);
  }
  EXPECT_TRUE(eventually([&] { return counters().commands_sent == 1; }));
}

}  // namespace
}  // namespace parkwatch
