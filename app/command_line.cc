#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <functional>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "app/capture_command.h"
#include "app/client_settings.h"
#include "app/command_line_manual.h"
#include "app/command_line_parts.h"
#include "app/exit_code.h"
#include "app/export_command.h"
#include "app/faults.h"
#include "app/hj212_command.h"
#include "app/import_command.h"
#include "app/redrive_command.h"
#include "app/topics_command.h"
#include "app/version.h"

namespace parkwatch {

namespace {

void add_version(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("version", "Print the version");
  command->callback([&action] {
    action = [] {
      std::puts(version_text().c_str());
      return ExitCode::Ok;
    };
  });
}

/// How to reach Kafka; the same flags for every command that does.
struct BrokerFlags {
  std::string bootstrap;
  std::string client_file;
  std::vector<std::string> client_settings;
  double patience_s = 30;

  void add_to(CLI::App* command) {
    command->add_option("--bootstrap", bootstrap, "Kafka brokers, HOST:PORT[,HOST:PORT...]")
        ->envname("PARKWATCH_KAFKA__BOOTSTRAP")
        ->required();
    command->add_option("--client-config", client_file,
                        "File of name=value client settings (security.protocol, ssl.ca.location, "
                        "sasl.username, ...)");
    command->add_option("--client-setting", client_settings, "One client setting, name=value")
        ->take_all();
    command->add_option("--patience", patience_s, "Seconds to wait for Kafka at the start")
        ->check(CLI::Range(1.0, 3600.0))
        ->capture_default_str();
  }

