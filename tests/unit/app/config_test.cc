#include "app/config.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "app/config_options.h"
#include "app/config_use.h"
#include "app/starter.h"
#include "storage/store.h"
#include "tests/support/files.h"
#include "tests/support/temporary_folder.h"

namespace parkwatch {
namespace {

std::string all_text(const Faults& faults) {
  std::string text;
  for (const Fault& fault : faults) text += fault.text() + "\n";
  return text;
}

class ConfigTest : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    const std::string path = (folder_.path() / name).string();
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  TemporaryFolder folder_;
};

TEST_F(ConfigTest, DefaultsNeedNothing) {
  const LoadedConfig loaded = load_config({});
  EXPECT_EQ(all_text(loaded.faults), "");
  EXPECT_EQ(loaded.config.kafka.input_topic, "parkwatch.input.v1");
  EXPECT_TRUE(loaded.origins.empty());
}

TEST_F(ConfigTest, FlagsBeatEnvironmentBeatsFileBeatsDefault) {
  const std::string file = write(
      "a.toml", "[web]\nport = 1\nthreads = 2\nlisten = \"file\"\n[gateway]\ndownlink = true\n");
  const LoadedConfig loaded = load_config({file,
                                           {{"PARKWATCH_WEB__PORT", "3"},
                                            {"PARKWATCH_WEB__THREADS", "4"},
                                            {"PARKWATCH_HOME", "no setting"},
                                            {"HOME__X", "no setting"}},
                                           {{"web.port", "5"}}});
  EXPECT_EQ(all_text(loaded.faults), "");
  EXPECT_EQ(loaded.config.web.port, 5);
  EXPECT_EQ(loaded.config.web.threads, 4);
  EXPECT_EQ(loaded.config.web.listen, "file");
  EXPECT_TRUE(loaded.config.gateway.downlink);
  EXPECT_EQ(loaded.config.gateway.port, 9212);
  EXPECT_EQ(loaded.origins.at("web.port"), "--set web.port");
  EXPECT_EQ(loaded.origins.at("web.threads"), "PARKWATCH_WEB__THREADS");
  EXPECT_EQ(loaded.origins.at("web.listen"), file + ":4");
}

TEST_F(ConfigTest, ReadsSecretsFromFiles) {
  const std::string secret = write("secret", "s3cret\n");
  LoadedConfig loaded = load_config({"", {{"PARKWATCH_KAFKA__SASL_PASSWORD_FILE", secret}}, {}});
  EXPECT_EQ(all_text(loaded.faults), "");
  EXPECT_EQ(loaded.config.kafka.sasl_password, "s3cret");
  loaded = load_config({"", {{"PARKWATCH_KAFKA__SASL_PASSWORD_FILE", "/no/such"}}, {}});
  EXPECT_NE(all_text(loaded.faults).find("`/no/such` cannot be read"), std::string::npos);
  loaded = load_config({"", {{"PARKWATCH_WEB__PORT_FILE", secret}}, {}});
  EXPECT_NE(all_text(loaded.faults).find("names no setting"), std::string::npos);
}

TEST_F(ConfigTest, TakesSeveralRoles) {
  const LoadedConfig loaded = load_config({"", {{"PARKWATCH_RUN__ROLES", "gateway,web"}}, {}});
  EXPECT_EQ(all_text(loaded.faults), "");
  EXPECT_EQ(loaded.config.run.roles, "gateway,web");
}

TEST_F(ConfigTest, KeepsFurtherClientSettings) {
  const std::string file =
      write("a.toml", "[kafka.client]\n\"ssl.key.location\" = \"x\"\n\"log_level\" = 3\n");
  const LoadedConfig loaded = load_config({file, {}, {}});
  EXPECT_EQ(loaded.config.kafka.client.at("ssl.key.location"), "x");
  ASSERT_EQ(loaded.faults.size(), 1u);
  EXPECT_EQ(loaded.faults[0].line, 3);
}

TEST_F(ConfigTest, RefusesEachKindOfFaultWithItsLine) {
  struct Case {
    const char* text;
    int line;
    const char* message;
  };
  const Case cases[] = {
      {"[web]\nprot = 1\n", 2, "unknown key `web.prot`; check its spelling (`web.port`?)"},
      {"[webs]\nport = 1\n", 1, "unknown key `webs`"},
      {"port = 1\n", 1, "unknown key `port`"},
      {"web = 1\n", 1, "unknown key `web`"},
      {"[web]\nport = \"80\"\n", 2, "`web.port` has the wrong type; write a whole number"},
      {"[web]\nport = 80.5\n", 2, "`web.port` has the wrong type"},
      {"[web]\nport = 65536\n", 2, "`web.port` is refused: `65536`; write a whole number from 0"},
      {"[web]\nport = -1\n", 2, "`web.port` is refused"},
      {"[web]\nlisten = 5\n", 2, "`web.listen` has the wrong type; write a text in quotes"},
      {"[web]\nlisten = [\"a\"]\n", 2, "`web.listen` has the wrong type"},
      {"[log]\nlevel = \"loud\"\n", 2, "`log.level` is refused: `loud`; write one of: debug info"},
      {"[run]\nroles = \"gateway,parks\"\n", 2,
       "`run.roles` is refused: `gateway,parks`; write some"},
      {"[run]\nroles = \"gateway, park\"\n", 2, "`run.roles` is refused"},
      {"[run]\nroles = \"\"\n", 2, "`run.roles` is refused"},
      {"[gateway]\ndownlink = \"yes\"\n", 2, "has the wrong type; write true or false"},
      {"[kafka]\nclient = 5\n", 2, "`kafka.client` is no table"},
      {"[web]\nport = \n", 2, "the file is no TOML"},
      {"[web]\nport = 1\nport = 2\n", 3, "the file is no TOML"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const LoadedConfig loaded = load_config({write("a.toml", c.text), {}, {}});
    ASSERT_EQ(loaded.faults.size(), 1u) << all_text(loaded.faults);
    EXPECT_EQ(loaded.faults[0].line, c.line);
    EXPECT_NE(loaded.faults[0].text().find(c.message), std::string::npos)
        << loaded.faults[0].text();
  }
}

TEST_F(ConfigTest, ReportsFaultsOfAllSourcesAtOnceAndShowsNoSecret) {
  const std::string file =
      write("a.toml", "[web]\nport = 70000\nx = 1\n[kafka]\nsasl_password = 1\n");
  const LoadedConfig loaded = load_config(
      {file, {{"PARKWATCH_WEB__X", "1"}, {"PARKWATCH_WEB__THREADS", "many"}}, {{"a.b", "1"}}});
  EXPECT_EQ(loaded.faults.size(), 6u) << all_text(loaded.faults);
  EXPECT_TRUE(refuses(load_config({"/no/such.toml", {}, {}}).faults));
}

TEST_F(ConfigTest, DefaultFileAndStarterAreGood) {
  const LoadedConfig loaded = load_config({write("a.toml", default_config_text()), {}, {}});
  EXPECT_EQ(all_text(loaded.faults), "");
  EXPECT_EQ(loaded.origins.size(), config_options().size());
  EXPECT_EQ(all_text(load_config({write("b.toml", starter_config()), {}, {}}).faults), "");
}

TEST_F(ConfigTest, PrintsWhatWasSetAndNoSecret) {
  const std::string file =
      write("a.toml",
            "[kafka]\nbootstrap = \"k:9092\"\n[kafka.client]\n\"ssl.key.password\" = \"canary\"\n"
            "\"ssl.key.location\" = \"k.pem\"\n[web]\nport = 9\n");
  const LoadedConfig loaded =
      load_config({file,
                   {{"PARKWATCH_KAFKA__SASL_PASSWORD", "canary"}},
                   {{"store.url", "postgresql://u:canary@h/d"}, {"store.password", "canary"}}});
  EXPECT_EQ(all_text(loaded.faults), "");
  EXPECT_EQ(config_text(loaded, false, false),
            "[kafka]\nbootstrap = \"k:9092\"\n# sasl_password is set, a secret\n"
            "\n[kafka.client]\n\"ssl.key.location\" = \"k.pem\"\n"
            "# \"ssl.key.password\" is set, a secret\n"
            "\n[store]\nurl = \"postgresql://u@h/d\"\n# password is set, a secret\n"
            "\n[web]\nport = 9\n");
  const std::string all = config_text(loaded, true, true);
  EXPECT_EQ(all.find("canary"), std::string::npos);
  EXPECT_NE(all.find("port = 9  # " + file + ":7\n"), std::string::npos) << all;
  EXPECT_NE(all.find("threads = 8  # default\n"), std::string::npos);
  EXPECT_NE(all.find("is set, a secret  # PARKWATCH_KAFKA__SASL_PASSWORD\n"), std::string::npos);
}

TEST_F(ConfigTest, WhatIsPrintedReadsAsTheSameSettings) {
  const LoadedConfig before = load_config({write("a.toml", default_config_text()), {}, {}});
  const std::string text = config_text(before, true, true);
  const LoadedConfig after = load_config({write("b.toml", text), {}, {}});
  EXPECT_EQ(all_text(after.faults), "");
  EXPECT_EQ(config_text(after, true, false), config_text(before, true, false));
  EXPECT_EQ(config_text(load_config({}), false, true), "");
}

TEST(StoreUrl, IsNeverShownWithItsPassword) {
  struct Case {
    const char* url;
    const char* shown;
  };
  const Case cases[] = {
      {"sqlite:a@b?.db", "sqlite:a@b?.db"},
      {"postgresql://u:canary@h/d", "postgresql://u@h/d"},
      {"postgresql:/u:canary@h/d", "postgresql:..."},
      {"postgresql:/u@h/d?password=canary", "postgresql:..."},
      {"pg://u:canary@h/d", "pg:..."},
      {"data/park.db", "data/park.db"},
      {"", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(shown_store_url(c.url), c.shown);
  for (const char* url : {"postgresql:/u:canary@h/d", "pg://u:canary@h/d",
                          "postgresql://u:canary@[::1/d", "postgresql://u@h/d?canary"}) {
    try {
      open_store_snapshot(url);
      ADD_FAILURE() << url;
    } catch (const StoreRefused& refused) {
      EXPECT_EQ(std::string(refused.what()).find("canary"), std::string::npos) << refused.what();
    }
  }
}

TEST(ConfigOptions, AreDeclaredOnceAndWithinTheirBounds) {
  std::set<std::string> names;
  for (const ConfigOption& option : config_options()) {
    SCOPED_TRACE(option.name());
    EXPECT_TRUE(names.insert(option.name()).second);
    EXPECT_FALSE(option.help.empty());
    Config config;
    std::string value = toml_value(option, config);
    if (value.starts_with('"')) value = value.substr(1, value.size() - 2);
    EXPECT_FALSE(set_option(option, value, config));
  }
}

TEST(ConfigDocument, EqualsTheTables) {
  const std::string root = PARKWATCH_SOURCE_DIR;
  EXPECT_EQ(file_bytes(root + "/docs/configuration.md"), config_document())
      << "run: parkwatch config document > docs/configuration.md";
  EXPECT_EQ(file_bytes(root + "/docs/registry.md"), registry_document())
      << "run: parkwatch config document-registry > docs/registry.md";
}

TEST(StoreUrl, CarriesThePasswordOfAPostgresUser) {
  Config config;
  config.store.password = "a&b";
  EXPECT_EQ(store_url(config), "sqlite:parkwatch.db");
  config.store.url = "postgresql://u@h/d";
  EXPECT_EQ(store_url(config), "postgresql://u@h/d?password=%61%26%62");
  EXPECT_EQ(shown_store_url(store_url(config)), "postgresql://u@h/d");
  config.store.url += "?sslmode=require";
  EXPECT_EQ(store_url(config), "postgresql://u@h/d?sslmode=require&password=%61%26%62");
  config.store.password.clear();
  EXPECT_EQ(store_url(config), config.store.url);
}

}  // namespace
}  // namespace parkwatch
