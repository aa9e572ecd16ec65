#include "app/publisher.h"

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <utility>

#include "app/log.h"
#include "app/waiting.h"
#include "ingest/record_headers.h"
#include "model/time.h"

namespace parkwatch {

namespace {

/// What became of the messages of a batch; shared with callbacks that may come after it was left.
struct Deliveries {
  explicit Deliveries(std::size_t count) : acknowledged(count), open(count) {}
  std::vector<bool> acknowledged;
  std::size_t open;
  std::string failure;
};

}  // namespace

Publisher::Publisher(Store& store, Producer& producer, Metrics& metrics, Options options,
                     Clock clock)
    : store_(store),
      producer_(producer),
      metrics_(metrics),
      options_(std::move(options)),
      clock_(std::move(clock)) {}

/// Whoever moved the turn last has it, as long as it moves while messages wait.
bool Publisher::have_turn() {
  if (turn_) return true;
  const std::optional<Turn> present = read_turn(store_, publisher_turn);
  const auto now = clock_();
  if (present && present != seen_) {
    seen_ = present;
    seen_since_ = now;
  }
  if (present && now - seen_since_ < options_.takeover_after) return false;
  turn_ = take_turn(store_, publisher_turn);
  return true;
}

std::vector<OutboxMessage> Publisher::load(std::size_t limit) {
  std::vector<OutboxMessage> messages;
  store_.scan(TableId::Outbox, {}, {}, limit,
              [&](const Row& row) { messages.push_back(outbox_message(row)); });
  return messages;
}

void Publisher::show_backlog(std::size_t batch) {
  constexpr std::chrono::seconds between(10);
  if (batch < options_.batch_messages_max) {
    metrics_.set(Metric::OutboxMessages, static_cast<std::int64_t>(batch));
    return;
  }
  if (clock_() - counted_at_ < between) return;
  counted_at_ = clock_();
  std::int64_t count = 0;
  store_.scan(TableId::Outbox, {}, {}, options_.counted_max, [&](const Row&) { ++count; });
  metrics_.set(Metric::OutboxMessages, count);
}

/// CloudEvents 1.0, binary mode: the attributes as headers, the row as the value.
void Publisher::send(const OutboxMessage& message, OnDelivery on_delivery,
                     const std::stop_token& stop) {
  const std::string time = utc_text(message.time_ms);
  const std::string version = std::to_string(message.version);
  const std::array<HeaderView, 7> headers = {{{"ce_specversion", "1.0"},
                                              {"ce_id", message.message_id},
                                              {"ce_source", options_.source},
                                              {"ce_type", message.type},
                                              {"ce_time", time},
                                              {"ce_version", version},
                                              {content_type_header, "application/json"}}};
  // A tombstone has no content, so no type of it.
  const std::span<const HeaderView> given(headers.data(),
                                          headers.size() - (message.removed ? 1 : 0));
  const std::string_view payload = message.removed ? std::string_view() : message.payload;
  const auto give_up = clock_() + options_.delivery_patience;
  for (;;) {
    switch (producer_.produce(message.topic, message.key, given, payload, on_delivery)) {
      case Produced::Queued:
        return;
      case Produced::TooLarge:
        return on_delivery({false, {}, -1, "larger than the client sends"});
      case Produced::QueueFull:
        producer_.poll(options_.poll);
    }
    if (stop.stop_requested() || clock_() >= give_up) {
      return on_delivery({false, {}, -1, "the client's queue stays full"});
    }
  }
}

std::vector<bool> Publisher::deliver(const std::vector<OutboxMessage>& messages,
                                     const std::stop_token& stop) {
  const auto deliveries = std::make_shared<Deliveries>(messages.size());
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const auto done = [deliveries, i](const Delivery& delivery) {
      deliveries->acknowledged[i] = delivery.acknowledged;
      if (!delivery.acknowledged) deliveries->failure = delivery.error;
      --deliveries->open;
    };
    send(messages[i], done, stop);
  }
  const auto give_up = clock_() + options_.delivery_patience;
  while (deliveries->open > 0 && !stop.stop_requested() && clock_() < give_up) {
    producer_.poll(options_.poll);
  }
  if (deliveries->open > 0) deliveries->failure = "no acknowledgement came";
  failure_ = deliveries->failure;
  return deliveries->acknowledged;
}

/// Deletes what was acknowledged. A message behind a failed one of the same key stays too, to be
/// sent again after it: so the newest of a key is always the last. False when another has the turn.
bool Publisher::settle(const std::vector<OutboxMessage>& messages,
                       const std::vector<bool>& acknowledged) {
  Commit commit;
  commit.move = next_move(publisher_turn, *turn_);
  std::set<std::pair<std::string, std::string>> held;  // topic and key
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const OutboxMessage& message = messages[i];
    if (held.contains({message.topic, message.key})) continue;
    if (!acknowledged[i]) {
      held.emplace(message.topic, message.key);
      metrics_.add(Metric::PublishFailures);
      continue;
    }
    commit.changes.push_back({TableId::Outbox, {Cell(message.id)}, true});
    metrics_.add(Metric::Published, {message.topic}, 1);
  }
  if (commit.changes.empty()) return true;
  try {
    store_.commit(commit);
  } catch (const StaleCommit&) {
    log_info("another process publishes now");
    turn_.reset();
    seen_.reset();
    return false;
  }
  turn_->next += 1;
  return true;
}

Publisher::Round Publisher::round(const std::stop_token& stop) {
  const std::vector<OutboxMessage> messages = load(options_.batch_messages_max);
  show_backlog(messages.size());
  if (messages.empty()) {
    seen_.reset();  // who had nothing to do did not stand still
    return Round::Empty;
  }
  if (!have_turn()) return Round::Elsewhere;
  const std::vector<bool> acknowledged = deliver(messages, stop);
  if (!settle(messages, acknowledged)) return Round::Elsewhere;
  const bool all = std::find(acknowledged.begin(), acknowledged.end(), false) == acknowledged.end();
  return all ? Round::Sent : Round::Failed;
}

/// Producing to a topic that is not there would only time out.
void Publisher::require_topics() {
  for (const std::string& topic : options_.topics) producer_.partition_count(topic);
}

void Publisher::run(const std::stop_token& stop) {
  std::chrono::milliseconds pause = options_.retry_first;
  bool checked = false;
  bool told = false;
  while (!stop.stop_requested()) {
    Round result = Round::Failed;
    try {
      if (!checked) require_topics();
      checked = true;
      result = round(stop);
    } catch (const BrokerRefused& refused) {
      failure_ = refused.what();
    }
    if (result == Round::Failed && !stop.stop_requested()) {
      if (!told) log_warning("results are not published, trying again: " + failure_);
      told = true;
      checked = false;
      wait_unless_stopped(stop, pause);
      pause = std::min(pause * 2, options_.retry_most);
      continue;
    }
    if (told && result == Round::Sent) log_info("results are published again");
    if (result == Round::Sent) told = false;
    pause = options_.retry_first;
    if (result != Round::Sent) wait_unless_stopped(stop, options_.idle_pause);
  }
}

}  // namespace parkwatch
