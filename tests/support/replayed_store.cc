#include "tests/support/replayed_store.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/export_command.h"
#include "app/replay_command.h"

namespace parkwatch {

void ReplayedStore::write_registry(const std::map<std::string, std::string>& files) const {
  std::filesystem::create_directories(path("registry"));
  for (const auto& [name, text] : files) std::ofstream(path("registry") + "/" + name) << text;
}

void ReplayedStore::write_log() const {
  std::ofstream log(path("log.jsonl"));
  for (int hour = 0; hour < 48; ++hour) {
    const std::int64_t start = at("2026-03-14T16:00:00Z") + hour * 3'600'000;
    log << reading("hour", utc_text(start), utc_text(start + 3'600'000),
                   R"({"a21026":{"value":60,"flag":"N"},"a00000":{"value":10,"flag":"N"}})")
        << '\n';
  }
}

void ReplayedStore::replay_log(const std::string& store, const std::string& until) const {
  ReplayOptions options;
  options.files = {path("log.jsonl")};
  options.registry = path("registry");
  options.store = url(store);
  options.until = until;
  ASSERT_EQ(replay(options), ExitCode::Ok);
}

std::string ReplayedStore::exported(const std::string& table, const std::string& store,
                                    bool audit) const {
  ExportCommandOptions options;
  options.what = table;
  options.store_url = url(store);
  options.audit = audit;
  std::ostringstream out, err;
  EXPECT_EQ(run_export(options, out, err), ExitCode::Ok) << err.str();
  return out.str();
}

std::string ReplayedStore::current_tables(const std::string& store) const {
  std::string text;
  for (const char* table : {"outlet_window", "verdict", "quality", "contribution", "cluster_window",
                            "episode", "park", "device_hour"}) {
    text += exported(table, store);
  }
  return text;
}

}  // namespace parkwatch
