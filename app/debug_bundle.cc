#include "app/debug_bundle.h"

#include <sys/stat.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <ostream>
#include <sstream>
#include <system_error>
#include <thread>

#include "app/config.h"
#include "app/config_use.h"
#include "app/doctor_command.h"
#include "app/export_command.h"
#include "app/real_time.h"
#include "app/version.h"
#include "app/whole_file.h"
#include "ingest/kafka_client.h"
#include "model/time.h"
#include "storage/digest.h"
#include "storage/store.h"
#include "web/fetch.h"

namespace parkwatch {

namespace {

namespace fs = std::filesystem;

std::string about_text() {
  utsname machine{};
  std::string text = version_text() + ", built from " + source_revision() + "\n" + "librdkafka " +
                     kafka::library_version() + "\n";
  if (uname(&machine) == 0) {
    text += std::string(machine.sysname) + " " + machine.release + " " + machine.machine + "\n";
  }
  text += std::to_string(std::thread::hardware_concurrency()) + " processors\n";
  return text + "made at " + utc_text(real_time_ms()) +
         "\n\nThe program's log is not here: it stands where standard error of the process goes "
         "(journalctl -u parkwatch, kubectl logs, docker logs).\n";
}

std::string settings_text(const LoadedConfig& loaded) {
  std::string text = config_text(loaded, true, true);
  for (const Fault& fault : loaded.faults) text += "# " + fault.text() + "\n";
  return text;
}

std::string doctor_text(const LoadedConfig& loaded, const std::string& file) {
  std::ostringstream out;
  run_doctor(doctor_options(loaded, file), out);
  return out.str();
}

/// Names, sizes and hashes: what differs between two machines shows without what is in the files.
std::string set_text(const Config& config) {
  std::string text;
  for (const std::string& folder : {config.registry.dir, config.rules.dir}) {
    if (folder.empty()) continue;
    text += folder + "\n";
    std::error_code fault;
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, fault)) {
      if (entry.is_regular_file(fault)) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
      const std::optional<std::string> content = read_file(file);
      text += "  " + file.filename().string() + ": " +
              (content ? std::to_string(content->size()) + " bytes, SHA-256 " + sha256_hex(*content)
                       : std::string("cannot be read")) +
              "\n";
    }
    if (files.empty()) text += "  no file can be seen\n";
  }
  return text;
}

std::string store_text(const Config& config) {
  const std::string url = store_url(config);
  std::ostringstream text;
  text << shown_store_url(url) << '\n';
  for (const char* name : {"progress", "counter", "park", "active_set", "log_gap", "rejudge"}) {
    text << "\n" << name << '\n';
    ExportCommandOptions options;
    options.what = name;
    options.store_url = url;
    options.audit = true;
    run_export(options, text, text);
  }
  return text.str();
}

/// What the running process answers at its own address.
std::string answer_text(const Config& config, const std::string& path) {
  const bool everywhere = config.web.listen == "0.0.0.0" || config.web.listen == "::";
  return fetch(everywhere ? "127.0.0.1" : config.web.listen, static_cast<int>(config.web.port),
               path);
}

bool write(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  return file.good();
}

}  // namespace

ExitCode write_debug_bundle(const DebugBundleOptions& options, std::ostream& out,
                            std::ostream& err) {
  const fs::path folder(options.folder);
  constexpr mode_t owner_only = 0700;
  if (::mkdir(folder.c_str(), owner_only) != 0) {
    err << options.folder << ": " << std::generic_category().message(errno)
        << "; name a folder that is not there yet\n";
    return ExitCode::Runtime;
  }
  const LoadedConfig loaded =
      load_config({options.config_file, parkwatch_environment(), options.settings});
  const Config& config = loaded.config;
  const std::pair<const char*, std::function<std::string()>> parts[] = {
      {"about.txt", about_text},
      {"settings.toml", [&] { return settings_text(loaded); }},
      {"doctor.txt", [&] { return doctor_text(loaded, options.config_file); }},
      {"set.txt", [&] { return set_text(config); }},
      {"store.txt", [&] { return store_text(config); }},
      {"metrics.txt", [&] { return answer_text(config, "/metrics"); }},
      {"ready.txt", [&] { return answer_text(config, "/readyz"); }},
  };
  for (const auto& [name, text] : parts) {
    std::string content;
    try {
      content = text();
    } catch (const std::exception& fault) {
      content = std::string(fault.what()) + "\n";
    }
    if (!write(folder / name, content)) {
      err << (folder / name).string() << ": " << std::generic_category().message(errno) << '\n';
      return ExitCode::Runtime;
    }
    out << (folder / name).string() << '\n';
  }
  return ExitCode::Ok;
}

}  // namespace parkwatch
