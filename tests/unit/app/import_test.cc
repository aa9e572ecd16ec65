#include "app/import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/world.h"

namespace parkwatch {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class ImportTest : public testing::Test {
 protected:
  std::vector<OutgoingRecord> read(const std::string& text, const std::string& type = "") {
    Importer importer(world_.plan, Decoder::Options{}, {type, "clerk"}, at("2026-04-01T00:00:00Z"));
    std::vector<OutgoingRecord> records;
    faults_.clear();
    importer.read("sheet.csv", text, records, faults_);
    return records;
  }
  std::vector<std::string> told() const {
    std::vector<std::string> texts;
    for (const Fault& fault : faults_) texts.push_back(fault.text());
    return texts;
  }

  World world_;
  Faults faults_;
};

TEST_F(ImportTest, ARowIsADocument) {
  const auto records = read(
      "type,source,id,park,project,act,time,document_number\n"
      "milestone,eia.example,m-1,p1,pr1,eia_approval,2026-03-01T00:00:00+08:00,\"2026, 17\"\n"
      "# a comment\n"
      "milestone,,m-2,p1,pr1,completion,2026-03-20T00:00:00+08:00,\n");
  EXPECT_THAT(told(), ElementsAre());
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].key, "p1");
  EXPECT_EQ(records[0].payload,
            R"({"act":"eia_approval","document_number":"2026, 17","id":"m-1","park":"p1",)"
            R"("project":"pr1","source":"eia.example","time":"2026-03-01T00:00:00+08:00",)"
            R"("type":"milestone"})");
  EXPECT_THAT(records[1].payload, HasSubstr(R"("source":"clerk")"));
  EXPECT_EQ(records[1].headers.at(0).second, "application/json");
}

TEST_F(ImportTest, ARowIsAReading) {
  const auto records = read(
      "mn,kind,time,a21026,a21026.min,a21026.max,a21026.flag\n"
      "AIR1,minute,2026-03-15T09:10:00+08:00,35.20,34,36.1,N\n",
      "reading");
  EXPECT_THAT(told(), ElementsAre());
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].key, "p1");
  EXPECT_THAT(records[0].payload,
              HasSubstr(R"("a21026":{"flag":"N","max":"36.1","min":"34","value":"35.20"})"));
}

TEST_F(ImportTest, WhatAWorkerWouldRefuseIsRefusedWithItsLine) {
  read(
      "type,id,park,project,act,time\n"
      "milestone,m-1,p1,pr1,completion,2026-02-30T00:00:00+08:00\n"
      "milestone,,p1,pr1,completion,2026-03-01T00:00:00+08:00\n"
      "milestone,m-3,p1,pr1,completed,2026-03-01T00:00:00+08:00\n"
      "poem,m-4,p1,pr1,completion,2026-03-01T00:00:00+08:00\n");
  EXPECT_THAT(told(), ElementsAre(AllOf(HasSubstr("sheet.csv:2: fault: "), HasSubstr("time")),
                                  AllOf(HasSubstr("sheet.csv:3: fault: "), HasSubstr("no_id")),
                                  AllOf(HasSubstr("sheet.csv:4: fault: "), HasSubstr("act")),
                                  AllOf(HasSubstr("sheet.csv:5: "), HasSubstr("unknown_type"))));
  read(
      "mn,kind,time,a21026\nAIR1,minute,2027-03-15T09:10:00+08:00,35\n"
      "AIR1,minute,2026-03-15T09:10:00+08:00,many\n"
      "AIR1,second,2026-03-15T09:10:00+08:00,35\n",
      "reading");
  EXPECT_THAT(told(), ElementsAre(HasSubstr("future_data_time"), HasSubstr("bad_number"),
                                  HasSubstr("unknown_kind")));
}

TEST_F(ImportTest, ASheetThatIsNoneIsRefused) {
  read("");
  EXPECT_THAT(told(), ElementsAre(HasSubstr("there is no row")));
  read("id,id\n1,2\n");
  EXPECT_THAT(told(), ElementsAre(HasSubstr("`id` stands twice")));
  read("id,,park\n1,2,3\n");
  EXPECT_THAT(told(), ElementsAre(HasSubstr("a column has no name")));
  read("type,id,park\nmilestone,1,p1,2\n");
  EXPECT_THAT(told(), ElementsAre(HasSubstr("sheet.csv:2: fault: more cells than columns")));
  read("type,id\nmilestone,\"1\n");
  EXPECT_FALSE(told().empty());
}

TEST_F(ImportTest, WhatIsNotRegisteredIsAWarning) {
  read("mn,kind,time,a21026\nNOBODY,minute,2026-03-15T09:10:00+08:00,35\n", "reading");
  EXPECT_THAT(told(), ElementsAre(AllOf(HasSubstr("warning"), HasSubstr("`NOBODY`"))));
}

}  // namespace
}  // namespace parkwatch
