#include "ingest/kafka_producer.h"

#include <librdkafka/rdkafka.h>

#include <array>
#include <vector>

#include "ingest/kafka_client.h"
#include "model/check.h"

namespace parkwatch {

namespace {

Delivery delivery_of(const rd_kafka_message_t& message) {
  Delivery delivery;
  delivery.id = {rd_kafka_topic_name(message.rkt), message.partition};
  delivery.acknowledged = message.err == RD_KAFKA_RESP_ERR_NO_ERROR;
  if (delivery.acknowledged) {
    delivery.offset = message.offset;
  } else {
    delivery.error = rd_kafka_err2str(message.err);
  }
  return delivery;
}

void on_delivery_report(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
  const std::unique_ptr<OnDelivery> callback(static_cast<OnDelivery*>(message->_private));
  if (callback && *callback) (*callback)(delivery_of(*message));
}

rd_kafka_vu_t header_unit(const HeaderView& header) {
  rd_kafka_vu_t unit{};
  unit.vtype = RD_KAFKA_VTYPE_HEADER;
  unit.u.header.name = header.first.data();  // the caller made it end with a null
  unit.u.header.val = header.second.data();
  unit.u.header.size = static_cast<ssize_t>(header.second.size());
  return unit;
}

/// The library takes bytes by non-const pointer and, told to copy, does not write to them.
void* unconst(std::string_view bytes) {
  return const_cast<char*>(bytes.data());
}

}  // namespace

struct KafkaProducer::Impl {
  explicit Impl(Options given)
      : options(std::move(given)),
        state(this, options.broker.on_log),
        client(kafka::make_client(
            kafka::Role::Producer, options.broker,
            {{"enable.idempotence", "true"},
             {"acks", "all"},
             {"partitioner", "murmur2_random"},
             {"compression.type", "lz4"},
             {"linger.ms", std::to_string(options.linger.count())},
             {"message.timeout.ms", std::to_string(options.delivery_timeout.count())},
             {"queue.buffering.max.messages", std::to_string(options.queue_records)},
             {"queue.buffering.max.kbytes", std::to_string(options.queue_kib)},
             {"message.max.bytes", std::to_string(options.record_bytes_max)}},
            state,
            [](rd_kafka_conf_s* conf) { rd_kafka_conf_set_dr_msg_cb(conf, on_delivery_report); })) {
  }

  const Options options;
  kafka::ClientState state;
  kafka::Client client;
};

KafkaProducer::KafkaProducer(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}

KafkaProducer::~KafkaProducer() {
  rd_kafka_purge(impl_->client.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  rd_kafka_flush(impl_->client.get(), 1'000);
}

Produced KafkaProducer::produce(const std::string& topic, std::string_view key,
                                std::span<const HeaderView> headers, std::string_view payload,
                                OnDelivery on_delivery) {
  auto callback = std::make_unique<OnDelivery>(std::move(on_delivery));
  std::vector<std::string> names;  // header names must end with a null
  names.reserve(headers.size());
  std::vector<rd_kafka_vu_t> units(5);
  units[0].vtype = RD_KAFKA_VTYPE_TOPIC;
  units[0].u.cstr = topic.c_str();
  units[1].vtype = RD_KAFKA_VTYPE_KEY;
  units[1].u.mem = {unconst(key), key.size()};
  units[2].vtype = RD_KAFKA_VTYPE_VALUE;
  units[2].u.mem = {unconst(payload), payload.size()};
  units[3].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  units[3].u.i = RD_KAFKA_MSG_F_COPY;
  units[4].vtype = RD_KAFKA_VTYPE_OPAQUE;
  units[4].u.ptr = callback.get();
  for (const auto& [name, value] : headers) {
    names.emplace_back(name);
    units.push_back(header_unit({names.back(), value}));
  }
  rd_kafka_error_t* failure = rd_kafka_produceva(impl_->client.get(), units.data(), units.size());
  if (!failure) {
    static_cast<void>(callback.release());  // comes back with the delivery report
    return Produced::Queued;
  }
  const rd_kafka_resp_err_t code = rd_kafka_error_code(failure);
  const std::string text = rd_kafka_error_string(failure);
  rd_kafka_error_destroy(failure);
  if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) return Produced::QueueFull;
  if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) return Produced::TooLarge;
  if (code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC) {
    throw BrokerRefused("topic " + topic + " does not exist on " + impl_->options.broker.bootstrap +
                        "; create it with `parkwatch topics create`");
  }
  throw BrokerUnavailable("producing to " + topic + ": " + text + impl_->state.error_suffix());
}

void KafkaProducer::poll(std::chrono::milliseconds timeout) {
  rd_kafka_poll(impl_->client.get(), kafka::to_timeout(timeout));
}

bool KafkaProducer::flush(std::chrono::milliseconds timeout) {
  return rd_kafka_flush(impl_->client.get(), kafka::to_timeout(timeout)) ==
         RD_KAFKA_RESP_ERR_NO_ERROR;
}

std::size_t KafkaProducer::pending() const {
  return static_cast<std::size_t>(rd_kafka_outq_len(impl_->client.get()));
}

std::int32_t KafkaProducer::partition_count(const std::string& topic) {
  return kafka::partition_count(impl_->client.get(), impl_->state, impl_->options.broker, topic,
                                impl_->options.broker.start_timeout);
}

}  // namespace parkwatch
