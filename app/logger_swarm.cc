#include "app/logger_swarm.h"

#include <algorithm>
#include <optional>

namespace parkwatch {

namespace {

constexpr std::chrono::milliseconds tick{20};
constexpr std::chrono::seconds progress_interval{1};

}  // namespace

SimulatedClock::SimulatedClock(EventTime from, double speed)
    : from_(from), speed_(speed), started_(std::chrono::steady_clock::now()) {}

EventTime SimulatedClock::now() const {
  if (waits()) return from_;
  const std::chrono::duration<double, std::milli> passed =
      std::chrono::steady_clock::now() - started_;
  return from_ + std::chrono::milliseconds(static_cast<std::int64_t>(passed.count() * speed_));
}

void SimulatedClock::jump_to(EventTime at) {
  if (waits()) from_ = std::max(from_, at);
}

LoggerSwarm::LoggerSwarm(const Population& population, const SimulationOptions& simulation,
                         LoggerLinkOptions links, double speed, FrameLedger& ledger)
    : link_options_(std::move(links)), clock_(simulation.from, speed) {
  links_.reserve(population.devices.size());
  for (const SimulatedDevice& device : population.devices) {
    links_.push_back(std::make_unique<LoggerLink>(links_.size(),
                                                  SimulatedLogger(device, simulation),
                                                  link_options_, loop_, ledger, counters_));
  }
}

void LoggerSwarm::run(std::stop_token stop, const OnProgress& on_progress) {
  auto next_tick = std::chrono::steady_clock::now();
  auto next_progress = next_tick + progress_interval;
  bool done = false;
  while (!stop.stop_requested() && !done) {
    for (const ReadyEvent& event : loop_.wait(tick)) {
      links_[event.token]->on_event(event, std::chrono::steady_clock::now(), clock_.now());
    }
    const auto now = std::chrono::steady_clock::now();
    if (now < next_tick) continue;
    next_tick = now + tick;
    done = turn_all(now);
    if (now < next_progress) continue;
    next_progress = now + progress_interval;
    if (on_progress) on_progress(progress());
  }
  for (const auto& link : links_) link->give_up();
}

/// True when nothing is left to send and nothing awaited.
bool LoggerSwarm::turn_all(std::chrono::steady_clock::time_point now) {
  bool any_unsent = false;
  bool any_open = false;
  std::optional<EventTime> next;
  for (const auto& link : links_) {
    link->turn(now, clock_.now());
    const bool away = link->logger().offline(clock_.now());
    any_unsent = any_unsent || (link->has_unsent() && !away);
    any_open = any_open || !link->idle();
    const auto due = link->logger().next_due();
    if (due) next = next ? std::min(*next, *due) : *due;
  }
  if (!next) return !any_open;
  // An outage ends by time alone, so time goes on while offline loggers hold frames.
  if (clock_.waits() && !any_unsent) clock_.jump_to(*next + std::chrono::minutes(1));
  return false;
}

LoggerSwarm::Progress LoggerSwarm::progress() const {
  Progress made{links_.size(), 0, clock_.now(), counters_};
  made.connected = static_cast<std::uint64_t>(std::count_if(
      links_.begin(), links_.end(), [](const auto& link) { return link->connected(); }));
  return made;
}

}  // namespace parkwatch
