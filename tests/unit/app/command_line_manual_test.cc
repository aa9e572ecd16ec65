#include "app/command_line_manual.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <stdexcept>

#include "app/command_line.h"
#include "tests/support/files.h"
#include "tests/support/temporary_folder.h"

namespace parkwatch {
namespace {

/// What a shell prints.
std::string printed_by(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return "no shell";
  std::string text;
  std::array<char, 4096> piece{};
  while (std::fgets(piece.data(), piece.size(), pipe) != nullptr) text += piece.data();
  ::pclose(pipe);
  return text;
}

TEST(CommandLineManual, TheDocumentIsWhatTheProgramPrints) {
  with_all_commands([](const CLI::App& app) {
    EXPECT_EQ(file_bytes(std::string(PARKWATCH_SOURCE_DIR) + "/docs/commands.md"),
              command_document(app))
        << "run: parkwatch manual --format markdown > docs/commands.md";
  });
}

TEST(CommandLineManual, TheManualPageHasEveryCommandAndNoLineThatManWouldTakeForItsOwn) {
  with_all_commands([](const CLI::App& app) {
    const std::string page = manual_page(app, "parkwatch 1");
    EXPECT_TRUE(page.starts_with(".TH PARKWATCH 1"));
    for (const char* part :
         {"parkwatch topics create [OPTION...]", "\\-\\-replication", "EXIT STATUS"}) {
      EXPECT_NE(page.find(part), std::string::npos) << part;
    }
    for (std::size_t at = page.find("\n."); at != std::string::npos;
         at = page.find("\n.", at + 1)) {
      const std::string request = page.substr(at + 2, 2);
      EXPECT_TRUE(request == "SH" || request == "SS" || request == "TP" || request == "B " ||
                  request == "I " || request == "br")
          << page.substr(at, 80);
    }
  });
}

TEST(CommandLineManual, BashCompletesCommandsOptionsAndTheirWords) {
  struct Case {
    const char* line;
    const char* offered;
  };
  const Case cases[] = {
      {"parkwatch topi", "topics"},
      {"parkwatch topics ", "redrive acls create --help -h"},
      {"parkwatch topics create --part", "--partitions"},
      {"parkwatch check --format ", "text json"},
      {"parkwatch check --format json --reg", "--registry"},
      {"parkwatch check --config ", ""},  // bash goes on with files
      {"parkwatch nothing ", nullptr},    // stays where it is: the commands
      {"parkwatch check --nothing", ""},
      {"parkwatch completion f", "fish"},
  };
  TemporaryFolder folder;
  const std::string script = folder.file("completion");
  with_all_commands([&](const CLI::App& app) {
    std::ofstream(script, std::ios::binary) << completion_script(app, "bash");
    EXPECT_NE(completion_script(app, "zsh").find("bashcompinit"), std::string::npos);
    EXPECT_NE(completion_script(app, "fish").find("complete -c parkwatch"), std::string::npos);
    EXPECT_THROW(completion_script(app, "csh"), std::invalid_argument);
  });
  const auto offered = [&](const std::string& line) {
    std::string text = printed_by("bash -c 'source " + script + "; COMP_WORDS=(" + line +
                                  (line.ends_with(' ') ? "\"\"" : "") +
                                  "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _parkwatch; "
                                  "echo \"${COMPREPLY[*]}\"' 2>&1");
    while (text.ends_with('\n')) text.pop_back();
    return text;
  };
  const std::string all = offered("parkwatch ");
  for (const Case& c : cases) {
    EXPECT_EQ(offered(c.line), c.offered == nullptr ? all : c.offered) << c.line;
  }
}

}  // namespace
}  // namespace parkwatch
