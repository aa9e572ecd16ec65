#include "ingest/base64.h"

#include <gtest/gtest.h>

namespace parkwatch {
namespace {

TEST(Base64, GoesBothWays) {
  struct Case {
    std::string_view bytes;
    std::string_view text;
  };
  const Case cases[] = {
      // RFC 4648 §10
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {std::string_view("\0\0\0", 3), "AAAA"},
      {"\xff\xfe\xfd\xfc", "//79/A=="},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(base64_encode(c.bytes), c.text);
    EXPECT_EQ(base64_decode(c.text), c.bytes);
  }
}

TEST(Base64, RefusesAnyOtherText) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zm9v\n", " Zm9", "Zm-v",
                           "Zm_v", "Zg==Zg==", "Z=g=", "Zh==", "Zm9=", "Zm9v=AAA"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(base64_decode(text));
  }
}

}  // namespace
}  // namespace parkwatch
