#include "app/simulate_command.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "app/logger_swarm.h"
#include "app/real_time.h"
#include "app/stop_signals.h"
#include "ingest/capture_file.h"
#include "ingest/kafka_producer.h"
#include "ingest/partitioner.h"

namespace parkwatch {

namespace {

using std::chrono::milliseconds;

/// The frames of a whole population in the order of their turn.
class FrameStream {
 public:
  FrameStream(const Population& population, const SimulationOptions& options) {
    loggers_.reserve(population.devices.size());
    for (const SimulatedDevice& device : population.devices) loggers_.emplace_back(device, options);
    for (std::size_t i = 0; i < loggers_.size(); ++i) queue(i);
  }

  /// False at the end.
  bool next(SimulatedFrame& frame, std::string& park) {
    if (turns_.empty()) return false;
    const auto [due, index] = turns_.top();
    turns_.pop();
    frame = *loggers_[index].next(due);
    park = loggers_[index].device().park;
    queue(index);
    return true;
  }

 private:
  using Turn = std::pair<EventTime, std::size_t>;

  void queue(std::size_t index) {
    if (const auto due = loggers_[index].next_due()) turns_.push({*due, index});
  }

  std::vector<SimulatedLogger> loggers_;
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> turns_;
};

/// Waits until simulated time has come, or a signal.
bool wait_until(const SimulatedClock& clock, EventTime due, StopSignals& signals) {
  while (!clock.waits() && clock.now() < due) {
    if (signals.stop_requested()) return false;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return !signals.stop_requested();
}

void write_files(const SimulateOptions& options, const Population& population, FrameLedger& ledger,
                 StopSignals& signals) {
  FrameStream stream(population, options.simulation);
  std::optional<CaptureWriter> capture;
  std::optional<std::ofstream> raw;
  if (!options.capture_out.empty()) capture.emplace(options.capture_out);
  if (!options.raw_out.empty()) {
    raw.emplace(options.raw_out, std::ios::binary | std::ios::trunc);
    if (!*raw) throw std::runtime_error("cannot write " + options.raw_out);
  }
  std::vector<std::int64_t> offsets(static_cast<std::size_t>(options.partitions), 0);
  SimulatedFrame frame;
  std::string park;
  while (!signals.stop_requested() && stream.next(frame, park)) {
    if (raw) *raw << frame.bytes;
    if (capture) {
      const std::int32_t partition = partition_of(park, options.partitions);
      const std::string received = std::to_string(frame.due.milliseconds());
      RecordView record;
      record.offset = offsets[static_cast<std::size_t>(partition)]++;
      record.append_time_ms = frame.due.milliseconds();
      record.key = park;
      record.payload = frame.bytes;
      record.headers = {{"content-type", "application/hj212"}, {"received", received}};
      capture->write({options.topic, partition}, record);
    }
    ledger.note(frame, true, 1);
  }
  if (capture) capture->flush();
  if (raw && !raw->flush()) throw std::runtime_error("cannot write " + options.raw_out);
}

void produce(const SimulateOptions& options, const Population& population, FrameLedger& ledger,
             StopSignals& signals) {
  KafkaProducer::Options settings;
  settings.broker = *options.broker;
  KafkaProducer producer(settings);
  producer.partition_count(options.topic);
  FrameStream stream(population, options.simulation);
  const SimulatedClock clock(options.simulation.from, options.speed);
  SimulatedFrame frame;
  std::string park;
  while (stream.next(frame, park) && wait_until(clock, frame.due, signals)) {
    const std::string received = std::to_string(std::min(frame.due.milliseconds(), real_time_ms()));
    const std::array<HeaderView, 2> headers{HeaderView{"content-type", "application/hj212"},
                                            HeaderView{"received", received}};
    Produced produced = Produced::QueueFull;
    while (produced == Produced::QueueFull) {
      produced = producer.produce(options.topic, park, headers, frame.bytes,
                                  [&ledger, frame](const Delivery& delivery) {
                                    ledger.note(frame, delivery.acknowledged, 1);
                                  });
      producer.poll(milliseconds(produced == Produced::QueueFull ? 50 : 0));
    }
    if (produced == Produced::TooLarge) ledger.note(frame, false, 0);
  }
  if (!producer.flush(std::chrono::seconds(60))) {
    throw BrokerUnavailable("Kafka did not acknowledge within 60 s");
  }
}

void print_progress(const LoggerSwarm::Progress& progress, const FrameLedger& ledger) {
  const FrameLedger::Totals& totals = ledger.totals();
  std::fprintf(stderr,
               "%s  connected %llu of %llu  answered %llu of %llu  repeats %llu  reconnects %llu\n",
               zoned_text(floor_to(progress.simulated, std::chrono::seconds(1)).milliseconds(),
                          china_standard_time)
                   .c_str(),
               static_cast<unsigned long long>(progress.connected),
               static_cast<unsigned long long>(progress.loggers),
               static_cast<unsigned long long>(totals.answered),
               static_cast<unsigned long long>(totals.frames),
               static_cast<unsigned long long>(progress.links.repeats),
               static_cast<unsigned long long>(progress.links.reconnects));
}

LoggerLinkCounters send_over_tcp(const SimulateOptions& options, const Population& population,
                                 FrameLedger& ledger, StopSignals& signals) {
  LoggerSwarm swarm(population, options.simulation, options.links, options.speed, ledger);
  std::stop_source stop;
  swarm.run(stop.get_token(), [&](const LoggerSwarm::Progress& progress) {
    print_progress(progress, ledger);
    if (signals.stop_requested()) stop.request_stop();
  });
  return swarm.counters();
}

std::string totals_text(const FrameLedger::Totals& totals, const LoggerLinkCounters& links,
                        std::size_t loggers, milliseconds taken) {
  std::string text = R"({"loggers":)" + std::to_string(loggers) + R"(,"frames":)" +
                     std::to_string(totals.frames) + R"(,"answered":)" +
                     std::to_string(totals.answered) + R"(,"unanswered":)" +
                     std::to_string(totals.frames - totals.answered) + R"(,"sent":)" +
                     std::to_string(totals.sent) + R"(,"by_trouble":{)";
  for (int i = 0; i < trouble_count; ++i) {
    text += std::string(i == 0 ? "" : ",") + "\"" +
            std::string(trouble_name(static_cast<Trouble>(i))) +
            "\":" + std::to_string(totals.by_trouble[static_cast<std::size_t>(i)]);
  }
  return text + R"(},"connects":)" + std::to_string(links.connects) + R"(,"reconnects":)" +
         std::to_string(links.reconnects) + R"(,"repeats":)" + std::to_string(links.repeats) +
         R"(,"commands":)" + std::to_string(links.commands) + R"(,"milliseconds":)" +
         std::to_string(taken.count()) + "}";
}

}  // namespace

void set_span(SimulationOptions& simulation, const std::string& from, double hours) {
  const auto span = milliseconds(static_cast<std::int64_t>(hours * 3'600'000));
  if (from.empty()) {
    simulation.from = floor_to(EventTime(real_time_ms()), std::chrono::minutes(1)) - span;
  } else {
    const auto parsed = parse_iso_time(from);
    if (!parsed) {
      throw std::runtime_error("--from '" + from + "' is no time with zone, " +
                               "as 2026-03-15T09:30:00+08:00");
    }
    simulation.from = EventTime(*parsed);
  }
  simulation.to = simulation.from + span;
}

ExitCode simulate(const SimulateOptions& options) {
  StopSignals signals;
  const Population population = make_population(options.population);
  if (!options.registry_out.empty()) write_registry(population, options.registry_out);
  FrameLedger ledger(options.ledger);
  LoggerLinkCounters links;
  const auto started = std::chrono::steady_clock::now();
  const bool to_file = !options.capture_out.empty() || !options.raw_out.empty();
  if (to_file) {
    write_files(options, population, ledger, signals);
  } else if (options.broker) {
    produce(options, population, ledger, signals);
  } else if (options.links.port != 0) {
    links = send_over_tcp(options, population, ledger, signals);
  }
  ledger.finish();
  const auto taken =
      std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - started);
  const FrameLedger::Totals& totals = ledger.totals();
  std::cout << totals_text(totals, links, population.devices.size(), taken) << std::endl;
  const std::uint64_t damaged = totals.by_trouble[static_cast<std::size_t>(Trouble::Broken)];
  const bool all_answered = to_file || totals.frames - totals.answered <= damaged;
  return all_answered ? ExitCode::Ok : ExitCode::Findings;
}

}  // namespace parkwatch
