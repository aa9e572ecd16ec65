#include "ingest/kafka_source.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "ingest/kafka_assignment.h"
#include "ingest/kafka_client.h"
#include "ingest/kafka_errors.h"
#include "model/check.h"

namespace parkwatch {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

struct QueueDeleter {
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
};

kafka::Client make_consumer(const KafkaSource::Options& options, kafka::ClientState& state,
                            void (*on_rebalance)(rd_kafka_t*, rd_kafka_resp_err_t,
                                                 rd_kafka_topic_partition_list_t*, void*)) {
  // Without a group the name is never used to join or commit, but the library wants one.
  const std::string group = options.group.empty() ? "parkwatch-reader" : options.group;
  return kafka::make_client(
      kafka::Role::Consumer, options.broker,
      {{"group.id", group},
       {"group.instance.id", options.instance_id},
       {"session.timeout.ms", std::to_string(options.session_timeout.count())},
       {"heartbeat.interval.ms", std::to_string(options.heartbeat_interval.count())},
       // Between two things to do the client looks at its heartbeat once a second, whatever its
       // interval; this timer, whose figures nobody takes, wakes it.
       {"statistics.interval.ms", "250"},
       {"max.poll.interval.ms", std::to_string(options.max_poll_interval.count())},
       {"partition.assignment.strategy", "cooperative-sticky"},
       {"enable.auto.commit", "false"},
       {"enable.auto.offset.store", "false"},
       {"auto.offset.reset", "error"},
       {"isolation.level", "read_committed"},
       {"check.crcs", "true"},
       {"enable.partition.eof", "true"},
       {"fetch.wait.max.ms", std::to_string(options.fetch_wait.count())},
       {"fetch.message.max.bytes", std::to_string(options.fetch_kib * 1'024)},
       {"queued.min.messages", std::to_string(options.queue_records)},
       {"queued.max.messages.kbytes", std::to_string(options.queue_kib)}},
      state, [on_rebalance](rd_kafka_conf_s* conf) {
        rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
        constexpr int first_with_backoff = 0x02020000;  // before, a full queue sleeps 1 s
        if (rd_kafka_version() >= first_with_backoff) {
          kafka::set(conf, "fetch.queue.backoff.ms", "10");
        }
      });
}

}  // namespace

struct KafkaSource::Impl {
  explicit Impl(Options given)
      : options(std::move(given)),
        state(this, options.broker.on_log),
        client(make_consumer(options, state, on_rebalance)),
        assignment(options.topic, client.get()),
        records_per_poll(options.records_per_poll) {
    check(options.records_per_call >= 1 && options.records_per_poll >= options.records_per_call);
    messages.reserve(options.records_per_poll);
  }

  static void on_rebalance(rd_kafka_t*, rd_kafka_resp_err_t error,
                           rd_kafka_topic_partition_list_t* partitions, void* opaque) {
    Impl& self = *static_cast<Impl*>(static_cast<kafka::ClientState*>(opaque)->owner());
    self.assignment.on_rebalance(error, partitions);
  }

  std::int32_t first_answer();
  void start();
  void consume(milliseconds timeout);
  void accept(const rd_kafka_message_t& message);
  void watch(bool heard);
  void send_hints();

  const Options options;
  kafka::ClientState state;
  kafka::Client client;
  kafka::Assignment assignment;
  std::size_t records_per_poll;
  std::unique_ptr<rd_kafka_queue_t, QueueDeleter> queue;
  std::vector<rd_kafka_message_t*> messages;  // of the last poll; what its records point into
  std::map<PartitionId, std::int64_t> hints;  // not sent yet
  steady_clock::time_point hints_sent = steady_clock::now();
  std::optional<steady_clock::time_point> down_since;
  steady_clock::time_point last_probe;
};

/// The number of partitions. The client's reports are read only when that fails: they say why.
std::int32_t KafkaSource::Impl::first_answer() {
  try {
    return kafka::partition_count(client.get(), state, options.broker, options.topic,
                                  options.broker.start_timeout);
  } catch (const BrokerUnavailable& error) {
    rd_kafka_poll(client.get(), 0);
    if (state.refused()) kafka::throw_unreached(state, error.what());
    throw SourceUnavailable(error.what() + state.error_suffix());
  }
}

void KafkaSource::Impl::start() {
  const std::int32_t count = first_answer();
  kafka::require(rd_kafka_poll_set_consumer(client.get()), "consumer queue");
  queue.reset(rd_kafka_queue_get_consumer(client.get()));
  if (options.group.empty()) {
    assignment.take_all(count);
  } else {
    assignment.subscribe();
  }
}

/// Before 2.1.0 a call for many messages loses those it has gathered when a rebalance comes in
/// between: partitions that stay go on behind them. One at a time is safe.
std::size_t safe_per_call(std::size_t wanted) {
  constexpr int first_with_safe_batches = 0x02010000;
  return rd_kafka_version() < first_with_safe_batches ? 1 : wanted;
}

/// One round of library calls: up to records_per_poll as long as the queue is full.
void KafkaSource::Impl::consume(milliseconds timeout) {
  const std::size_t per_call = safe_per_call(options.records_per_call);
  while (messages.size() < records_per_poll) {
    const std::size_t before = messages.size();
    const std::size_t wanted = std::min(per_call, records_per_poll - before);
    messages.resize(before + wanted);
    const ssize_t taken = rd_kafka_consume_batch_queue(queue.get(), kafka::to_timeout(timeout),
                                                       messages.data() + before, wanted);
    messages.resize(before + static_cast<std::size_t>(std::max<ssize_t>(taken, 0)));
    if (messages.size() - before < wanted) return;
    timeout = milliseconds(0);
  }
}

void KafkaSource::Impl::accept(const rd_kafka_message_t& message) {
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    assignment.add_record(message);
  } else if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    assignment.reached_end(message.partition, message.offset);
  } else if (kafka::is_outside_log(message.err)) {
    assignment.refuse_position(message.partition);
  } else if (!kafka::passes_by_itself(message.err)) {
    kafka::throw_consumer_error(client.get(), message, options.instance_id);
  }
}

