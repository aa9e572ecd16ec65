#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "app/client_settings.h"
#include "app/command_line_parts.h"
#include "app/hj212_send_command.h"
#include "app/simulate_command.h"

namespace parkwatch {

namespace {

/// What the flags say before it is put into units.
struct SimulateFlags {
  SimulateOptions options;
  std::string to, from, kafka, client_file;
  std::vector<std::string> client_settings;
  std::vector<std::string> reports{"realtime", "hour", "day"};
  double hours = 1;
  double for_s = 0;
  double versions_2005 = 20, versions_2025 = 40, water = 30, encrypted = 0, wrong_clock = 0;
  double out_of_order = 0, late = 0, duplicates = 0, corrections = 0, broken = 0, outages = 0;
  int patience_s = 10;
};

int millionths(double percent) {
  return static_cast<int>(std::lround(percent * 10'000));
}

void set_destination(SimulateFlags& flags) {
  SimulateOptions& options = flags.options;
  const bool to_file = !options.capture_out.empty() || !options.raw_out.empty();
  const int ways = (flags.to.empty() ? 0 : 1) + (flags.kafka.empty() ? 0 : 1) + (to_file ? 1 : 0);
  if (ways > 1) throw std::runtime_error("give only one of --to, --kafka and --output or --raw");
  if (ways == 0 && options.registry_out.empty()) {
    throw std::runtime_error(
        "nothing to do: give --to, --kafka, --output, --raw or --registry-out");
  }
  if (!flags.kafka.empty()) {
    BrokerSettings broker;
    broker.bootstrap = flags.kafka;
    broker.client = read_client_settings(flags.client_file, flags.client_settings);
    options.broker = broker;
  }
  if (flags.to.empty()) return;
  const std::size_t colon = flags.to.rfind(':');
  if (colon == std::string::npos) throw std::runtime_error("--to is not ADDRESS:PORT");
  options.links.host =
      flags.to.substr(0, colon) == "localhost" ? "127.0.0.1" : flags.to.substr(0, colon);
  const int port = std::atoi(flags.to.substr(colon + 1).c_str());
  if (port < 1 || port > 65'535) throw std::runtime_error("--to has no port from 1 to 65535");
  options.links.port = static_cast<std::uint16_t>(port);
}

ExitCode run_simulate(SimulateFlags& flags) {
  SimulateOptions& options = flags.options;
  set_destination(flags);
  set_span(options.simulation, flags.from, flags.for_s > 0 ? flags.for_s / 3600 : flags.hours);
  PopulationOptions& population = options.population;
  options.simulation.seed = population.seed;
  population.share_2005_ppm = millionths(flags.versions_2005);
  population.share_2025_ppm = millionths(flags.versions_2025);
  population.share_water_ppm = millionths(flags.water);
  population.share_encrypted_ppm = millionths(flags.encrypted);
  population.share_wrong_clock_ppm = millionths(flags.wrong_clock);
  SimulationOptions& simulation = options.simulation;
  const auto wants = [&](const char* report) {
    return std::find(flags.reports.begin(), flags.reports.end(), report) != flags.reports.end();
  };
  simulation.realtime = wants("realtime");
  simulation.minute_reports = wants("minute");
  simulation.hour_reports = wants("hour");
  simulation.day_reports = wants("day");
  simulation.status = wants("status");
  simulation.heartbeats = wants("heartbeat");
  simulation.out_of_order_ppm = millionths(flags.out_of_order);
  simulation.late_ppm = millionths(flags.late);
  simulation.duplicate_ppm = millionths(flags.duplicates);
  simulation.correction_ppm = millionths(flags.corrections);
  simulation.broken_ppm = millionths(flags.broken);
  simulation.outage_ppm = millionths(flags.outages);
  options.links.answer_timeout = std::chrono::seconds(flags.patience_s);
  return simulate(options);
}

void add_population_options(CLI::App* command, SimulateFlags& flags) {
  const CLI::Range percent(0.0, 100.0);
  PopulationOptions& population = flags.options.population;
  command->add_option("--loggers", population.loggers, "Number of data loggers")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--loggers-per-park", population.loggers_per_park, "Size of a park")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--clusters", population.clusters, "Clusters; each spans all parks")
      ->check(CLI::Range(0, 1'000))
      ->capture_default_str();
  command->add_option("--seed", population.seed, "The same seed gives the same frames")
      ->capture_default_str();
  command
      ->add_option("--interval", population.report_interval_s, "Seconds between real-time reports")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  const std::vector<std::pair<const char*, double*>> shares = {
      {"--share-2005", &flags.versions_2005},
      {"--share-2025", &flags.versions_2025},
      {"--share-water", &flags.water},
      {"--share-encrypted", &flags.encrypted},
      {"--share-wrong-clock", &flags.wrong_clock}};
  for (const auto& [name, value] : shares) {
    command->add_option(name, *value, "Percent of the loggers (encrypted: of those of 2025)")
        ->check(percent)
        ->capture_default_str();
  }
}

void add_trouble_options(CLI::App* command, SimulateFlags& flags) {
  const std::vector<std::tuple<const char*, double*, const char*>> rates = {
      {"--out-of-order", &flags.out_of_order,
       "Percent of the frames sent minutes after their turn"},
      {"--late", &flags.late, "Percent of the frames sent hours after their turn"},
      {"--duplicates", &flags.duplicates, "Percent of the frames sent twice"},
      {"--corrections", &flags.corrections, "Percent of the frames sent again with other values"},
      {"--broken", &flags.broken, "Percent of the frames damaged on the wire"},
      {"--outages", &flags.outages, "Percent of the hours in which a logger's link fails"}};
  for (const auto& [name, value, text] : rates) {
    command->add_option(name, *value, text)->check(CLI::Range(0.0, 100.0))->capture_default_str();
  }
}

void add_output_options(CLI::App* command, SimulateFlags& flags) {
  SimulateOptions& options = flags.options;
  command->add_option("--to", flags.to, "ADDRESS:PORT of a gateway: speak HJ 212 over TCP");
  command->add_option("--kafka", flags.kafka, "HOST:PORT of brokers: produce directly");
  command->add_option("--client-config", flags.client_file, "With --kafka: client settings file");
  command->add_option("--client-setting", flags.client_settings, "With --kafka: name=value")
      ->take_all();
  command->add_option("--topic", options.topic, "Topic of --kafka and --output")
      ->capture_default_str();
  command->add_option("--output", options.capture_out, "File: write the frames as capture lines");
  command->add_option("--partitions", options.partitions, "Partitions of --output")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command->add_option("--raw", options.raw_out, "File: write the frames' bytes");
  command->add_option("--registry-out", options.registry_out,
                      "Folder: write the registry of this population");
  command->add_option("--ledger", options.ledger, "File: the truth, one JSON line a frame");
}

void add_link_options(CLI::App* command, SimulateFlags& flags) {
  LoggerLinkOptions& links = flags.options.links;
  command
      ->add_option("--addresses", links.addresses,
                   "With --to on loopback: come from so many addresses")
      ->check(CLI::Range(1, 60'000))
      ->capture_default_str();
  command->add_option("--window", links.window, "Frames a logger sends before it waits for answers")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  command->add_option("--patience", flags.patience_s, "Seconds a logger waits for an answer")
      ->check(CLI::Range(1, 600))
      ->capture_default_str();
  command
      ->add_option("--backlog", links.backlog_on_reconnect,
                   "Reports that a logger sends again after each reconnection")
      ->check(CLI::Range(0, 1'000))
      ->capture_default_str();
}

}  // namespace

void add_simulate(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "simulate", "Play a seeded population of data loggers, with all that goes wrong with them");
  auto flags = std::make_shared<SimulateFlags>();
  add_population_options(command, *flags);
  command->add_option("--from", flags->from, "First time, as 2026-03-15T09:30:00+08:00")
      ->default_str("so that the time ends now");
  command->add_option("--hours", flags->hours, "Simulated hours")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  command->add_option("--for", flags->for_s, "Simulated seconds, instead of --hours")
      ->check(CLI::Range(0.0, 1e9));
  command
      ->add_option("--speed", flags->options.speed,
                   "Simulated seconds a second; 0: as fast as frames are answered")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  command->add_option("--reports", flags->reports, "realtime, minute, hour, day, status, heartbeat")
      ->delimiter(',')
      ->check(CLI::IsMember({"realtime", "minute", "hour", "day", "status", "heartbeat"}))
      ->capture_default_str();
  add_trouble_options(command, *flags);
  add_output_options(command, *flags);
  add_link_options(command, *flags);
  command->callback([&action, flags] { action = [flags] { return run_simulate(*flags); }; });
}

void add_hj212_send(CLI::App& hj212, Action& action) {
  CLI::App* command =
      hj212.add_subcommand("send", "Send frames over TCP and print the answers, one JSON a line");
  auto options = std::make_shared<Hj212SendOptions>();
  auto patience_s = std::make_shared<int>(10);
  command->add_option("FILE", options->file, "Frames, - for standard input")->required();
  command->add_option("--to", options->to, "HOST:PORT")->required();
  command->add_option("--patience", *patience_s, "Seconds to wait for each answer")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  command->add_option("--keys", options->keys_file, "Secret file of SM4 keys");
  command->add_flag("--as-is", options->as_is, "Send every byte, also what is no intact frame");
  command->callback([&action, options, patience_s] {
    action = [options, patience_s] {
      options->answer_timeout = std::chrono::seconds(*patience_s);
      return hj212_send(*options, std::cout);
    };
  });
}

}  // namespace parkwatch
