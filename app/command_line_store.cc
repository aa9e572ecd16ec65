#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "app/command_line_parts.h"
#include "app/store_command.h"

namespace parkwatch {

namespace {

CLI::App* add_command(CLI::App& store, const char* name, const char* help,
                      StoreCommandOptions& options) {
  CLI::App* command = store.add_subcommand(name, help);
  command->add_option("--store", options.store_url, store_help)->required();
  return command;
}

}  // namespace

void add_store_commands(CLI::App& app, Action& action) {
  CLI::App* store = app.add_subcommand("store", "The store itself: make, back up, restore");
  store->require_subcommand(1);
  const auto options = std::make_shared<StoreCommandOptions>();
  CLI::App* init = add_command(
      *store, "init", "Make the tables, or bring older ones forward; safe to repeat", *options);
  init->callback(
      [options, &action] { action = [options] { return init_store(*options, std::cout); }; });
  CLI::App* roles = store->add_subcommand(
      "roles", "Print SQL for the roles writer, reader and auditor of a PostgreSQL store");
  roles->callback([&action] { action = [] { return print_store_roles(std::cout); }; });
  CLI::App* backup =
      add_command(*store, "backup", "Write all rows into a file, while others write", *options);
  backup->add_option("FILE", options->file, "The backup to write")->required();
  backup->callback(
      [options, &action] { action = [options] { return back_up_store(*options, std::cout); }; });
  CLI::App* restore =
      add_command(*store, "restore", "Fill a new store, of either form, from a backup", *options);
  restore->add_option("FILE", options->file, "A backup")->required();
  restore->callback([options, &action] {
    action = [options] { return restore_store(*options, std::cout, std::cerr); };
  });
}

}  // namespace parkwatch
