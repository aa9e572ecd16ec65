#include "app/check_command.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "app/init_command.h"
#include "app/secrets.h"
#include "app/shipped_rules.h"
#include "tests/support/files.h"
#include "tests/support/temporary_folder.h"

namespace parkwatch {
namespace {

const std::string root = PARKWATCH_SOURCE_DIR;

struct Outcome {
  ExitCode code;
  std::string text;
};

Outcome check_run(const CheckOptions& options) {
  std::ostringstream out;
  const ExitCode code = run_check(options, out);
  return {code, out.str()};
}

TEST(CheckCommand, PassesTheDemo) {
  CheckOptions options;
  options.registry = root + "/deploy/demo/registry";
  options.rules = root + "/rules";
  options.keys = root + "/deploy/demo/keys";
  const Outcome run = check_run(options);
  EXPECT_EQ(run.code, ExitCode::Ok);
  EXPECT_EQ(run.text.find("0 faults, 0 warnings; 3 parks"), 0u) << run.text;
  options.rules.clear();  // the rules in the program are the same
  EXPECT_EQ(check_run(options).text, run.text);
}

TEST(CheckCommand, NamesFaultsAsTextAndJson) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "parks.csv") << "id,name,level\np,\"x \"\"y\"\"\",other\nq,,none\n";
  CheckOptions options;
  options.registry = folder.path().string();
  const Outcome text = check_run(options);
  EXPECT_EQ(text.code, ExitCode::Configuration);
  EXPECT_NE(text.text.find("/parks.csv:3: fault: `name` is empty; fill it in\n"),
            std::string::npos);
  EXPECT_NE(text.text.find("/outlets.csv: fault: the file is missing"), std::string::npos);
  EXPECT_EQ(text.text.find("\nset "), std::string::npos);
  options.json = true;
  const Outcome json = check_run(options);
  EXPECT_EQ(json.code, ExitCode::Configuration);
  EXPECT_NE(json.text.find("\"line\":3,\"severity\":\"fault\",\"message\":\"`name` is empty\""),
            std::string::npos)
      << json.text;
  EXPECT_NE(json.text.find("\"set\":null}"), std::string::npos);
}

TEST(CheckCommand, ChecksConfigurationAndKeys) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "a.toml")
      << "[registry]\ndir = \"" << root << "/deploy/demo/registry\"\nkeys_file = \""
      << (folder.path() / "keys").string() << "\"\n";
  std::ofstream(folder.path() / "keys") << "other-key = 00112233445566778899aabbccddeeff\n";
  CheckOptions options;
  options.config = (folder.path() / "a.toml").string();
  options.environment = {{"PARKWATCH_WEB__PORT", "x"}};
  const Outcome run = check_run(options);
  EXPECT_EQ(run.code, ExitCode::Configuration);
  EXPECT_NE(run.text.find("PARKWATCH_WEB__PORT: fault"), std::string::npos) << run.text;
  EXPECT_NE(run.text.find("key `demo-key` of device"), std::string::npos) << run.text;
  EXPECT_NE(run.text.find("2 faults, 0 warnings"), std::string::npos) << run.text;
}

TEST(InitCommand, WritesAFolderThatPassesCheck) {
  const TemporaryFolder folder;
  const std::string target = (folder.path() / "new" / "site").string();
  std::ostringstream out;
  std::ostringstream errors;
  ASSERT_EQ(run_init({target, true}, out, errors), ExitCode::Ok) << errors.str();
  CheckOptions options;
  options.config = target + "/parkwatch.toml";
  options.registry = target + "/registry";
  options.rules = target + "/rules";
  const Outcome run = check_run(options);
  EXPECT_EQ(run.code, ExitCode::Ok);
  EXPECT_EQ(run.text.find("0 faults, 0 warnings; 1 parks"), 0u) << run.text;
  EXPECT_EQ(run_init({target, false}, out, errors), ExitCode::Usage);
  EXPECT_NE(errors.str().find("parkwatch.toml exists; nothing was written"), std::string::npos);
}

TEST(ShippedRules, AreTheRulesOfTheSourceTree) {
  EXPECT_EQ(shipped_rules().texts, source_folder("rules").texts);
}

TEST(Secrets, ReadKeys) {
  const LoadedSecrets loaded =
      parse_secrets("keys",
                    "# comment\r\n\na = "
                    "00112233445566778899aabbccddeeff\nb=\"00112233445566778899AABBCCDDEEFF\"\n");
  EXPECT_TRUE(loaded.faults.empty());
  ASSERT_EQ(loaded.secrets.keys.size(), 2u);
  EXPECT_EQ(loaded.secrets.keys.at("a"), loaded.secrets.keys.at("b"));
  EXPECT_EQ(loaded.secrets.keys.at("a")[1], 0x11);
}

TEST(Secrets, AreFoundByMn) {
  const LoadedSecrets loaded = parse_secrets(
      "keys", "M1 = 00112233445566778899aabbccddeeff\r\n*=FFEEDDCCBBAA99887766554433221100");
  EXPECT_TRUE(loaded.faults.empty());
  EXPECT_EQ((*loaded.secrets.by_mn()("M2"))[0], 0xFF);
  EXPECT_EQ((*loaded.secrets.by_mn()("M1"))[0], 0x00);
  EXPECT_FALSE(Secrets{}.by_mn()("M1"));
}

TEST(Secrets, RefuseOtherLinesWithoutShowingKeys) {
  const std::string key = "00112233445566778899aabbccddeeff";
  const std::string lines[] = {key,
                               "a b = " + key,
                               " = " + key,
                               "a = " + key + "0",
                               "a = xx112233445566778899aabbccddeeff",
                               "a =",
                               "a = " + key + "\na = " + key};
  for (const std::string& line : lines) {
    SCOPED_TRACE(line);
    const LoadedSecrets loaded = parse_secrets("keys", "\n" + line + "\n");
    ASSERT_EQ(loaded.faults.size(), 1u);
    EXPECT_GE(loaded.faults[0].line, 2);
    EXPECT_EQ(loaded.faults[0].text().find("2233"), std::string::npos);
  }
  EXPECT_TRUE(refuses(load_secrets("/no/such/file").faults));
}

}  // namespace
}  // namespace parkwatch
