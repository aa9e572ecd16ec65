#include "ingest/delivery_line.h"

#include <gtest/gtest.h>

#include "tests/support/fake_producer.h"
#include "tests/support/temporary_folder.h"

namespace parkwatch {
namespace {

using Mode = FakeProducer::Mode;
using State = DeliveryLine::State;
using Texts = std::vector<std::string>;
using namespace std::chrono_literals;

class DeliveryLineTest : public ::testing::Test {
 protected:
  std::unique_ptr<DeliveryLine> make(std::uint64_t spool_bytes_max = 1 << 20) {
    DeliveryLine::Options options;
    options.topic = "input";
    options.spool.file = folder_.file("spool");
    options.spool.bytes_max = spool_bytes_max;
    options.in_flight_max = 4;
    return std::make_unique<DeliveryLine>(
        options, producer_, [this](const SpooledFrame& f) { answered_.push_back(f.payload); },
        DeliveryLine::OnWork{});
  }
  bool submit(DeliveryLine& line, const std::string& payload) {
    return line.submit({0, 1, ReceivedTime(42), "park", payload, ""}, now_);
  }
  void pass(DeliveryLine& line, std::chrono::milliseconds time, int turns = 1) {
    now_ += time;
    for (int i = 0; i < turns; ++i) line.turn(now_);
  }
  Texts delivered() const {
    Texts payloads;
    for (const auto& record : producer_.log()) payloads.push_back(record.payload);
    return payloads;
  }

