#include "ingest/capture_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <system_error>

#include "tests/support/temporary_folder.h"

namespace parkwatch {
namespace {

class CaptureFile : public testing::Test {
 protected:
  void put(std::string_view text) const { std::ofstream(path_, std::ios::binary) << text; }

  TemporaryFolder folder_;
  const std::filesystem::path path_ = folder_.path() / "capture.jsonl";
};

void expect_same(const RecordView& read, const RecordView& written) {
  EXPECT_EQ(read.offset, written.offset);
  EXPECT_EQ(read.append_time_ms, written.append_time_ms);
  EXPECT_EQ(read.create_time_ms, written.create_time_ms);
  EXPECT_EQ(read.key, written.key);
  EXPECT_EQ(read.key.data() == nullptr, written.key.data() == nullptr);
  EXPECT_EQ(read.payload, written.payload);
  EXPECT_EQ(read.tombstone, written.tombstone);
  EXPECT_EQ(read.content_type, written.content_type);
  EXPECT_EQ(read.received_ms, written.received_ms);
  EXPECT_EQ(read.headers, written.headers);
}

TEST(CaptureLine, IsWrittenAsDocumented) {
  RecordView record;
  record.offset = 17;
  record.append_time_ms = 1773538200123;
  record.headers = {{"content-type", "application/hj212"}, {"gbk", "\xb2\xe2"}};
  record.key = "park-1";
  record.payload = "##0003\"\\\r\n\x01中";
  EXPECT_EQ(capture_line({"parkwatch.input.v1", 3}, record),
            R"({"topic":"parkwatch.input.v1","partition":3,"offset":17,"timestamp":1773538200123,)"
            R"("timestamp_type":"append","headers":[["content-type","application/hj212"],)"
            R"(["gbk",{"base64":"suI="}]],"key":"park-1",)"
            R"("payload":"##0003\"\\\u000d\u000a\u0001中"})"
            "\n");
  RecordView bare;
  bare.tombstone = true;
  EXPECT_EQ(capture_line({"t", 0}, bare),
            R"({"topic":"t","partition":0,"offset":0,"timestamp":null,"timestamp_type":"none",)"
            R"("headers":[],"key":null,"payload":null})"
            "\n");
  EXPECT_TRUE(looks_like_capture(capture_line({"t", 0}, bare)));
  EXPECT_FALSE(looks_like_capture(R"({"mn":"1"})"));
  EXPECT_FALSE(looks_like_capture("##0332QN="));
}

TEST_F(CaptureFile, ReadingIsTheInverseOfWriting) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const auto bytes = [&random] {
      std::string out(random() % 40, '\0');
      const unsigned span = random() % 2 == 0 ? 256 : 128;
      for (char& byte : out) byte = static_cast<char>(random() % span);
      return out;
    };
    std::vector<std::vector<std::string>> memory(30);
    std::vector<RecordView> records(memory.size());
    CaptureWriter writer(path_);
    for (std::size_t index = 0; index < records.size(); ++index) {
      std::vector<std::string>& own = memory[index];
      own = {bytes(), bytes(), bytes(), bytes()};
      RecordView& record = records[index];
      record.offset = static_cast<std::int64_t>(index);
      (random() % 2 == 0 ? record.append_time_ms : record.create_time_ms) =
          static_cast<std::int64_t>(random());
      if (random() % 4 != 0) record.key = own[0];
      record.tombstone = random() % 4 == 0;
      if (!record.tombstone) record.payload = own[1];
      if (random() % 2 == 0) record.headers.emplace_back(own[2], own[3]);
      if (random() % 2 == 0) {
        record.headers.emplace_back("received", "42");
        record.received_ms = 42;
      }
      writer.write({"topic", static_cast<std::int32_t>(index % 3)}, record);
    }
    writer.flush();

    CaptureReader reader(path_);
    std::size_t index = 0;
    while (true) {
      const auto read = reader.read(7);
      ASSERT_TRUE(read) << read.error().reason;
      if (read->empty()) break;
      for (const CapturedRecord& captured : *read) {
        ASSERT_LT(index, records.size());
        EXPECT_EQ(captured.id, (PartitionId{"topic", static_cast<std::int32_t>(index % 3)}));
        expect_same(captured.record, records[index]);
        ++index;
      }
    }
    EXPECT_EQ(index, records.size());
  }
}

TEST_F(CaptureFile, NamesTheLineThatIsNoRecord) {
  const std::string good =
      R"({"topic":"t","partition":0,"offset":1,"timestamp":5,"timestamp_type":"append",)"
      R"("headers":[],"key":"k","payload":"p"})";
  const auto changed = [&good](std::string_view from, std::string_view to) {
    std::string line = good;
    return line.replace(line.find(from), from.size(), to);
  };
  const std::string cases[] = {
      "",
      "x",
      "[]",
      "{}",
      good + "x",
      changed(R"("topic":"t")", R"("topic":1)"),
      changed(R"("topic":"t",)", ""),
      changed(R"("topic":"t")", R"("topik":"t")"),
      changed(R"("payload":"p")", R"("payload":"p","more":1)"),
      changed(R"("partition":0)", R"("partition":-1)"),
      changed(R"("partition":0)", R"("partition":2147483648)"),
      changed(R"("offset":1)", R"("offset":1.5)"),
      changed(R"("offset":1)", R"("offset":"1")"),
      changed(R"("timestamp":5)", R"("timestamp":null)"),
      changed(R"("append")", R"("none")"),
      changed(R"("append")", R"("later")"),
      changed("[]", "{}"),
      changed("[]", R"([["a"]])"),
      changed("[]", R"([["a",1]])"),
      changed(R"("k")", "1"),
      changed(R"("k")", R"({"base64":"x"})"),
      changed(R"("k")", R"({"base64":"eA==","x":1})"),
      changed(R"("p")", R"({"hex":"00"})"),
      changed(R"("p")", "\"\xff\""),
  };
  for (const std::string& line : cases) {
    SCOPED_TRACE(line);
    put(good + "\n" + line + "\n" + good + "\n");
    CaptureReader reader(path_);
    ASSERT_EQ(reader.read(1)->size(), 1U);
    const auto read = reader.read(5);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().line, 2U);
    EXPECT_NE(read.error().reason, "");
  }
}

TEST_F(CaptureFile, EdgesOfTheFile) {
  put("");
  EXPECT_TRUE(CaptureReader(path_).read(1)->empty());
  RecordView record;
  record.payload = "last";
  std::string line = capture_line({"t", 0}, record);
  line.pop_back();
  put(line);  // without an end of line
  CaptureReader reader(path_);
  ASSERT_EQ(reader.read(2)->size(), 1U);
  EXPECT_TRUE(reader.read(2)->empty());
  EXPECT_THROW(CaptureReader(folder_.path() / "missing"), std::system_error);
  EXPECT_THROW(CaptureWriter(folder_.path() / "missing" / "x"), std::system_error);
  CaptureWriter full("/dev/full");
  EXPECT_THROW(
      {
        full.write({"t", 0}, record);
        full.flush();
      },
      std::system_error);
}

}  // namespace
}  // namespace parkwatch
