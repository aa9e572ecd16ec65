#include "app/debug_bundle.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/files.h"
#include "tests/support/temporary_folder.h"

namespace parkwatch {
namespace {

TEST(DebugBundle, HoldsWhatCanBeHadAndNoSecret) {
  TemporaryFolder folder;
  const std::string config = folder.file("parkwatch.toml");
  std::ofstream(config)
      << "[store]\nurl = \"postgresql://u:canary@127.0.0.1:1/d\"\npassword = \"canary\"\n"
         "[kafka]\nbootstrap = \"127.0.0.1:1\"\nsasl_password = \"canary\"\n"
         "start_timeout_ms = 1000\n"
         "[kafka.client]\n\"ssl.key.password\" = \"canary\"\n"
         "[web]\nport = 1\n[registry]\ndir = \""
      << PARKWATCH_SOURCE_DIR << "/deploy/demo/registry"
      << "\"\n";
  DebugBundleOptions options;
  options.config_file = config;
  options.folder = folder.file("bundle");
  std::ostringstream out, err;
  EXPECT_EQ(write_debug_bundle(options, out, err), ExitCode::Ok) << err.str();
  const auto content = [&](const std::string& name) {
    return file_bytes(options.folder + "/" + name);
  };
  EXPECT_NE(content("about.txt").find("parkwatch "), std::string::npos);
  EXPECT_NE(content("settings.toml").find("port = 1"), std::string::npos);
  EXPECT_NE(content("doctor.txt").find("kafka"), std::string::npos);
  EXPECT_NE(content("set.txt").find("parks.csv: "), std::string::npos);
  EXPECT_NE(content("store.txt").find("postgresql://u@127.0.0.1:1/d"), std::string::npos);
  EXPECT_NE(content("metrics.txt").find("no answer at http://127.0.0.1:1/metrics"),
            std::string::npos);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(options.folder)) {
    ++files;
    EXPECT_EQ(file_bytes(entry.path().string()).find("canary"), std::string::npos) << entry.path();
    EXPECT_NE(out.str().find(entry.path().filename().string()), std::string::npos);
  }
  EXPECT_EQ(files, 7U);
  EXPECT_EQ(std::filesystem::status(options.folder).permissions(),
            std::filesystem::perms::owner_all);
}

TEST(DebugBundle, RefusesAFolderThatIsThereOrCannotBe) {
  TemporaryFolder folder;
  for (const std::string& name : {folder.path().string(), folder.file("no/such/place")}) {
    DebugBundleOptions options;
    options.folder = name;
    std::ostringstream out, err;
    EXPECT_EQ(write_debug_bundle(options, out, err), ExitCode::Runtime);
    EXPECT_NE(err.str().find(name), std::string::npos) << err.str();
    EXPECT_EQ(out.str(), "");
  }
}

}  // namespace
}  // namespace parkwatch