  TemporaryFolder folder_;
  FakeProducer producer_;
  Texts answered_;
  DeliveryLine::Clock::time_point now_{1h};
};

TEST_F(DeliveryLineTest, AnswersOnlyAfterTheAcknowledgement) {
  const auto line = make();
  producer_.set_mode(Mode::Hold);
  ASSERT_TRUE(submit(*line, "a"));
  pass(*line, 1ms, 5);
  EXPECT_EQ(answered_, Texts{});
  producer_.set_mode(Mode::Acknowledge);
  pass(*line, 1ms);
  EXPECT_EQ(answered_, Texts{"a"});
  ASSERT_EQ(producer_.log().size(), 1U);
  EXPECT_EQ(producer_.log()[0].topic, "input");
  EXPECT_EQ(producer_.log()[0].key, "park");
  EXPECT_EQ(producer_.log()[0].header("content-type"), "application/hj212");
  EXPECT_EQ(producer_.log()[0].header("received"), "42");
  EXPECT_TRUE(line->spool().empty());
}

TEST_F(DeliveryLineTest, SpoolsWhatFailedAndDrainsInOrderBeforeAnythingNew) {
  const auto line = make();
  producer_.set_mode(Mode::Fail);
  for (const char* text : {"a", "b", "c"}) ASSERT_TRUE(submit(*line, text));
  pass(*line, 1ms);
  EXPECT_EQ(line->state(), State::Away);
  EXPECT_EQ(line->spool().undelivered(), 3U);
  ASSERT_TRUE(submit(*line, "d"));
  pass(*line, 2s, 3);  // the probe fails too
  EXPECT_EQ(line->state(), State::Away);
  EXPECT_EQ(answered_, Texts{});
  producer_.set_mode(Mode::Acknowledge);
  ASSERT_TRUE(submit(*line, "e"));
  pass(*line, 2s, 6);
  EXPECT_EQ(line->state(), State::Direct);
  ASSERT_TRUE(submit(*line, "f"));
  pass(*line, 1ms, 2);
  EXPECT_EQ(delivered(), (Texts{"a", "b", "c", "d", "e", "f"}));
  EXPECT_EQ(answered_, delivered());
  EXPECT_TRUE(line->spool().empty());
  EXPECT_EQ(line->counters().dropped, 0U);
}

TEST_F(DeliveryLineTest, AStallSpoolsAndALateAcknowledgementIsNotProducedAgain) {
  const auto line = make();
  producer_.set_mode(Mode::Hold);
  ASSERT_TRUE(submit(*line, "a"));
  ASSERT_TRUE(submit(*line, "b"));
  pass(*line, 6s);
  EXPECT_EQ(line->state(), State::Away);
  EXPECT_EQ(line->spool().undelivered(), 2U);
  ASSERT_TRUE(submit(*line, "c"));
  producer_.set_mode(Mode::Acknowledge);
  pass(*line, 1ms, 4);
  EXPECT_EQ(delivered(), (Texts{"a", "b", "c"}));
  EXPECT_EQ(answered_, delivered());
  EXPECT_EQ(line->state(), State::Direct);
  EXPECT_TRUE(line->spool().empty());
}

TEST_F(DeliveryLineTest, AFailureWhileDrainingBeginsAgainAtTheFirstUndelivered) {
  const auto line = make();
  producer_.set_mode(Mode::Fail);
  for (const char* text : {"a", "b", "c", "d", "e", "f"}) ASSERT_TRUE(submit(*line, text));
  pass(*line, 1ms);
  producer_.set_mode(Mode::Hold);
  pass(*line, 2s);  // the probe is on its way
  producer_.set_mode(Mode::Acknowledge);
  pass(*line, 1ms);  // it arrives, more are produced
  producer_.set_mode(Mode::Fail);
  pass(*line, 1ms);
  EXPECT_EQ(line->state(), State::Away);
  producer_.set_mode(Mode::Acknowledge);
  pass(*line, 2s, 6);
  EXPECT_EQ(delivered(), (Texts{"a", "b", "c", "d", "e", "f"}));
  EXPECT_TRUE(line->spool().empty());
}

TEST_F(DeliveryLineTest, AFullSpoolTakesNothingUntilItIsEmptyAgain) {
  const auto line = make(120);
  producer_.set_mode(Mode::Fail);
  ASSERT_TRUE(submit(*line, "a"));
  pass(*line, 1ms);
  ASSERT_TRUE(submit(*line, "b"));
  EXPECT_FALSE(submit(*line, "c"));
  EXPECT_TRUE(line->full());
  EXPECT_FALSE(submit(*line, "d"));
  EXPECT_EQ(line->counters().dropped, 1U);
  producer_.set_mode(Mode::Acknowledge);
  pass(*line, 2s, 5);
  EXPECT_FALSE(line->full());
  EXPECT_EQ(delivered(), (Texts{"a", "b"}));
  EXPECT_TRUE(submit(*line, "e"));
}

TEST_F(DeliveryLineTest, ARestartDeliversWhatTheFormerOneKept) {
  producer_.set_mode(Mode::Hold);
  {
    const auto line = make();
    ASSERT_TRUE(submit(*line, "a"));
    ASSERT_TRUE(submit(*line, "b"));
    EXPECT_TRUE(line->finish(1ms));
  }
  FakeProducer other;
  DeliveryLine::Options options;
  options.spool.file = folder_.file("spool");
  DeliveryLine line(options, other,
                    [this](const SpooledFrame& f) { answered_.push_back(f.payload); }, {});
  EXPECT_EQ(line.state(), State::Away);
  pass(line, 2s, 4);
  EXPECT_EQ(answered_, (Texts{"a", "b"}));
  EXPECT_EQ(other.log().size(), 2U);
  EXPECT_TRUE(line.spool().empty());
}

TEST_F(DeliveryLineTest, AFullOrRefusingProducerLosesNothing) {
  const auto line = make();
  producer_.set_queue_max(1);
  producer_.set_record_bytes_max(5);
  ASSERT_TRUE(submit(*line, "a"));
  ASSERT_TRUE(submit(*line, "b"));  // the producer's queue is full
  producer_.set_queue_max(100);
  pass(*line, 2s, 8);
  EXPECT_EQ(delivered(), (Texts{"a", "b"}));
  EXPECT_FALSE(submit(*line, "too large"));
  EXPECT_EQ(line->counters().refused, 1U);
  EXPECT_EQ(line->state(), State::Direct);
}

TEST_F(DeliveryLineTest, HasNoRoomWhileTooManyAreInFlight) {
  const auto line = make();
  producer_.set_mode(Mode::Hold);
  for (const char* text : {"a", "b", "c", "d"}) {
    EXPECT_TRUE(line->has_room());
    ASSERT_TRUE(submit(*line, text));
  }
  EXPECT_FALSE(line->has_room());
  producer_.set_mode(Mode::Acknowledge);
  pass(*line, 1ms);
  EXPECT_TRUE(line->has_room());
}

}  // namespace
}  // namespace parkwatch
