#include "ingest/hj212/crc.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace parkwatch::hj212 {
namespace {

TEST(Hj212Crc, AgreesWithTheStandard) {
  struct Case {
    std::string_view text;
    std::uint16_t crc;
    std::uint16_t modbus;
  };
  const Case cases[] = {
      {"123456789", 0x2F80, 0x4B37},
      {"", 0xFFFF, 0xFFFF},
      {std::string_view("\0", 1), 0x4040, 0x40BF},
      {"CP=&&", 0xB681, modbus_crc("CP=&&")},
      // HJ 212-2017 App. A; its explanation says 1C08, a misprint.
      {"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
       "CP=&&RtdInterval=30&&",
       0x1C80, 0},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(crc(c.text), c.crc);
    EXPECT_EQ(crc_bitwise(c.text), c.crc);
    if (c.modbus != 0) {
      EXPECT_EQ(modbus_crc(c.text), c.modbus);
    }
  }
}

TEST(Hj212Crc, TableFormEqualsTheBitwiseForm) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    std::string text(random() % 70, ' ');
    for (char& c : text) c = static_cast<char>(random());
    EXPECT_EQ(crc(text), crc_bitwise(text));
  }
}

TEST(Hj212Crc, IsWrittenInUpperCaseHighByteFirst) {
  std::string text(4, ' ');
  write_crc(0x0AF1, text.data());
  EXPECT_EQ(text, "0AF1");
}

}  // namespace
}  // namespace parkwatch::hj212
