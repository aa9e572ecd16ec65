#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "ingest/decoder.h"
#include "ingest/hj212/frame_json.h"
#include "ingest/hj212/writer.h"

namespace parkwatch::hj212 {
namespace {

/// A report with codes, attributes and values of its own.
struct RandomReport {
  explicit RandomReport(unsigned seed) : random(seed) {
    const int factors = static_cast<int>(random() % 60);
    for (int i = 0; i < factors; ++i) codes.push_back("a" + std::to_string(10'000 + i * 7));
    texts.reserve(1000);
    for (const std::string& code : codes) {
      for (const char* attribute : {"Rtd", "ZsRtd", "Min", "Max", "Flag"}) {
        if (random() % 3 == 0) continue;
        items.push_back({code, attribute, text(attribute == std::string_view("Flag"))});
      }
    }
    if (random() % 4 == 0) items.insert(items.begin(), {"PolId", {}, text(false)});
    constexpr int versions[] = {2005, 2017, 2025};
    header.version = versions[random() % 3];
    constexpr std::int64_t base = 1'700'000'000'000;
    const std::int64_t at = base + static_cast<std::int64_t>(random() % 1'000'000'000) * 60;
    if (header.version != 2005 || random() % 2 == 0) header.qn = EventTime(at + 125);
    header.st = "31";
    header.cn = random() % 2 == 0 ? "2011" : "2051";
    header.pw = "123456";
    header.mn = "A0B1C2D3E4F5061728394A5B";
    header.data_time = EventTime(at / 1000 * 1000);
    header.answer_required = random() % 2 == 0;
    header.resend = random() % 3 == 0;
  }

  std::string_view text(bool flag) {
    if (flag) return texts.emplace_back(1, "NFMSDCTB"[random() % 8]);
    std::string number = random() % 5 == 0 ? "-" : "";
    number += std::to_string(random() % 100'000);
    if (random() % 2 == 0) number += "." + std::to_string(random() % 1'000);
    return texts.emplace_back(number);
  }

  std::mt19937 random;
  std::vector<std::string> codes;
  std::vector<std::string> texts;
  std::vector<Item> items;
  ReportHeader header;
};

KeyLookup one_key(const std::optional<Sm4Key>& key) {
  return [key](std::string_view) { return key; };
}

TEST(Hj212Property, EncodeOfDecodeIsIdentity) {
  for (unsigned seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomReport report(seed);
    std::optional<Sm4Key> key;
    if (report.header.version == 2025 && seed % 2 == 0) {
      key = parse_sm4_key("0123456789abcdef0123456789ABCDEF");
    }
    const CipherForm form = seed % 3 == 0 ? CipherForm::Printed : CipherForm::Raw;
    const auto frames = write_report(report.header, report.items, key, form);
    ASSERT_TRUE(frames);
    std::string stream;
    for (const std::string& frame : *frames) stream += frame;
    FrameOptions options;
    options.keys = one_key(key);
    FrameReader reader(options);
    FrameJsonWriter writer(options.keys, true);
    FrameJsonReader lines(options.keys);
    Span span;
    std::string encoded;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t piece = 1 + report.random() % 400;
      reader.append(std::string_view(stream).substr(at, piece));
      at += piece;
      while (reader.next(span)) {
        std::string line;
        ASSERT_TRUE(writer.append(span, line)) << line;
        const bool standard_form = !key || form == CipherForm::Raw;
        if (standard_form) {
          EXPECT_EQ(line.find("\"raw\""), std::string::npos) << line;
        }
        ASSERT_EQ(lines.append(line, encoded), LineOutcome::Written) << line;
      }
    }
    EXPECT_EQ(encoded, stream);
  }
}

TEST(Hj212Property, DecodeGivesBackWhatWasWritten) {
  for (unsigned seed = 1000; seed < 1300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomReport report(seed);
    const auto frames = write_report(report.header, report.items);
    ASSERT_TRUE(frames);
    Decoder decoder({});
    std::vector<std::string> expected;
    for (const Item& item : report.items) {
      if (item.attribute.empty()) continue;
      expected.push_back(std::string(item.factor) + "-" + std::string(item.attribute) + "=" +
                         std::string(item.value));
    }
    std::vector<std::string> seen;
    for (const std::string& frame : *frames) {
      RecordView record;
      record.payload = frame;
      record.content_type = ContentType::Hj212;
      const auto decoded = decoder.decode(record);
      ASSERT_TRUE(decoded);
      EXPECT_EQ((*decoded)->reading.time, *report.header.data_time);
      EXPECT_TRUE((*decoded)->rejected.empty());
      for (const ReadingItem& item : (*decoded)->reading.items) {
        seen.push_back(std::string(item.factor) + "-" + std::string(item.attribute) + "=" +
                       std::string(item.text));
      }
    }
    EXPECT_EQ(seen, expected);
  }
}

/// Frames with bytes changed, cut out, doubled and put in between.
std::string damaged(std::mt19937& random, const std::string& good) {
  std::string stream;
  for (int i = 0; i < 4; ++i) stream += good;
  const int faults = static_cast<int>(random() % 6);
  for (int i = 0; i < faults && !stream.empty(); ++i) {
    const std::size_t at = random() % stream.size();
    switch (random() % 4) {
      case 0:
        stream[at] = static_cast<char>(random());
        break;
      case 1:
        stream.erase(at, random() % 40);
        break;
      case 2:
        stream.insert(at, random() % 2 == 0 ? "##" : "##0123");
        break;
      default:
        stream.insert(at, std::string(random() % 30, static_cast<char>(random())));
    }
  }
  return stream;
}

std::string spans_text(const std::string& stream, std::mt19937* pieces) {
  FrameReader reader;
  Span span;
  std::string text;
  std::string covered;
  FrameJsonWriter writer({}, false);
  const auto drain = [&] {
    while (reader.next(span)) {
      EXPECT_EQ(span.offset, covered.size());
      covered += span.bytes;
      writer.append(span, text);
    }
  };
  for (std::size_t at = 0; at < stream.size();) {
    const std::size_t piece = pieces == nullptr ? stream.size() : 1 + (*pieces)() % 60;
    reader.append(std::string_view(stream).substr(at, piece));
    at += piece;
    drain();
  }
  reader.finish();
  drain();
  EXPECT_EQ(covered, stream);
  return text;
}

TEST(Hj212Property, DamagedStreamsAreCoveredOnceWhateverTheirPieces) {
  for (unsigned seed = 2000; seed < 2600; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomReport report(seed);
    report.items.resize(std::min<std::size_t>(report.items.size(), 12));
    const auto frames = write_report(report.header, report.items);
    ASSERT_TRUE(frames);
    const std::string stream = damaged(report.random, frames->front());
    EXPECT_EQ(spans_text(stream, &report.random), spans_text(stream, nullptr));
  }
}

TEST(Hj212Property, JsonTextGivesEveryByteBack) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    std::string value;
    const std::size_t length = random() % 40;
    for (std::size_t i = 0; i < length; ++i) {
      if (random() % 4 == 0) {
        value += random() % 2 == 0 ? "\xEE\xBE\x80" : "\xEE\xBF";  // a stand-in, half of one
      } else {
        value.push_back(static_cast<char>(random()));
      }
    }
    // A line whose header carries the text, with what separates fields taken out.
    std::erase_if(value, [](char c) { return c == ';'; });
    std::string line = R"({"status":"accepted","header":{"XY":)";
    append_json_text(value, line);
    line += R"(},"time":null,"items":{},"warnings":[]})";
    FrameJsonReader reader({});
    std::string frame;
    ASSERT_EQ(reader.append(line, frame), LineOutcome::Written) << line;
    std::string expected;
    append_frame("XY=" + value + ";CP=&&&&", expected);
    EXPECT_EQ(frame, expected);
  }
}

}  // namespace
}  // namespace parkwatch::hj212
