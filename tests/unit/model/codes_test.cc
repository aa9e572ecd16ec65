#include "model/codes.h"

#include <gtest/gtest.h>

#include <string>

namespace parkwatch {
namespace {

struct Case {
  const char* code;
  bool fits;
};

TEST(Codes, CheckTheCreditCodesLastCharacter) {
  const Case cases[] = {
      {"91350100M000100Y43", true},  // printed as an example in GB 32100-2015
      {"91320703MADEM0001W", true},  {"91320703MADEM00020", true},   {"91350100M000100Y44", false},
      {"91350100M000100Y4", false},  {"91350100M000100Y433", false}, {"", false},
      {"91350100m000100y43", false}, {"9135O100M000100Y43", false},  {"91350100M000100S43", false},
      {"排排排排排排", false},
  };
  for (const Case& c : cases) EXPECT_EQ(is_credit_code(c.code), c.fits) << c.code;
}

TEST(Codes, KnowTheFormsOfTheStandards) {
  const Case permits[] = {{"91350100M000100Y43001P", true},  {"91350100M000100Y43001X", true},
                          {"91350100M000100Y4301P", false},  {"91350100M000100Y43ABCP", false},
                          {"91350100M000100Y43001p", false}, {"", false}};
  for (const Case& c : permits) EXPECT_EQ(is_permit_code(c.code), c.fits) << c.code;
  const Case divisions[] = {{"320703", true}, {"810000", true},   {"990703", false},
                            {"32070", false}, {"3207033", false}, {"32070a", false},
                            {"", false}};
  for (const Case& c : divisions) EXPECT_EQ(is_division_code(c.code), c.fits) << c.code;
  const Case industries[] = {{"C26", true},  {"C2614", true}, {"2614", true},    {"26", true},
                             {"U26", false}, {"C2", false},   {"C26145", false}, {"c26", false},
                             {"C", false},   {"", false}};
  for (const Case& c : industries) EXPECT_EQ(is_industry_code(c.code), c.fits) << c.code;
}

TEST(Codes, KnowTheKindsOfPlantCodes) {
  struct PlantCase {
    const char* code;
    PlantCode kind;
    bool fits;
  };
  const PlantCase cases[] = {
      {"DA001", PlantCode::AirOutlet, true},       {"DW012", PlantCode::WaterOutlet, true},
      {"TA001", PlantCode::AirFacility, true},     {"TW001", PlantCode::WaterFacility, true},
      {"MF0001", PlantCode::ProductionLine, true}, {"DW001", PlantCode::AirOutlet, false},
      {"DA01", PlantCode::AirOutlet, false},       {"DA0001", PlantCode::AirOutlet, false},
      {"DA00x", PlantCode::AirOutlet, false},      {"MF001", PlantCode::ProductionLine, false},
      {"", PlantCode::AirOutlet, false},           {"da001", PlantCode::AirOutlet, false},
  };
  for (const PlantCase& c : cases) EXPECT_EQ(is_plant_code(c.code, c.kind), c.fits) << c.code;
}

TEST(Codes, RefuseIdsThatBreakKeysAndLabels) {
  const Case ids[] = {{"lyg-power-da001", true},
                      {"a.b_c:1", true},
                      {"A", true},
                      {"", false},
                      {"a b", false},
                      {"a;b", false},
                      {"a\"", false},
                      {"排口", false},
                      {"#a", false}};
  for (const Case& c : ids) EXPECT_EQ(is_id(c.code), c.fits) << c.code;
  EXPECT_TRUE(is_id(std::string(64, 'a')));
  EXPECT_FALSE(is_id(std::string(65, 'a')));
  const Case mns[] = {{"A0B1C2D3E4F5061728394A5B", true},
                      {"88888-88_8.8", true},
                      {"a/b", true},
                      {"", false},
                      {"a b", false},
                      {"a;b", false},
                      {"a=b", false},
                      {"a&b", false},
                      {"a,b", false},
                      {"排", false}};
  for (const Case& c : mns) EXPECT_EQ(is_mn(c.code), c.fits) << c.code;
}

}  // namespace
}  // namespace parkwatch
