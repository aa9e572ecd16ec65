#include <gtest/gtest.h>

#include <string_view>

#include "tests/integration/kafka_environment.h"

int main(int argc, char** argv) {
  if (argc == 4 && std::string_view(argv[1]) == "--member") {
    return parkwatch::run_member(argv[2], argv[3]);
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
