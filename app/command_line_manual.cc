#include "app/command_line_manual.h"

#include <CLI/CLI.hpp>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace parkwatch {

namespace {

/// What each code means; the numbers are those of ExitCode.
constexpr std::pair<int, std::string_view> exit_codes[] = {
    {0, "all is well"},
    {1, "it failed while it ran; the last line says of what"},
    {2, "the command line is wrong"},
    {3, "it did what was asked, and found something to look after"},
    {75, "a dependency is away: start it again later"},
    {78, "the configuration is wrong: starting it again does not help"},
};

struct Command {
  std::string name;  // "parkwatch topics create"
  const CLI::App* app = nullptr;
};

/// All commands in the order in which help shows them, groups before what they hold.
void collect(const CLI::App& app, const std::string& name, std::vector<Command>& all) {
  all.push_back({name, &app});
  for (const CLI::App* child : app.get_subcommands([](const CLI::App*) { return true; })) {
    collect(*child, name + " " + child->get_name(), all);
  }
}

std::vector<Command> commands_of(const CLI::App& app) {
  std::vector<Command> all;
  collect(app, app.get_name(), all);
  return all;
}

bool is_group(const CLI::App& app) {
  return !app.get_subcommands([](const CLI::App*) { return true; }).empty();
}

std::vector<const CLI::Option*> options_of(const CLI::App& app, bool positional) {
  std::vector<const CLI::Option*> found;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional() == positional && option != app.get_help_ptr()) {
      found.push_back(option);
    }
  }
  return found;
}

bool is_flag(const CLI::Option& option) {
  return option.get_items_expected_max() == 0;
}

/// The words that an option takes, where it takes only some: CLI11 shows them as {a,b}.
std::vector<std::string> words_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t begin = type.find('{');
  const std::size_t end = type.find('}', begin);
  std::vector<std::string> words;
  if (begin == std::string::npos || end == std::string::npos) return words;
  std::string word;
  for (const char c : type.substr(begin + 1, end - begin - 1) + ",") {
    if (c != ',') {
      word += c;
    } else {
      words.push_back(std::exchange(word, {}));
    }
  }
  return words;
}

/// What a value is: "TEXT", "text, json", "1 to 10000".
std::string value_of(const CLI::Option& option) {
  if (is_flag(option)) return {};
  std::string text;
  for (const std::string& word : words_of(option)) text += (text.empty() ? "" : ", ") + word;
  if (!text.empty()) return text;
  text = option.get_type_name();
  const std::size_t range = text.find(" in [");
  if (range == std::string::npos) {
    text = text.substr(0, text.find(':'));
    if (text == "TEXT") return "text";
    return text == "FLOAT" ? "number" : "whole number";
  }
  text = text.substr(range + 5, text.find(']', range) - range - 5);
  const std::size_t between = text.find(" - ");
  if (between != std::string::npos) text.replace(between, 3, " to ");
  return text;
}

/// What else there is to say of an option, each a sentence part.
std::vector<std::string> remarks_of(const CLI::Option& option) {
  std::vector<std::string> remarks;
  if (option.get_required()) remarks.push_back("required");
  if (!option.get_default_str().empty()) remarks.push_back("default " + option.get_default_str());
  if (!option.get_envname().empty()) remarks.push_back("from " + option.get_envname());
  return remarks;
}

std::string described(const CLI::Option& option) {
  std::string text = option.get_description();
  std::string rest;
  for (const std::string& remark : remarks_of(option)) rest += (rest.empty() ? "" : "; ") + remark;
  return rest.empty() ? text : text + " (" + rest + ")";
}

std::string usage_of(const Command& command) {
  std::string text = command.name;
  if (!options_of(*command.app, false).empty()) text += " [OPTION...]";
  for (const CLI::Option* option : options_of(*command.app, true)) {
    const std::string name = option->get_name();
    const bool many = option->get_items_expected_max() > 1;
    text += option->get_required() ? " " + name : " [" + name + "]";
    if (many) text += "...";
  }
  return text;
}

/// Text of a table cell of Markdown.
std::string cell_of(const std::string& text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|') cell += '\\';
    cell += c;
  }
  return cell;
}

std::string options_table(const CLI::App& app) {
  std::string rows;
  for (const bool positional : {true, false}) {
    for (const CLI::Option* option : options_of(app, positional)) {
      rows += "| `" + option->get_name(positional, !positional) + "` | " +
              cell_of(value_of(*option)) + " | " + cell_of(described(*option)) + " |\n";
    }
  }
  return rows.empty() ? "" : "\n| Option | Value | Meaning |\n|---|---|---|\n" + rows;
}

/// A line of a manual page: man reads a leading stop or apostrophe and any backslash as its own.
std::string man_text(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '\\') {
      safe += "\\e";
    } else if (c == '-') {
      safe += "\\-";
    } else {
      safe += c;
    }
  }
  return safe.starts_with('.') || safe.starts_with('\'') ? "\\&" + safe : safe;
}

/// Words behind a command name or an option, for a shell to offer.
std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::vector<std::string> option_names(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  return names;
}

/// What can follow a command: what it holds, else its options and the words of its operands.
std::vector<std::string> offered(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::App* child : app.get_subcommands([](const CLI::App*) { return true; })) {
    words.push_back(child->get_name());
  }
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) {
      for (const std::string& word : words_of(*option)) words.push_back(word);
    }
    for (const std::string& name : option_names(*option)) words.push_back(name);
  }
  return words;
}