  BrokerSettings settings() const {
    BrokerSettings made;
    made.bootstrap = bootstrap;
    made.client = read_client_settings(client_file, client_settings);
    made.start_timeout = std::chrono::milliseconds(static_cast<std::int64_t>(patience_s * 1000));
    return made;
  }
};

void add_redrive(CLI::App& topics, Action& action) {
  CLI::App* command = topics.add_subcommand(
      "redrive", "Send dead letters back to the input topic after a fix, each once");
  struct Given {
    RedriveOptions options;
    std::vector<std::string> settings;
  };
  const auto given = std::make_shared<Given>();
  command->add_option("--config", given->options.config_file, "TOML file")
      ->envname("PARKWATCH_CONFIG");
  command->add_option("--set", given->settings, "One setting, section.key=value")->take_all();
  command->add_option("--reason", given->options.reason, "Only those with this reason");
  command->add_option("--from", given->options.from,
                      "Only those received then or later (ISO 8601 with zone)");
  command->add_flag("--dry-run", given->options.dry_run, "Count, send nothing");
  command->add_flag("--force", given->options.force, "Also those that would end the same way");
  command->callback([&action, given] {
    action = [given] {
      given->options.settings = split_settings(given->settings);
      return redrive(given->options);
    };
  });
}

void add_acls(CLI::App& topics, Action& action) {
  CLI::App* command =
      topics.add_subcommand("acls", "Print the commands that allow each part what it does");
  struct Given {
    TopicsAclsOptions options;
    std::string config;
    std::vector<std::string> settings;
  };
  const auto given = std::make_shared<Given>();
  command->add_option("--config", given->config, "TOML file")->envname("PARKWATCH_CONFIG");
  command->add_option("--set", given->settings, "One setting, section.key=value")->take_all();
  command->add_option("--gateway", given->options.gateway, "Principal of gateways")
      ->capture_default_str();
  command->add_option("--worker", given->options.worker, "Principal of workers")
      ->capture_default_str();
  command->add_option("--admin", given->options.admin, "Principal that creates the topics")
      ->capture_default_str();
  command->callback([&action, given] {
    action = [given] {
      const LoadedConfig loaded =
          load_config({given->config, parkwatch_environment(), split_settings(given->settings)});
      if (report_faults(loaded.faults)) return ExitCode::Configuration;
      std::cout << acl_commands(loaded.config, given->options);
      return ExitCode::Ok;
    };
  });
}

void add_topics(CLI::App& app, Action& action) {
  CLI::App* topics = app.add_subcommand("topics", "Kafka topics");
  topics->require_subcommand(1);
  add_redrive(*topics, action);
  add_acls(*topics, action);
  CLI::App* command =
      topics->add_subcommand("create", "Create the topics, or check those that exist");
  struct Given {
    BrokerFlags broker;
    TopicsCreateOptions options;
    bool input_only = false;
  };
  auto given = std::make_shared<Given>();
  given->broker.add_to(command);
  command->add_option("--input", given->options.input, "Input topic")->capture_default_str();
  command->add_flag("--input-only", given->input_only, "Leave out the result topics");
  command->add_option("--partitions", given->options.partitions, "Partitions of each topic")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  command
      ->add_option("--replication", given->options.replication,
                   "Copies of each partition; -1: the cluster's default")
      ->check(CLI::IsMember({-1, 1, 2, 3, 4, 5}))
      ->capture_default_str();
  command
      ->add_option("--retention-days", given->options.retention_days,
                   "Days that input and dead letters are kept; -1: for ever")
      ->check(CLI::Range(-1, 36'500))
      ->capture_default_str();
  command->callback([&action, given] {
    action = [given] {
      given->options.broker = given->broker.settings();
      given->options.results = !given->input_only;
      return create_topics(given->options);
    };
  });
}

void add_import(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand(
      "import", "Send rows of CSV files to the input topic: milestones, marks, activities");
  struct Given {
    ImportOptions options;
    std::vector<std::string> settings;
  };
  const auto given = std::make_shared<Given>();
  command->add_option("files", given->options.files, "CSV files; a column is a member")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--type", given->options.type, "Of the records, without a column `type`");
  command->add_option("--source", given->options.source, "Of documents without a column `source`")
      ->capture_default_str();
  command->add_option("--config", given->options.config_file, "TOML file")
      ->envname("PARKWATCH_CONFIG");
  command->add_option("--set", given->settings, "One setting, section.key=value")->take_all();
  command->add_flag("--print", given->options.print, "Print JSON lines, send nothing");
  command->callback([&action, given] {
    action = [given] {
      given->options.settings = split_settings(given->settings);
      return import_files(given->options, std::cout);
    };
  });
}

void add_capture(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("capture", "Write a topic's records to a file");
  struct Given {
    BrokerFlags broker;
    CaptureOptions options;
  };
  auto given = std::make_shared<Given>();
  given->broker.add_to(command);
  given->options.topic = input_topic;
  command->add_option("--topic", given->options.topic, "Topic to read")->capture_default_str();
  command->add_option("--output", given->options.output, "File, or - for standard output")
      ->capture_default_str();
  command->add_flag("--until-end", given->options.until_end,
                    "Stop at the ends that the partitions have now");
  command->callback([&action, given] {
    action = [given] {
      given->options.broker = given->broker.settings();
      return capture_topic(given->options);
    };
  });
}

void add_export(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("export", "Print tables of a store in a fixed order");
  const auto options = std::make_shared<ExportCommandOptions>();
  std::string names = "all";
  for (const std::string& name : export_names()) names += ", " + name;
  command->add_option("TABLE", options->what, "One of: " + names)->required();
  command->add_option("--store", options->store_url, store_help)->required();
  command->add_option("--registry", options->registry, "Registry folder (not needed to print)");
  command->add_option("--from", options->from, "First time, as 2026-03-15T09:30:00+08:00");
  command->add_option("--to", options->to, "End, itself not included");
  command->add_option("--format", options->format, "csv or jsonl")->capture_default_str();
  command->add_flag("--audit", options->audit, "Also columns that may differ between equal stores");
  command->add_option("--output", options->output, "File, or - for standard output")
      ->capture_default_str();
  command->callback([options, &action] {
    action = [options] { return run_export(*options, std::cout, std::cerr); };
  });
}

void add_hj212_decode(CLI::App& hj212, Action& action) {
  CLI::App* command = hj212.add_subcommand(
      "decode", "Print every frame and every other byte of a stream as JSON, one object a line");
  auto options = std::make_shared<Hj212Options>();
  command->add_option("FILE", options->file, "Bytes as received, - for standard input")->required();
  command->add_flag("--strict", options->strict, "Refuse every deviation from the standard");
  command
      ->add_option_function<std::string>(
          "--crc", [options](const std::string& crc) { options->modbus_crc = crc == "either"; },
          "hj212: the standard's checksum only (default); either: plain MODBUS too")
      ->check(CLI::IsMember({"hj212", "either"}));
  command->add_option("--keys", options->keys_file,
                      "Secret file of SM4 keys, MN = 32 hexadecimal digits a line, * for any MN");
  command->callback([&action, options] { action = [options] { return hj212_decode(*options); }; });
}

void add_hj212_encode(CLI::App& hj212, Action& action) {
  CLI::App* command =
      hj212.add_subcommand("encode", "Write the frames of the lines that decode prints");
  auto options = std::make_shared<Hj212Options>();
  command->add_option("FILE", options->file, "JSON lines, - for standard input")->required();
  command->add_option("--keys", options->keys_file,
                      "Secret file of SM4 keys, MN = 32 hexadecimal digits a line, * for any MN");
  command->callback([&action, options] { action = [options] { return hj212_encode(*options); }; });
}

void add_hj212(CLI::App& app, Action& action) {
  CLI::App* hj212 = app.add_subcommand("hj212", "Frames of the HJ 212 protocol");
  hj212->require_subcommand(1);
  add_hj212_decode(*hj212, action);
  add_hj212_encode(*hj212, action);
  add_hj212_send(*hj212, action);
}

void add_manual(CLI::App& app, Action& action) {
  CLI::App* manual = app.add_subcommand("manual", "Print what all commands and options are");
  const auto format = std::make_shared<std::string>("man");
  manual->add_option("--format", *format, "A manual page, or docs/commands.md")
      ->check(CLI::IsMember({"man", "markdown"}))
      ->capture_default_str();
  manual->callback([&app, &action, format] {
    action = [&app, format] {
      std::cout << (*format == "man" ? manual_page(app, version_text()) : command_document(app));
      return ExitCode::Ok;
    };
  });
  CLI::App* completion =
      app.add_subcommand("completion", "Print a script that completes commands in a shell");
  const auto shell = std::make_shared<std::string>();
  completion->add_option("SHELL", *shell, "Which shell")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion->callback([&app, &action, shell] {
    action = [&app, shell] {
      std::cout << completion_script(app, *shell);
      return ExitCode::Ok;
    };
  });
}

void add_all(CLI::App& app, Action& action) {
  app.name("parkwatch");
  app.description("Parkwatch watches the pollutant emissions of industrial parks as they happen.");
  app.require_subcommand(1);
  add_running_commands(app, action);
  add_setup_commands(app, action);
  add_export(app, action);
  add_evidence_commands(app, action);
  add_store_commands(app, action);
  add_topics(app, action);
  add_capture(app, action);
  add_import(app, action);
  add_hj212(app, action);
  add_simulate(app, action);
  add_manual(app, action);
  add_version(app, action);
}

}  // namespace

void with_all_commands(const std::function<void(const CLI::App&)>& use) {
  CLI::App app;
  Action action;
  add_all(app, action);
  use(app);
}

int run_command_line(int argc, char** argv) {
  CLI::App app;
  Action action;
  add_all(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : static_cast<int>(ExitCode::Usage);
  }
  return static_cast<int>(action());
}

}  // namespace parkwatch
