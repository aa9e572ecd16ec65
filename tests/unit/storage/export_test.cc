#include "storage/export.h"

#include <gtest/gtest.h>

#include <limits>

#include "storage/digest.h"
#include "storage/memory_store.h"
#include "storage/segment.h"
#include "storage/text_form.h"
#include "tests/support/evidence_records.h"
#include "tests/support/store_rows.h"

namespace parkwatch {
namespace {

std::string exported(Store& store, TableId id, const ExportRequest& request = {}) {
  std::string text;
  export_table(store, table(id), request, [&](std::string_view part) { text += part; });
  return text;
}

ExportRequest jsonl() {
  ExportRequest request;
  request.format = ExportFormat::JsonLines;
  return request;
}

Row verdict_row(std::int64_t start, std::string_view outlet) {
  Row row = row_of(TableId::Verdict, {text("p,1"), text("hour"), number(start), text(outlet),
                                      text("a21026"), text("")});
  row[8] = text("over");
  row[9] = number(50'100'000);
  row[11] = number(50'000'000);
  row[12] = number(1'002'000);
  row[13] = number(1);
  row[14] = number(0);
  row[15] = text("say \"so\"");
  row[16] = number(60'000);
  row[17] = text("set");
  return row;
}

TEST(Export, CsvOfEveryKindOfCell) {
  MemoryStore store;
  store.commit(commit_of({put(TableId::Verdict, verdict_row(3'600'000, "DA002")),
                          put(TableId::Verdict, verdict_row(3'600'000, "DA001"))}));
  const std::string names =
      "park,span,start,outlet,factor,limit_id,phase,state_before_marks,state,value,lower_limit,"
      "limit_value,ratio,leads,unsure,note";
  const std::string rest = ",a21026,,,,over,50.1,,50,1.002,true,false,\"say \"\"so\"\"\"";
  const std::string key = "\"p,1\",hour,1970-01-01T01:00:00Z,";
  EXPECT_EQ(exported(store, TableId::Verdict),
            names + "\n" + key + "DA001" + rest + "\n" + key + "DA002" + rest + "\n");
  ExportRequest audit;
  audit.audit = true;
  audit.name_table = true;
  EXPECT_EQ(exported(store, TableId::Verdict, audit),
            "# verdict\n" + names + ",version_minute,registry\n" + key + "DA001" + rest +
                ",1970-01-01T00:01:00Z,set\n" + key + "DA002" + rest +
                ",1970-01-01T00:01:00Z,set\n");
}

TEST(Export, JsonLinesOfEveryKindOfCell) {
  MemoryStore store;
  store.commit(commit_of({put(TableId::Verdict, verdict_row(3'600'125, "排口\n1"))}));
  const std::string line =
      "\"park\":\"p,1\",\"span\":\"hour\",\"start\":\"1970-01-01T01:00:00.125Z\","
      "\"outlet\":\"排口\\n1\",\"factor\":\"a21026\",\"limit_id\":\"\",\"phase\":null,"
      "\"state_before_marks\":null,\"state\":\"over\",\"value\":\"50.1\",\"lower_limit\":null,"
      "\"limit_value\":\"50\",\"ratio\":\"1.002\",\"leads\":true,\"unsure\":false,"
      "\"note\":\"say \\\"so\\\"\"}\n";
  EXPECT_EQ(exported(store, TableId::Verdict, jsonl()), "{" + line);
  ExportRequest named = jsonl();
  named.name_table = true;
  EXPECT_EQ(exported(store, TableId::Verdict, named), "{\"table\":\"verdict\"," + line);
}

TEST(Export, DecimalsToTheExtremes) {
  MemoryStore store;
  Row row =
      row_of(TableId::Contribution, {text("c"), text("day"), number(0), text("f"), text("p")});
  row[6] = number(std::numeric_limits<std::int64_t>::max());
  row[7] = number(std::numeric_limits<std::int64_t>::min());
  row[8] = number(-1);
  row[10] = number(-1);
  store.commit(commit_of({put(TableId::Contribution, row)}));
  EXPECT_EQ(exported(store, TableId::Contribution),
            "cluster,span,start,factor,park,phase,gross_kg,additive_kg,due,present,estimated_kg\n"
            "c,day,1970-01-01T00:00:00Z,f,p,,9223372036.854775807,-9223372036.854775808,-1,,"
            "-0.000000001\n");
}

TEST(Export, BytesArePrintedAsLengthAndDigest) {
  MemoryStore store;
  store.commit(commit_of({put(TableId::DeviceHour, {text("m"), number(0), text("abc")}),
                          put(TableId::DeviceHour, {text("n"), number(0), nothing()})}));
  EXPECT_EQ(exported(store, TableId::DeviceHour),
            "mn,hour,content_bytes,content_sha256\n"
            "m,1970-01-01T00:00:00Z,3,"
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"
            "n,1970-01-01T00:00:00Z,,\n");
}

TEST(Export, PeriodIncludesItsStartAndNotItsEnd) {
  MemoryStore store;
  for (const std::int64_t hour : {1, 2, 3, 4}) {
    store.commit(commit_of({put(TableId::Verdict, verdict_row(hour * 3'600'000, "DA001"))}));
  }
  struct Case {
    const char* name;
    std::optional<std::int64_t> from;
    std::optional<std::int64_t> to;
    std::string hours;
  };
  const Case cases[] = {{"open", {}, {}, "1234"},
                        {"from", 7'200'000, {}, "234"},
                        {"after", 7'200'001, {}, "34"},
                        {"to", {}, 7'200'000, "1"},
                        {"both", 7'200'000, 14'400'000, "23"},
                        {"none", 7'200'000, 7'200'000, ""}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    ExportRequest request;
    request.from_ms = c.from;
    request.to_ms = c.to;
    const std::string text = exported(store, TableId::Verdict, request);
    std::string hours;
    for (std::size_t at = 0; (at = text.find("T0", at)) != std::string::npos; at += 3) {
      hours += text[at + 2];
    }
    EXPECT_EQ(hours, c.hours);
  }
}

TEST(Export, PeriodLeavesTablesWithoutOneWholeAndRowsWithoutATimeOut) {
  MemoryStore store;
  store.commit(commit_of({put(TableId::Series, {text("p"), text("o"), text("f"), number(1)}),
                          put(TableId::Episode, row_of(TableId::Episode, {text("id")}))}));
  ExportRequest request;
  request.from_ms = 1'000'000;
  EXPECT_NE(exported(store, TableId::Series, request).find("p,o,f"), std::string::npos);
  EXPECT_EQ(exported(store, TableId::Episode, request).find("\nid"), std::string::npos);
}

TEST(Export, EveryTablePrintsItsNames) {
  MemoryStore store;
  for (const Table& each : tables()) {
    const std::string text = exported(store, each.id);
    EXPECT_TRUE(text.starts_with(each.columns.front().name)) << text;
    EXPECT_EQ(exported(store, each.id, jsonl()), "");
  }
}

TEST(Export, EvidenceIsOffsetAndDigest) {
  MemoryStore store;
  EvidenceRecord reading;
  reading.offset = 7;
  reading.append_time_ms = 1000;
  reading.payload = "abc";
  EvidenceRecord tombstone;
  tombstone.offset = 9;
  tombstone.append_time_ms = 2000;
  tombstone.tombstone = true;
  SegmentBuilder builder("");
  builder.add(view_of(reading));
  builder.add(view_of(tombstone));
  store.commit(commit_of({put(TableId::Segment, {text("in"), number(3), number(7), number(10),
                                                 builder.head(), builder.finish()})}));
  std::string text;
  const TextSink sink = [&](std::string_view part) { text += part; };
  export_evidence(store, {}, sink);
  const std::string names = "topic,partition,offset,digest\n";
  const std::string first = "in,3,7," + sha256_hex("abc") + "\n";
  EXPECT_EQ(text, names + first + "in,3,9,\n");
  text.clear();
  ExportRequest request;
  request.to_ms = 2000;
  export_evidence(store, request, sink);
  EXPECT_EQ(text, names + first);
}

TEST(TextForm, JsonTakesAnyBytes) {
  using namespace std::string_literals;
  struct Case {
    const char* name;
    std::string text;
    std::string json;
  };
  const std::string bad = "\xEF\xBF\xBD";
  const Case cases[] = {
      {"empty", "", ""},
      {"quotes", "\"\\", "\\\"\\\\"},
      {"controls", "\n\r\t\0\x1f"s, "\\n\\r\\t\\u0000\\u001f"},
      {"two, three and four bytes", "é排\U0001F600", "é排\U0001F600"},
      {"lone continuation", "\x80", bad},
      {"lead without its rest", "\xE6\x8E", bad + bad},
      {"lead before a quote", "\xE6\"", bad + "\\\""},
      {"overlong", "\xC0\xAF", bad + bad},
      {"overlong of three", "\xE0\x80\x80", bad + bad + bad},
      {"surrogate", "\xED\xA0\x80", bad + bad + bad},
      {"beyond Unicode", "\xF4\x90\x80\x80", bad + bad + bad + bad},
      {"no lead", "\xFF", bad},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    std::string line;
    append_json_text(line, c.text);
    EXPECT_EQ(line, "\"" + c.json + "\"");
  }
}

}  // namespace
}  // namespace parkwatch
