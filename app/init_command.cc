#include "app/init_command.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <map>
#include <ostream>
#include <system_error>

#include "app/shipped_rules.h"
#include "app/starter.h"

namespace parkwatch {

namespace {

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.flush();
  if (file) return;
  throw std::system_error(errno, std::generic_category(), path.string() + " cannot be written");
}

}  // namespace

ExitCode run_init(const InitOptions& options, std::ostream& out, std::ostream& errors) {
  const std::filesystem::path folder = options.folder;
  std::map<std::filesystem::path, std::string> files;
  files.emplace(folder / "parkwatch.toml", starter_config());
  for (const auto& [name, text] : starter_registry()) {
    files.emplace(folder / "registry" / name, text);
  }
  if (options.rules) {
    for (const auto& [name, text] : shipped_rules().texts) {
      files.emplace(folder / "rules" / name, text);
    }
  }
  for (const auto& [path, text] : files) {
    if (!std::filesystem::exists(path)) continue;
    errors << path.string() << " exists; nothing was written: choose another folder\n";
    return ExitCode::Usage;
  }
  for (const auto& [path, text] : files) {
    write_file(path, text);
    out << path.string() << '\n';
  }
  out << "next: parkwatch check --registry " << (folder / "registry").string()
      << (options.rules ? " --rules " + (folder / "rules").string() : "") << '\n';
  return ExitCode::Ok;
}

}  // namespace parkwatch
