#include "ingest/kafka_assignment.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "ingest/kafka_client.h"
#include "ingest/kafka_errors.h"
#include "ingest/record_headers.h"
#include "model/check.h"

namespace parkwatch::kafka {

namespace {

using std::chrono::milliseconds;

PartitionList new_list() {
  return PartitionList(rd_kafka_topic_partition_list_new(1));
}

void add(const PartitionList& list, const std::string& topic, std::int32_t partition,
         std::int64_t offset) {
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = offset;
}

/// For the group calls, which report by an object of their own.
void require_done(rd_kafka_error_t* error, const std::string& what) {
  if (!error) return;
  const std::string text = rd_kafka_error_string(error);
  rd_kafka_error_destroy(error);
  throw SourceUnavailable("kafka: " + what + ": " + text);
}

std::string_view bytes_of(const void* data, std::size_t size) {
  return {static_cast<const char*>(data), size};
}

void fill_headers(const rd_kafka_message_t& message, RecordView& record) {
  record.headers.clear();
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t index = 0; rd_kafka_header_get_all(headers, index, &name, &value, &size) ==
                                RD_KAFKA_RESP_ERR_NO_ERROR;
         ++index) {
      record.headers.emplace_back(name, bytes_of(value, size));
    }
  }
  read_headers(record);
}

void fill(const rd_kafka_message_t& message, RecordView& record) {
  record.offset = message.offset;
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const std::int64_t stamp = rd_kafka_message_timestamp(&message, &type);
  record.append_time_ms = type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME ? stamp : -1;
  record.create_time_ms = type == RD_KAFKA_TIMESTAMP_CREATE_TIME ? stamp : -1;
  record.key = bytes_of(message.key, message.key_len);
  record.payload = bytes_of(message.payload, message.len);
  record.tombstone = message.payload == nullptr;
  fill_headers(message, record);
}

}  // namespace

Assignment::Assignment(std::string topic, rd_kafka_s* client)
    : topic_(std::move(topic)), client_(client) {}

Assignment::~Assignment() = default;

void Assignment::subscribe() {
  grouped_ = true;
  const PartitionList list = new_list();
  add(list, topic_, RD_KAFKA_PARTITION_UA, RD_KAFKA_OFFSET_INVALID);
  require(rd_kafka_subscribe(client_, list.get()), "subscribing to " + topic_);
}

void Assignment::take_all(std::int32_t count) {
  assigning_ = true;
  for (std::int32_t partition = 0; partition < count; ++partition) assigned_.push_back(partition);
}

void Assignment::on_rebalance(int code, const rd_kafka_topic_partition_list_s* partitions) {
  rebalanced_ = true;
  sleeping_ = true;
  if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    check(!assigning_);  // the library waits for one before it starts another
    joined_ = true;
    assigning_ = true;
    told_ = false;
    for (int i = 0; i < partitions->cnt; ++i) {
      assigned_.push_back(partitions->elems[i].partition);
    }
    if (closing_ || assigned_.empty()) assign();
  } else {
    std::vector<PartitionId>& gone = rd_kafka_assignment_lost(client_) ? lost_ : revoked_;
    for (int i = 0; i < partitions->cnt; ++i) {
      gone.push_back(id_of(partitions->elems[i].partition));
      states_.erase(partitions->elems[i].partition);  // records in hand are left to the next owner
    }
    require_done(rd_kafka_incremental_unassign(client_, partitions), "giving partitions back");
  }
}

void Assignment::finish_rebalance() {
  if (assigning_ && told_) assign();
  if (!assigning_ && std::exchange(sleeping_, false)) wake_fetching();
}

/// When closing, a partition has no position: taking it from the end on is no error.
void Assignment::assign() {
  const PartitionList list = new_list();
  for (const std::int32_t partition : std::exchange(assigned_, {})) {
    const State* state = find(partition);
    check(closing_ || (state && state->position >= 0));  // it is sought before the next poll
    add(list, topic_, partition, closing_ ? RD_KAFKA_OFFSET_END : state->position);
  }
  assigning_ = false;
  if (grouped_) {
    require_done(rd_kafka_incremental_assign(client_, list.get()), "taking partitions over");
  } else {
    require(rd_kafka_assign(client_, list.get()), "taking partitions over");
  }
}

/// While the group is divided anew the library pauses all partitions, and its thread that fetches
/// sleeps up to 1 s: resuming them does not wake it, seeking does. What was fetched before the
/// pause is void anyway.
void Assignment::wake_fetching() {
  const PartitionList list = new_list();
  for (const auto& [partition, state] : states_) {
    if (state.position >= 0) add(list, topic_, partition, state.position);
  }
  if (list->cnt == 0) return;
  constexpr int without_waiting = 0;
  rd_kafka_error_t* error = rd_kafka_seek_partitions(client_, list.get(), without_waiting);
  if (error != nullptr) rd_kafka_error_destroy(error);  // then it wakes by itself
}

