#include "web/text.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "tests/support/store_rows.h"
#include "web/page.h"

namespace parkwatch {
namespace {

TEST(HtmlEscaped, LeavesNothingThatABrowserWouldRead) {
  struct Case {
    const char* text;
    const char* written;
  };
  const Case cases[] = {
      {"DA001", "DA001"},
      {"化工园", "化工园"},
      {"<script>", "&lt;script&gt;"},
      {"a\" onload='x'", "a&quot; onload=&#39;x&#39;"},
      {"&lt;", "&amp;lt;"},
      {"\xFF<", "\xEF\xBF\xBD&lt;"},
  };
  for (const Case& c : cases) EXPECT_EQ(html_escaped(c.text), c.written) << c.text;
}

TEST(JsonString, EscapesWhatJsonRefuses) {
  EXPECT_EQ(json_string("a\"b\\c"), "\"a\\\"b\\\\c\"");
  EXPECT_EQ(json_string("a\n\x01"), "\"a\\u000a\\u0001\"");
  EXPECT_EQ(json_string("\xE5\x8C"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(json_string("园"), "\"园\"");
}

TEST(JsonRow, KeepsEveryDigitAndLeavesOutAuditColumns) {
  Row row = row_of(TableId::Verdict,
                   {text("P1"), text("hour"), number(0), text("O1"), text("a21002"), text("l")});
  row[9] = number(12'345'678);
  row[13] = number(1);
  std::string out;
  append_json_row(out, table(TableId::Verdict), row);
  EXPECT_EQ(
      out,
      "{\"park\":\"P1\",\"span\":\"hour\",\"start\":\"1970-01-01T00:00:00Z\",\"outlet\":\"O1\","
      "\"factor\":\"a21002\",\"limit_id\":\"l\",\"phase\":null,\"state_before_marks\":null,"
      "\"state\":null,\"value\":\"12.345678\",\"lower_limit\":null,\"limit_value\":null,"
      "\"ratio\":null,\"leads\":true,\"unsure\":null,\"note\":null}");
}

TEST(PageStyle, IsTheOneThatThePolicyNames) {
  const std::string_view style = page_style();
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  ASSERT_EQ(EVP_Digest(style.data(), style.size(), digest, &length, EVP_sha256(), nullptr), 1);
  unsigned char base64[64];
  EVP_EncodeBlock(base64, digest, static_cast<int>(length));
  EXPECT_EQ("'sha256-" + std::string(reinterpret_cast<const char*>(base64)) + "'",
            page_style_source());
}

}  // namespace
}  // namespace parkwatch
