#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/check_command.h"
#include "app/command_line_parts.h"
#include "app/config.h"
#include "app/debug_bundle.h"
#include "app/doctor_command.h"
#include "app/init_command.h"
#include "app/rules_command.h"
#include "app/starter.h"

namespace parkwatch {

std::vector<std::pair<std::string, std::string>> split_settings(
    const std::vector<std::string>& texts) {
  std::vector<std::pair<std::string, std::string>> settings;
  for (const std::string& text : texts) {
    const std::size_t equals = std::min(text.find('='), text.size());
    settings.emplace_back(text.substr(0, equals), text.substr(std::min(equals + 1, text.size())));
  }
  return settings;
}

namespace {

void add_check(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("check", "Name every fault of configuration, registry and rules");
  struct Given {
    CheckOptions options;
    std::vector<std::string> settings;
    std::string format = "text";
  };
  const auto given = std::make_shared<Given>();
  command->add_option("--config", given->options.config, "TOML file");
  command->add_option("--registry", given->options.registry, "Folder of the registry's CSV files");
  command->add_option("--rules", given->options.rules,
                      "Folder of the rules' CSV files (default: the rules in the program)");
  command->add_option("--keys", given->options.keys, "File of SM4 keys");
  command->add_option("--set", given->settings, "One setting, section.key=value")->take_all();
  command->add_option("--format", given->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->callback([&action, given] {
    action = [given] {
      given->options.json = given->format == "json";
      given->options.settings = split_settings(given->settings);
      given->options.environment = parkwatch_environment();
      return run_check(given->options, std::cout);
    };
  });
}

void add_init(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("init", "Write a configuration and a registry to start from");
  const auto options = std::make_shared<InitOptions>();
  command->add_option("DIR", options->folder, "Folder to write")->required();
  command->add_flag("--rules", options->rules, "Also write the rules, to edit them");
  command->callback([options, &action] {
    action = [options] { return run_init(*options, std::cout, std::cerr); };
  });
}

void add_config_print(CLI::App& config, Action& action) {
  CLI::App* command =
      config.add_subcommand("print", "Print the settings that were set, secrets only by name");
  struct Given {
    std::string config;
    std::vector<std::string> settings;
    bool effective = false, origins = false;
  };
  const auto given = std::make_shared<Given>();
  command->add_option("--config", given->config, "TOML file")->envname("PARKWATCH_CONFIG");
  command->add_option("--set", given->settings, "One setting, section.key=value")->take_all();
  command->add_flag("--effective", given->effective, "Also those at their default");
  command->add_flag("--origins", given->origins, "Where each was set");
  command->callback([&action, given] {
    action = [given] {
      const LoadedConfig loaded =
          load_config({given->config, parkwatch_environment(), split_settings(given->settings)});
      std::cout << config_text(loaded, given->effective, given->origins);
      for (const Fault& fault : loaded.faults) std::cerr << fault.text() << '\n';
      return refuses(loaded.faults) ? ExitCode::Configuration : ExitCode::Ok;
    };
  });
}

void add_config(CLI::App& app, Action& action) {
  CLI::App* config = app.add_subcommand("config", "What can be set");
  config->require_subcommand(1);
  add_config_print(*config, action);
  const auto print = [&](CLI::App* parent, const char* name, const char* help,
                         std::string (*text)()) {
    CLI::App* command = parent->add_subcommand(name, help);
    command->callback([&action, text] {
      action = [text] {
        std::fputs(text().c_str(), stdout);
        return ExitCode::Ok;
      };
    });
  };
  print(config, "default", "Print a configuration with every setting at its default",
        default_config_text);
  print(config, "document", "Print the documentation of the settings", config_document);
  print(config, "document-registry", "Print the documentation of the registry", registry_document);
}

void add_rules(CLI::App& app, Action& action) {
  CLI::App* rules = app.add_subcommand("rules", "The numbers of the law");
  rules->require_subcommand(1);
  CLI::App* command = rules->add_subcommand("list", "Print every dated rule as CSV");
  const auto options = std::make_shared<RulesListOptions>();
  command->add_option("--rules", options->rules,
                      "Folder of the rules' CSV files (default: the rules in the program)");
  command->add_flag("--unsure", options->unsure,
                    "Only those whose value, clause or date was not confirmed");
  command->callback([options, &action] {
    action = [options] { return list_rules(*options, std::cout, std::cerr); };
  });
}

void add_doctor(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("doctor", "Look at everything that can be wrong on this machine");
  struct Given {
    std::string config;
    std::vector<std::string> settings;
  };
  const auto given = std::make_shared<Given>();
  command->add_option("--config", given->config, "TOML file")->envname("PARKWATCH_CONFIG");
  command->add_option("--set", given->settings, "One setting, section.key=value")->take_all();
  command->callback([&action, given] {
    action = [given] {
      const LoadedConfig loaded =
          load_config({given->config, parkwatch_environment(), split_settings(given->settings)});
      return run_doctor(doctor_options(loaded, given->config), std::cout);
    };
  });
}

void add_debug(CLI::App& app, Action& action) {
  CLI::App* debug = app.add_subcommand("debug", "What whoever helps needs to see");
  debug->require_subcommand(1);
  CLI::App* command = debug->add_subcommand(
      "bundle", "Write settings, diagnosis, counters and metrics into a folder, without secrets");
  struct Given {
    DebugBundleOptions options;
    std::vector<std::string> settings;
  };
  const auto given = std::make_shared<Given>();
  command->add_option("DIR", given->options.folder, "Folder to make")->required();
  command->add_option("--config", given->options.config_file, "TOML file")
      ->envname("PARKWATCH_CONFIG");
  command->add_option("--set", given->settings, "One setting, section.key=value")->take_all();
  command->callback([&action, given] {
    action = [given] {
      given->options.settings = split_settings(given->settings);
      return write_debug_bundle(given->options, std::cout, std::cerr);
    };
  });
}

}  // namespace

void add_setup_commands(CLI::App& app, Action& action) {
  add_check(app, action);
  add_init(app, action);
  add_config(app, action);
  add_rules(app, action);
  add_doctor(app, action);
  add_debug(app, action);
}

}  // namespace parkwatch