/// Before 2.3.0 the library aborts the process when a member of a sticky group closes between its
/// joining and its first assignment (librdkafka issue 4312). False: there was none in time.
bool Assignment::await_first_assignment() {
  constexpr int first_that_may_close = 0x02030000;
  constexpr milliseconds slice(100), patience(8'000);
  if (rd_kafka_version() >= first_that_may_close) return true;
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (!joined_ && std::chrono::steady_clock::now() < give_up) {
    rd_kafka_message_t* message = rd_kafka_consumer_poll(client_, to_timeout(slice));
    if (message != nullptr) rd_kafka_message_destroy(message);
  }
  return joined_;
}

bool Assignment::close() {
  closing_ = true;
  if (grouped_ && !await_first_assignment()) return false;
  if (grouped_ && assigning_) assign();
  rd_kafka_consumer_close(client_);
  return true;
}

void Assignment::seek(const PartitionId& id, std::int64_t next, milliseconds timeout) {
  State& state = known(id);
  const bool fetching = state.position >= 0 && std::ranges::count(assigned_, id.partition) == 0;
  state.position = next;
  state.ended = false;
  if (!fetching) return;  // the position is given with the assignment
  constexpr milliseconds pause(20);
  const auto give_up = std::chrono::steady_clock::now() + timeout;
  while (true) {
    const PartitionList list = new_list();
    add(list, topic_, id.partition, next);
    require_done(rd_kafka_seek_partitions(client_, list.get(), to_timeout(timeout)), "seeking");
    const rd_kafka_resp_err_t error = list->elems[0].err;
    // A partition assigned a moment ago can not be sought yet.
    const bool again = error == RD_KAFKA_RESP_ERR__STATE || passes_by_itself(error);
    if (!again || std::chrono::steady_clock::now() >= give_up) {
      require(error, "seeking in " + topic_);
      return;
    }
    std::this_thread::sleep_for(pause);
  }
}

void Assignment::pause(const PartitionId& id) {
  known(id);
  const PartitionList list = new_list();
  add(list, topic_, id.partition, RD_KAFKA_OFFSET_INVALID);
  require(rd_kafka_pause_partitions(client_, list.get()), "pausing");
}

void Assignment::resume(const PartitionId& id) {
  known(id);
  const PartitionList list = new_list();
  add(list, topic_, id.partition, RD_KAFKA_OFFSET_INVALID);
  require(rd_kafka_resume_partitions(client_, list.get()), "resuming");
}

void Assignment::add_record(const rd_kafka_message_s& message) {
  State* state = find(message.partition);
  if (!state || state->position < 0 || message.offset < state->position) return;
  if (state->used == state->records.size()) state->records.emplace_back();
  fill(message, state->records[state->used]);
  ++state->used;
  state->position = message.offset + 1;
  state->ended = false;
}

void Assignment::reached_end(std::int32_t partition, std::int64_t next) {
  State* state = find(partition);
  if (!state || next < state->position) return;
  state->position = next;
  state->ended = true;
}

void Assignment::refuse_position(std::int32_t partition) {
  const State* state = find(partition);
  if (!state) return;
  std::int64_t low = -1;
  std::int64_t high = -1;
  constexpr int timeout_ms = 5'000;
  require(
      rd_kafka_query_watermark_offsets(client_, topic_.c_str(), partition, &low, &high, timeout_ms),
      "asking for the ends of the log");
  throw OffsetOutsideLog(id_of(partition), state->position, low, high);
}

void Assignment::forget_records() {
  for (auto& [partition, state] : states_) state.used = 0;
}

bool Assignment::has_news() const {
  return rebalanced_ || (assigning_ && !told_);
}

Poll Assignment::take_news() {
  Poll poll;
  poll.rebalanced = has_news();
  poll.revoked = std::exchange(revoked_, {});
  poll.lost = std::exchange(lost_, {});
  if (assigning_ && !std::exchange(told_, true)) {
    for (const std::int32_t partition : assigned_) {
      poll.assigned.push_back(id_of(partition));
      states_[partition] = State{};
    }
  }
  rebalanced_ = false;
  for (const auto& [partition, state] : states_) {
    if (state.used == 0) continue;
    poll.records.push_back({id_of(partition), {state.records.data(), state.used}});
  }
  return poll;
}

bool Assignment::at_end(const PartitionId& id) const {
  const State* state = find(id);
  return state && state->ended;
}

std::optional<std::int64_t> Assignment::lag(const PartitionId& id) const {
  const State* state = find(id);
  if (!state || state->position < 0) return std::nullopt;
  if (state->ended) return 0;
  std::int64_t low = -1;
  std::int64_t high = -1;
  const rd_kafka_resp_err_t error =
      rd_kafka_get_watermark_offsets(client_, topic_.c_str(), id.partition, &low, &high);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR || high < 0) return std::nullopt;
  return std::max<std::int64_t>(0, high - state->position);
}

Assignment::State* Assignment::find(std::int32_t partition) {
  const auto found = states_.find(partition);
  return found == states_.end() ? nullptr : &found->second;
}

const Assignment::State* Assignment::find(const PartitionId& id) const {
  const auto found = states_.find(id.partition);
  return found == states_.end() || id.topic != topic_ ? nullptr : &found->second;
}

Assignment::State& Assignment::known(const PartitionId& id) {
  State* state = id.topic == topic_ ? find(id.partition) : nullptr;
  check(state != nullptr);  // only assigned partitions are moved
  return *state;
}

}  // namespace parkwatch::kafka
