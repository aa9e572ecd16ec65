#include <cstdio>
#include <exception>

#include "app/command_line.h"
#include "app/exit_code.h"

int main(int argc, char** argv) try {
  return parkwatch::run_command_line(argc, argv);
} catch (const std::exception& error) {
  std::fprintf(stderr, "parkwatch: %s\n", error.what());
  return static_cast<int>(parkwatch::ExitCode::Runtime);
}
