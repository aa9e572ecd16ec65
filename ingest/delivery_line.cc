#include "ingest/delivery_line.h"

#include <algorithm>
#include <array>
#include <exception>
#include <mutex>
#include <utility>
#include <vector>

#include "model/check.h"

namespace parkwatch {

/// Where the producer's callbacks leave word; it outlives the line if a callback does.
struct DeliveryLine::Inbox {
  std::mutex mutex;
  std::vector<std::pair<std::uint64_t, bool>> outcomes;  // sequence, acknowledged
  OnWork on_work;

  void put(std::uint64_t sequence, bool acknowledged) {
    const std::scoped_lock lock(mutex);
    outcomes.emplace_back(sequence, acknowledged);
    if (outcomes.size() == 1 && on_work) on_work();
  }
};

DeliveryLine::DeliveryLine(Options options, Producer& producer, OnDelivered on_delivered,
                           OnWork on_work)
    : options_(std::move(options)),
      producer_(producer),
      on_delivered_(std::move(on_delivered)),
      inbox_(std::make_shared<Inbox>()),
      spool_(options_.spool),
      last_sequence_(spool_.last_sequence()) {
  inbox_->on_work = std::move(on_work);
  if (!spool_.empty()) state_ = State::Away;
}

DeliveryLine::~DeliveryLine() {
  {
    const std::scoped_lock lock(inbox_->mutex);
    inbox_->on_work = nullptr;
  }
  for (auto& [sequence, entry] : in_flight_) spool_in_flight(entry);
  spool_.sync();
}

bool DeliveryLine::has_room() const {
  return state_ != State::Direct || (in_flight_.size() < options_.in_flight_max &&
                                     in_flight_bytes_ < options_.in_flight_bytes_max);
}

bool DeliveryLine::submit(SpooledFrame frame, Clock::time_point now) {
  if (full_) return false;
  frame.sequence = ++last_sequence_;
  if (state_ == State::Direct) {
    const std::uint64_t refused = counters_.refused;
    if (produce(frame, now, false)) return true;
    if (counters_.refused != refused) return false;
    go_away(now);
  }
  if (spool_frame(frame)) return true;
  counters_.dropped += 1;
  return false;
}

bool DeliveryLine::produce(SpooledFrame frame, Clock::time_point now, bool spooled) {
  const std::string received = std::to_string(frame.received.milliseconds());
  const std::array<HeaderView, 3> headers{HeaderView{"content-type", "application/hj212"},
                                          HeaderView{"received", received},
                                          HeaderView{"downlink", frame.downlink}};
  const std::size_t header_count = frame.downlink.empty() ? 2 : 3;
  const std::uint64_t sequence = frame.sequence;
  auto outcome = [inbox = inbox_, sequence](const Delivery& delivery) {
    inbox->put(sequence, delivery.acknowledged);
  };
  const Produced produced = producer_.produce(
      options_.topic, frame.key, std::span(headers.data(), header_count), frame.payload, outcome);
  if (produced == Produced::TooLarge) counters_.refused += 1;
  if (produced != Produced::Queued) return false;
  in_flight_bytes_ += frame.payload.size();
  if (!spooled) in_flight_unspooled_ += 1;
  in_flight_.emplace(sequence, InFlight{std::move(frame), now, spooled});
  return true;
}

bool DeliveryLine::spool_frame(const SpooledFrame& frame) {
  if (!spool_.append(frame)) {
    full_ = true;
    return false;
  }
  counters_.spooled += 1;
  return true;
}

/// Keeps a frame that the producer has; true when it is in the spool.
bool DeliveryLine::spool_in_flight(InFlight& entry) {
  if (entry.spooled) return true;
  entry.spooled = spool_frame(entry.frame);
  if (entry.spooled) in_flight_unspooled_ -= 1;
  return entry.spooled;
}

SpooledFrame DeliveryLine::forget(std::map<std::uint64_t, InFlight>::iterator entry) {
  in_flight_bytes_ -= entry->second.frame.payload.size();
  if (!entry->second.spooled) in_flight_unspooled_ -= 1;
  SpooledFrame frame = std::move(entry->second.frame);
  in_flight_.erase(entry);
  return frame;
}

void DeliveryLine::turn(Clock::time_point now) {
  producer_.poll(std::chrono::milliseconds(0));
  take_deliveries(now);
  // After a delivery of anything Kafka is back, so a stall is judged by the oldest frame alone.
  if (state_ == State::Direct && !in_flight_.empty() &&
      now - in_flight_.begin()->second.since > options_.stall_after) {
    go_away(now);
  }
  if (state_ == State::Away) probe(now);
  if (state_ == State::Draining) drain(now);
  note_delivered_prefix();
  if (!spool_.sync()) full_ = true;
  if (full_ && state_ == State::Direct && spool_.empty()) full_ = false;
}

void DeliveryLine::take_deliveries(Clock::time_point now) {
  std::vector<std::pair<std::uint64_t, bool>> outcomes;
  {
    const std::scoped_lock lock(inbox_->mutex);
    outcomes.swap(inbox_->outcomes);
  }
  bool any_failed = false;
  for (const auto& [sequence, acknowledged] : outcomes) {
    if (acknowledged) {
      delivered(sequence);
      continue;
    }
    any_failed = true;
    counters_.failed_deliveries += 1;
  }
  if (!any_failed) return;
  // All that failed at once is spooled together, so that the spool keeps the order of arrival.
  go_away(now);
  for (const auto& [sequence, acknowledged] : outcomes) {
    const auto entry = in_flight_.find(sequence);
    if (acknowledged || entry == in_flight_.end()) continue;
    if (!entry->second.spooled) counters_.dropped += 1;
    forget(entry);
  }
}

void DeliveryLine::delivered(std::uint64_t sequence) {
  const auto entry = in_flight_.find(sequence);
  if (entry == in_flight_.end()) return;
  counters_.delivered += 1;
  if (entry->second.spooled) delivered_ahead_.insert(sequence);
  const SpooledFrame frame = forget(entry);
  if (state_ == State::Away) state_ = State::Draining;
  on_delivered_(frame);
}

void DeliveryLine::go_away(Clock::time_point now) {
  for (auto& [sequence, entry] : in_flight_) {
    if (!spool_in_flight(entry)) break;
  }
  state_ = State::Away;
  next_probe_ = now + options_.probe_interval;
  held_.reset();
  spool_.rewind();
  last_read_ = 0;
}

void DeliveryLine::probe(Clock::time_point now) {
  if (!in_flight_.empty() || now < next_probe_) return;
  next_probe_ = now + options_.probe_interval;
  if (spool_.empty()) {
    state_ = State::Direct;
    return;
  }
  produce_next_spooled(now);
}

/// False when the spool has no more to give now, or the producer takes no more.
bool DeliveryLine::produce_next_spooled(Clock::time_point now) {
  while (true) {
    if (!held_) held_ = spool_.next();
    if (!held_) return false;
    const std::uint64_t sequence = held_->sequence;
    const bool known = in_flight_.contains(sequence) || delivered_ahead_.contains(sequence);
    if (!known && !produce(*held_, now, true)) return false;
    last_read_ = sequence;
    held_.reset();
    if (!known) return true;
  }
}

void DeliveryLine::drain(Clock::time_point now) {
  while (in_flight_.size() < options_.in_flight_max &&
         in_flight_bytes_ < options_.in_flight_bytes_max) {
    if (produce_next_spooled(now)) continue;
    // All is on its way: what comes now is behind it in the producer's queue.
    if (!held_) state_ = State::Direct;
    return;
  }
}

void DeliveryLine::note_delivered_prefix() {
  if (delivered_ahead_.empty()) return;
  std::uint64_t through = last_read_;
  if (!in_flight_.empty()) through = std::min(through, in_flight_.begin()->first - 1);
  if (through < *delivered_ahead_.begin()) return;
  spool_.delivered_through(through);
  delivered_ahead_.erase(delivered_ahead_.begin(), delivered_ahead_.upper_bound(through));
}

bool DeliveryLine::finish(std::chrono::milliseconds timeout) {
  if (state_ == State::Direct) producer_.flush(timeout);
  take_deliveries(Clock::now());
  note_delivered_prefix();
  bool kept = true;
  for (auto& [sequence, entry] : in_flight_) {
    if (!spool_in_flight(entry)) kept = false;
  }
  if (!spool_.sync()) kept = false;
  return kept;
}

}  // namespace parkwatch