/// Gives up once no broker was reachable for long enough. The library reports the loss, but not the
/// return, so that is asked for once a second.
void KafkaSource::Impl::watch(bool heard) {
  if (heard) state.clear_down();
  if (!state.down()) {
    down_since.reset();
    return;
  }
  constexpr milliseconds probe_interval(1'000);
  const auto now = steady_clock::now();
  if (!down_since) down_since = now;
  if (now - last_probe < probe_interval) return;
  if (kafka::answers(client.get(), std::min(probe_interval, options.broker.call_timeout))) {
    state.clear_down();
    down_since.reset();
  } else if (steady_clock::now() - *down_since >= options.unavailable_after) {
    throw SourceUnavailable("Kafka at " + options.broker.bootstrap + " was away for more than " +
                            std::to_string(options.unavailable_after.count()) + " ms" +
                            state.error_suffix());
  }
  last_probe = steady_clock::now();
}

/// Of the partitions that are still ours.
void KafkaSource::Impl::send_hints() {
  std::erase_if(hints, [&](const auto& hint) { return !assignment.has(hint.first); });
  if (!hints.empty()) kafka::commit_hints(client.get(), std::exchange(hints, {}));
  hints_sent = steady_clock::now();
}

KafkaSource::KafkaSource(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {
  impl_->start();
}

KafkaSource::~KafkaSource() {
  release();
  impl_->send_hints();
  if (impl_->assignment.close()) return;
  // To the group it is as if the process were killed: its session ends by itself.
  rd_kafka_set_log_level(impl_->client.get(), 0);
  static_cast<void>(impl_.release());
}

Poll KafkaSource::poll(milliseconds timeout) {
  constexpr milliseconds slice(50);  // a call waits this long even when some records have come
  release();
  impl_->assignment.finish_rebalance();
  const auto deadline = steady_clock::now() + timeout;
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
    impl_->consume(std::clamp(left, milliseconds(0), slice));
    if (!impl_->messages.empty() || impl_->assignment.has_news() || left <= slice) break;
  }
  bool heard = false;
  for (const rd_kafka_message_t* message : impl_->messages) {
    heard = heard || message->err == RD_KAFKA_RESP_ERR_NO_ERROR;
    impl_->accept(*message);
  }
  impl_->watch(heard);
  const bool due = steady_clock::now() - impl_->hints_sent >= impl_->options.hint_interval;
  if (due && !impl_->assignment.has_news()) impl_->send_hints();
  return impl_->assignment.take_news();
}

void KafkaSource::limit_poll(std::size_t records) {
  check(records >= 1);
  impl_->records_per_poll = records;
}

void KafkaSource::release() {
  impl_->assignment.forget_records();
  for (rd_kafka_message_t* message : impl_->messages) rd_kafka_message_destroy(message);
  impl_->messages.clear();
}

void KafkaSource::seek(const PartitionId& id, std::int64_t next) {
  const Watermarks log = watermarks(id);
  if (next < log.low || next > log.high) throw OffsetOutsideLog(id, next, log.low, log.high);
  impl_->assignment.seek(id, next, impl_->options.broker.call_timeout);
}

void KafkaSource::pause(const PartitionId& id) {
  impl_->assignment.pause(id);
}

void KafkaSource::resume(const PartitionId& id) {
  impl_->assignment.resume(id);
}

bool KafkaSource::end_of_partition(const PartitionId& id) const {
  return impl_->assignment.at_end(id);
}

std::optional<std::int64_t> KafkaSource::lag(const PartitionId& id) const {
  return impl_->assignment.lag(id);
}

std::string KafkaSource::trouble() const {
  if (!impl_->state.down()) return "";
  return "no broker of " + impl_->options.broker.bootstrap + " answers" +
         impl_->state.error_suffix();
}

void KafkaSource::offsets_committed_hint(const PartitionId& id, std::int64_t next) {
  if (!impl_->options.group.empty()) impl_->hints[id] = next;
}

std::optional<std::int64_t> KafkaSource::committed_hint(const PartitionId& id) {
  if (impl_->options.group.empty()) return std::nullopt;
  return kafka::committed_hint(impl_->client.get(), id, impl_->options.broker);
}

std::int32_t KafkaSource::partition_count(const std::string& topic) {
  return kafka::partition_count(impl_->client.get(), impl_->state, impl_->options.broker, topic,
                                impl_->options.broker.start_timeout);
}

Watermarks KafkaSource::watermarks(const PartitionId& id) {
  return kafka::watermarks(impl_->client.get(), id, impl_->options.broker);
}

}  // namespace parkwatch
