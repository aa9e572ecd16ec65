#include "app/active_set.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "app/shipped_rules.h"
#include "app/whole_file.h"
#include "model/registry_csv.h"
#include "model/rules_csv.h"
#include "storage/digest.h"

namespace parkwatch {

namespace {

constexpr std::uintmax_t file_bytes_max = 256u << 20;

/// Without byte order mark and carriage returns: what a spreadsheet adds changes no result.
std::string canonical(std::string text) {
  static constexpr std::string_view mark = "\xEF\xBB\xBF";
  if (text.starts_with(mark)) text.erase(0, mark.size());
  std::erase(text, '\r');
  return text;
}

std::set<std::string> file_names(const std::filesystem::path& folder, Faults& faults) {
  std::error_code error;
  std::set<std::string> names;  // sorted, so that faults come in a stable order
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (at->path().extension() == ".csv") names.insert(at->path().filename().string());
  }
  if (error) {
    faults.push_back({folder.string(), 0, Severity::Fault,
                      "the folder cannot be read: " + error.message(),
                      "`parkwatch init DIR` writes one to start from"});
  }
  return names;
}

TextFiles read_folder(const std::filesystem::path& folder, Faults& faults) {
  TextFiles files{folder.lexically_normal().string(), {}};
  if (files.folder.size() > 1 && files.folder.ends_with('/')) files.folder.pop_back();
  for (const std::string& name : file_names(folder, faults)) {
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(folder / name, error);
    if (!error && size > file_bytes_max) {
      faults.push_back({files.path(name), 0, Severity::Fault, "the file is larger than 256 MiB",
                        "split the registry over several stores"});
      continue;
    }
    std::optional<std::string> text = read_file(folder / name);
    if (text) {
      files.texts[name] = canonical(std::move(*text));
    } else {
      faults.push_back({files.path(name), 0, Severity::Fault, "the file cannot be read",
                        "check its permissions"});
    }
  }
  return files;
}

constexpr std::string_view rule_names[] = {"factors.csv",      "lifecycle.csv", "limits.csv",
                                           "mark_schemes.csv", "operation.csv", "parameters.csv",
                                           "stack_limits.csv", "units.csv",     "working_days.csv"};

bool is_registry_file(std::string_view name) {
  const auto all = registry_files();
  return std::any_of(all.begin(), all.end(),
                     [&](const RegistryFile& file) { return file.name == name; });
}

bool is_rule_file(std::string_view name) {
  return std::find(std::begin(rule_names), std::end(rule_names), name) != std::end(rule_names);
}

void warn_of_unread_rules(const TextFiles& rules, Faults& faults) {
  std::string known;
  for (const std::string_view name : rule_names) {
    known.append(known.empty() ? "rules are " : ", ").append(name);
  }
  for (const auto& [name, text] : rules.texts) {
    if (is_rule_file(name)) continue;
    faults.push_back({rules.path(name), 0, Severity::Warning, "the file is not read", known});
  }
}

}  // namespace

TextFiles read_rule_files(const std::filesystem::path& rules_dir, Faults& faults) {
  return rules_dir.empty() ? shipped_rules() : read_folder(rules_dir, faults);
}

SetFiles read_set_files(const std::filesystem::path& registry_dir,
                        const std::filesystem::path& rules_dir, Faults& faults) {
  SetFiles files;
  files.rules = read_rule_files(rules_dir, faults);
  files.registry = read_folder(registry_dir, faults);
  return files;
}

std::string set_hash(const SetFiles& files) {
  Sha256 content;
  content.add("parkwatch set, arithmetic " + std::to_string(arithmetic_version) + "\n");
  const auto append = [&](std::string_view folder, const std::string& name,
                          const std::string& text) {
    content.add(std::string(folder) + "/" + name + " " + std::to_string(text.size()) + "\n");
    content.add(text);
  };
  for (const auto& [name, text] : files.registry.texts) {
    if (is_registry_file(name)) append("registry", name, text);
  }
  for (const auto& [name, text] : files.rules.texts) {
    if (is_rule_file(name)) append("rules", name, text);
  }
  return hex(content.finish());
}

LoadedSet parse_set(const SetFiles& files, std::string_view accepted) {
  LoadedSet loaded;
  loaded.set.hash = set_hash(files);
  ParsedRules rules = parse_rules(files.rules);
  loaded.set.rules = std::move(rules.rules);
  loaded.faults = std::move(rules.faults);
  warn_of_unread_rules(files.rules, loaded.faults);
  if (!load_zone("Asia/Shanghai")) {
    loaded.faults.push_back({files.registry.folder, 0, Severity::Fault,
                             "the machine has no time zone database", "install tzdata"});
  }
  std::map<std::string, Zone>& zones = loaded.set.zones;
  const auto exists = [&](const std::string& name) {
    if (zones.contains(name)) return true;
    std::optional<Zone> zone = load_zone(name);
    if (!zone) return false;
    zones.emplace(name, std::move(*zone));
    return true;
  };
  ParsedRegistry registry =
      parse_registry(files.registry, {loaded.set.rules, exists, loaded.set.hash == accepted});
  loaded.set.registry = std::move(registry.registry);
  std::move(registry.faults.begin(), registry.faults.end(), std::back_inserter(loaded.faults));
  return loaded;
}

LoadedSet load_set(const std::filesystem::path& registry_dir,
                   const std::filesystem::path& rules_dir, std::string_view accepted) {
  Faults faults;
  SetFiles files = read_set_files(registry_dir, rules_dir, faults);
  LoadedSet loaded = parse_set(files, accepted);
  loaded.files = std::move(files);
  loaded.faults.insert(loaded.faults.begin(), faults.begin(), faults.end());
  return loaded;
}

}  // namespace parkwatch
