#include "app/demo_records.h"

#include <stdexcept>

#include "ingest/topics.h"

namespace parkwatch {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

KafkaProducer::Options options_for(const BrokerSettings& broker) {
  KafkaProducer::Options options;
  options.broker = broker;
  return options;
}

}  // namespace

DemoRecords::DemoRecords(const BrokerSettings& broker) : producer_(options_for(broker)) {}

void DemoRecords::note(const Delivery& delivery) {
  if (!delivery.acknowledged && failure_.empty()) failure_ = delivery.error;
}

void DemoRecords::send(std::string_view park, std::string_view json) {
  const HeaderView headers[] = {{"content-type", "application/json"}};
  producer_.poll(milliseconds(0));
  const Produced outcome = producer_.produce(std::string(input_topic), park, headers, json,
                                             [this](const Delivery& delivery) { note(delivery); });
  if (outcome != Produced::Queued || !failure_.empty()) {
    throw std::runtime_error("the embedded broker takes no records " + failure_);
  }
  ++sent_;
}

void DemoRecords::flush() {
  if (!producer_.flush(seconds(10)) || !failure_.empty()) {
    throw std::runtime_error("the embedded broker does not acknowledge records " + failure_);
  }
}

}  // namespace parkwatch