std::string shell_function(const CLI::App& app) {
  std::string known, follow, values;
  for (const Command& command : commands_of(app)) {
    if (command.app != &app) known += (known.empty() ? "\"" : " | \"") + command.name + "\"";
    follow += "    \"" + command.name + "\") words=\"" + joined(offered(*command.app)) + "\" ;;\n";
    for (const CLI::Option* option : options_of(*command.app, false)) {
      const std::vector<std::string> words = words_of(*option);
      if (words.empty() && is_flag(*option)) continue;
      for (const std::string& name : option_names(*option)) {
        values += "    \"" + command.name + " " + name + "\") words=\"" + joined(words) + "\" ;;\n";
      }
    }
  }
  return "_parkwatch() {\n"
         "  local place=parkwatch word words index\n"
         "  for ((index = 1; index < COMP_CWORD; ++index)); do\n"
         "    word=${COMP_WORDS[index]}\n"
         "    case \"$place $word\" in\n"
         "      " +
         known +
         ") place=\"$place $word\" ;;\n"
         "    esac\n"
         "  done\n"
         "  case \"$place\" in\n" +
         follow +
         "  esac\n"
         "  case \"$place ${COMP_WORDS[COMP_CWORD-1]}\" in\n" +
         values +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
         "}\n"
         "complete -o default -F _parkwatch parkwatch\n";
}

/// Text between fish's single quotes.
std::string fish_text(const std::string& text) {
  std::string safe = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') safe += '\\';
    safe += c;
  }
  return safe + "'";
}

/// The condition that just these commands were named.
std::string fish_condition(const Command& command) {
  const std::string path = command.name.substr(command.name.find(' ') + 1);
  return "-n " + fish_text("test (__parkwatch_place) = " + fish_text(path));
}

std::string fish_script(const CLI::App& app) {
  const std::vector<Command> all = commands_of(app);
  std::string known;
  for (const Command& command : all) {
    if (command.app != &app) known += " " + fish_text(command.name);
  }
  std::string text =
      "function __parkwatch_place\n"
      "  set -l place parkwatch\n"
      "  for word in (commandline -opc)[2..-1]\n"
      "    contains -- \"$place $word\"" +
      known +
      "; and set place \"$place $word\"\n"
      "  end\n"
      "  string replace -r '^parkwatch ' '' -- \"$place\"\n"
      "end\n";
  for (const Command& command : all) {
    const std::string line = "complete -c parkwatch " + fish_condition(command);
    for (const CLI::App* child :
         command.app->get_subcommands([](const CLI::App*) { return true; })) {
      text += line + " -f -a " + child->get_name() + " -d " + fish_text(child->get_description()) +
              "\n";
    }
    for (const CLI::Option* option : command.app->get_options()) {
      std::string names;
      for (const std::string& name : option->get_lnames()) names += " -l " + name;
      for (const std::string& name : option->get_snames()) names += " -s " + name;
      if (names.empty()) continue;
      if (!is_flag(*option)) names += " -r";
      const std::vector<std::string> words = words_of(*option);
      if (!words.empty()) names += " -f -a " + fish_text(joined(words));
      text += line + names + " -d " + fish_text(option->get_description()) + "\n";
    }
  }
  return text;
}

}  // namespace

std::string command_document(const CLI::App& app) {
  std::string text =
      "# Commands\n\n"
      "<!-- Printed by `parkwatch manual --format markdown`; do not edit by hand. -->\n\n" +
      app.get_description() +
      "\nEvery command takes `--help`. Results go to standard output, everything else to standard "
      "error.\n\n"
      "| Exit code | Meaning |\n|---|---|\n";
  for (const auto& [code, meaning] : exit_codes) {
    text += "| " + std::to_string(code) + " | " + std::string(meaning) + " |\n";
  }
  for (const Command& command : commands_of(app)) {
    if (command.app == &app || is_group(*command.app)) continue;
    text += "\n## " + command.name + "\n\n" + command.app->get_description() + ".\n\n```\n" +
            usage_of(command) + "\n```\n" + options_table(*command.app);
  }
  return text;
}

std::string manual_page(const CLI::App& app, const std::string& version) {
  std::string text = ".TH PARKWATCH 1 \"\" \"" + man_text(version) +
                     "\"\n.SH NAME\nparkwatch \\- " + man_text(app.get_description()) +
                     "\n.SH SYNOPSIS\n.B parkwatch\n.I COMMAND\n[OPTION...]\n.SH COMMANDS\n";
  for (const Command& command : commands_of(app)) {
    if (command.app == &app || is_group(*command.app)) continue;
    text += ".SS \"" + man_text(usage_of(command)) + "\"\n" +
            man_text(command.app->get_description()) + ".\n";
    for (const bool positional : {true, false}) {
      for (const CLI::Option* option : options_of(*command.app, positional)) {
        const std::string value = positional || is_flag(*option) ? "" : value_of(*option);
        text += ".TP\n.B \"" + man_text(option->get_name(positional, !positional)) + "\"" +
                (value.empty() ? "\n" : "\n.I \"" + man_text(value) + "\"\n.br\n") +
                man_text(described(*option)) + "\n";
      }
    }
  }
  text += ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : exit_codes) {
    text += ".TP\n.B " + std::to_string(code) + "\n" + man_text(std::string(meaning)) + "\n";
  }
  return text;
}

std::string completion_script(const CLI::App& app, const std::string& shell) {
  if (shell == "bash") return shell_function(app);
  if (shell == "zsh") {
    return "#compdef parkwatch\nautoload -Uz bashcompinit && bashcompinit\n" + shell_function(app);
  }
  if (shell == "fish") return fish_script(app);
  throw std::invalid_argument("no completion for the shell " + shell);
}

}  // namespace parkwatch
