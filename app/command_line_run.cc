#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "app/command_line_parts.h"
#include "app/demo_command.h"
#include "app/replay_command.h"
#include "app/run_command.h"

namespace parkwatch {

namespace {

void add_run(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "run", "Watch: gateway, workers, cluster totals, pages and metrics, until SIGTERM");
  struct Given {
    RunOptions options;
    std::string roles;
    std::vector<std::string> settings;
  };
  const auto given = std::make_shared<Given>();
  command->add_option("--config", given->options.config_file, "TOML file")
      ->envname("PARKWATCH_CONFIG")
      ->check(CLI::ExistingFile);
  command->add_option("--roles", given->roles,
                      "all, or some of gateway,park,cluster,web between commas");
  command->add_option("--set", given->settings, "A setting, section.key=value")->take_all();
  command->callback([&action, given] {
    action = [given] {
      given->options.flags = split_settings(given->settings);
      if (!given->roles.empty()) given->options.flags.emplace_back("run.roles", given->roles);
      return run(given->options);
    };
  });
}

void add_demo(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("demo", "Everything in one process on measured data, nothing to set up");
  const auto options = std::make_shared<DemoOptions>();
  command->add_option("--for", options->for_s, "How long, such as 60s; until Ctrl-C without it")
      ->transform(CLI::AsNumberWithUnit(
          std::map<std::string, double>{{"s", 1}, {"min", 60}, {"m", 60}, {"h", 3600}},
          CLI::AsNumberWithUnit::CASE_SENSITIVE, "TIME"))
      ->check(CLI::NonNegativeNumber);
  command->add_option("--summary", options->summary_file, "Write what was done as JSON");
  command->add_option("--hours", options->hours, "Hours of history before it goes on live")
      ->check(CLI::Range(30, 240))
      ->capture_default_str();
  command->add_option("--web-port", options->web_port, "Port of pages and metrics; 0: any free one")
      ->check(CLI::Range(0, 65535))
      ->capture_default_str();
  command->add_option("--data", options->folder, "Folder with registry, keys and data");
  command->add_option("--rules", options->rules, "Rules folder; the program's own without it");
  command->add_option("--store", options->keep_store, "Keep the store in this file");
  command->callback([&action, options] { action = [options] { return demo(*options); }; });
}

void add_replay(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "replay", "Take captures, JSON readings or HJ 212 bytes from files into a store");
  const auto options = std::make_shared<ReplayOptions>();
  command->add_option("files", options->files, "Captures, JSON lines, captured reads, HJ 212 bytes")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--registry", options->registry, "Registry folder")
      ->required()
      ->check(CLI::ExistingDirectory);
  command->add_option("--rules", options->rules, "Rules folder; the program's own without it");
  command->add_option("--store", options->store, store_help)->required();
  command->add_option("--keys", options->keys, "Secret file with SM4 keys");
  command->add_option("--until", options->until,
                      "Move every park's time to this moment at the end (ISO 8601 with zone)");
  command->add_option("--received", options->received, "Received time of raw HJ 212 bytes");
  command->add_option("--batch-records", options->batch_records, "Records of one commit")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_flag("--crc-either", options->modbus_crc, "Also take the plain MODBUS checksum");
  command->callback([&action, options] { action = [options] { return replay(*options); }; });
}

}  // namespace

void add_running_commands(CLI::App& app, Action& action) {
  add_run(app, action);
  add_demo(app, action);
  add_replay(app, action);
}

}  // namespace parkwatch
