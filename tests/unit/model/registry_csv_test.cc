#include "model/registry_csv.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "model/rules_csv.h"
#include "tests/support/files.h"

namespace parkwatch {
namespace {

const Rules& rules() {
  static const Rules shipped = parse_rules(source_folder("rules")).rules;
  return shipped;
}

TextFiles demo() {
  TextFiles files = source_folder("deploy/demo/registry");
  files.folder = "registry";
  return files;
}

ParsedRegistry parse(const TextFiles& files) {
  return parse_registry(files, {rules(), [](const std::string& zone) {
                                  return zone.starts_with("Asia/") && zone != "Asia/Nowhere";
                                }});
}

std::string all_text(const Faults& faults) {
  std::string text;
  for (const Fault& fault : faults) text += fault.text() + "\n";
  return text;
}

TEST(DemoRegistry, LoadsWithoutFaultOrWarning) {
  const ParsedRegistry parsed = parse(demo());
  EXPECT_EQ(all_text(parsed.faults), "");
  const Registry& registry = parsed.registry;
  EXPECT_EQ(registry.parks.size(), 3u);
  EXPECT_EQ(registry.clusters.size(), 2u);
  EXPECT_EQ(registry.outlets.size(), 12u);
  EXPECT_EQ(registry.devices.size(), 12u);
  const auto turbine = std::find_if(registry.permits.begin(), registry.permits.end(),
                                    [](const Permit& p) { return p.factor == "a21002"; });
  ASSERT_NE(turbine, registry.permits.end());
  EXPECT_EQ(turbine->limit->text(), "80");
  EXPECT_FALSE(turbine->sure);
}

TEST(RegistryCsv, ReadsCells) {
  TextFiles files = demo();
  files.texts.at("permits.csv") +=
      "p,lyg-dyeing-dw001,w00000,7.2,,m3/h,day,,12.000000001,a paper,,2026-01-01,"
      "2026-07-01T12:30:00Z\n";
  const ParsedRegistry parsed = parse(files);
  EXPECT_EQ(all_text(parsed.faults), "");
  const Permit& permit = parsed.registry.permits.back();
  EXPECT_EQ(permit.limit->text(), "7.2");
  EXPECT_EQ(permit.unit, "m3/h");
  EXPECT_EQ(permit.span, "day");
  EXPECT_EQ(permit.yearly_mass_kg->text(), "12.000000001");
  EXPECT_TRUE(permit.sure);
  EXPECT_EQ(utc_text(permit.validity.from), "2025-12-31T16:00:00Z");
  EXPECT_EQ(utc_text(permit.validity.to), "2026-07-01T12:30:00Z");
}

struct RowCase {
  const char* file;
  const char* row;
  const char* message;
};

/// The row, added to the demo registry, gives this fault at its own line.
void expect_fault(const RowCase& c, Severity severity) {
  SCOPED_TRACE(std::string(c.file) + ": " + c.row);
  TextFiles files = demo();
  std::string& text = files.texts.at(c.file);
  const int line = 1 + static_cast<int>(std::count(text.begin(), text.end(), '\n'));
  text += std::string(c.row) + "\n";
  const ParsedRegistry parsed = parse(files);
  const bool found =
      std::any_of(parsed.faults.begin(), parsed.faults.end(), [&](const Fault& fault) {
        return fault.file == std::string("registry/") + c.file && fault.line == line &&
               fault.severity == severity && !fault.advice.empty() &&
               fault.message.find(c.message) != std::string::npos;
      });
  EXPECT_TRUE(found) << "line " << line << "\n" << all_text(parsed.faults);
  EXPECT_EQ(refuses(parsed.faults), severity == Severity::Fault) << all_text(parsed.faults);
}

TEST(RegistryCsv, RefusesRowsThatAreWrongInThemselves) {
  const RowCase cases[] = {
      {"parks.csv", "p 1,x,other,,,,320703,,,", "`id` is no id"},
      {"parks.csv", ",x,other,,,,320703,,,", "`id` is empty"},
      {"parks.csv", "p,,other,,,,320703,,,", "`name` is empty"},
      {"parks.csv", "p,x,regional,,,,320703,,,", "`level` is not known"},
      {"parks.csv", "p,x,,,,,320703,,,", "`level` is empty"},
      {"parks.csv", "p,x,other,,,,3207,,,", "`division` is malformed"},
      {"parks.csv", "p,x,other,,,,990703,,,", "`division` is malformed"},
      {"parks.csv", "p,x,other,,,,320703,Asia/Nowhere,,", "time zone `Asia/Nowhere`"},
      {"parks.csv", "p,x,other,,,,320703,,2026-02-29,", "`valid_from` is no date"},
      {"parks.csv", "p,x,other,,,,320703,,,15.3.2026", "`valid_to` is no date"},
      {"parks.csv", "p,x,other,,,,320703,,2026-03-01,2026-03-01", "`valid_to` is not after"},
      {"parks.csv", "p,x,other,,,,320703", "the row has 7 cells, the header 10"},
      {"parks.csv", "p,\"x\"y,other,,,,320703,,,", "text follows the closing quote"},
      {"clusters.csv", "c,x,Z99,,,", "`industry` is malformed"},
      {"clusters.csv", "c,x,C26,Mars/Base,,", "time zone `Mars/Base`"},
      {"memberships.csv", "metals,enterprise,lyg-power,1.1,,", "`share` is not from 0 to 1"},
      {"memberships.csv", "metals,enterprise,lyg-power,-0.1,,", "`share` is not from 0 to 1"},
      {"memberships.csv", "metals,enterprise,lyg-power,half,,", "`share` is refused"},
      {"memberships.csv", "metals,enterprise,lyg-power,0.1234567,,", "`share` is refused"},
      {"memberships.csv", "metals,park,lyg-harbour,1,,", "`of` is not known"},
      {"line_outlets.csv", "lyg-power-mf0001,lyg-refinery-da001,2,,", "`share` is not from 0 to 1"},
      {"enterprises.csv", "e,x,lyg-harbour,91320703MADEM0001A,,D4412,320703,,", "`credit_code`"},
      {"enterprises.csv", "e,x,lyg-harbour,91320703MADEM000IW,,D4412,320703,,", "`credit_code`"},
      {"enterprises.csv", "e,x,lyg-harbour,9132070,,D4412,320703,,", "`credit_code` is malformed"},
      {"enterprises.csv", "e,x,lyg-harbour,,91320703MADEM0001W1P,D4412,320703,,", "`permit_code`"},
      {"enterprises.csv", "e,x,lyg-harbour,,,D44122,320703,,", "`industry` is malformed"},
      {"outlets.csv", "o,lyg-power,DW001,x,air,yes,,,,,,,,,,,,", "`code` is malformed"},
      {"outlets.csv", "o,lyg-power,DA1,x,air,yes,,,,,,,,,,,,", "`code` is malformed"},
      {"outlets.csv", "o,lyg-power,DA009,x,gas,yes,,,,,,,,,,,,", "`medium` is not known"},
      {"outlets.csv", "o,lyg-power,DA009,x,air,perhaps,,,,,,,,,,,,", "`main` is not known"},
      {"outlets.csv", "o,lyg-power,DA009,x,air,yes,-1,,,,,,,,,,,", "`stack_area_m2` is out of"},
      {"outlets.csv", "o,lyg-power,DA009,x,air,yes,,dry,,,,,,,,,,", "`concentration_basis` is not"},
      {"outlets.csv", "o,lyg-power,DA009,x,air,yes,,,,,21,,,,,,,", "`reference_oxygen_percent` is"},
      {"outlets.csv", "o,lyg-power,DA009,x,air,yes,,,,,,1013,,,,,,", "`pressure_kpa` is out of"},
      {"outlets.csv", "o,lyg-power,DA009,x,air,yes,,,,,,,100,,,,,", "`moisture_percent` is out of"},
      {"devices.csv", "M;1,lyg-power-da001,2017,,,,,,,,,", "`mn` is malformed"},
      {"devices.csv", "M1,lyg-power-da001,2020,,,,,,,,,", "`protocol_version` is not known"},
      {"devices.csv", "M1,lyg-power-da001,2017,0,,,,,,,,", "`report_interval_s` is refused"},
      {"devices.csv", "M1,lyg-power-da001,2017,,7,,,,,,,", "`minute_interval` does not divide"},
      {"devices.csv", "M1,lyg-power-da001,2025,,,a key,,,,,,", "`sm4_key` is no id"},
      {"devices.csv", "M1,lyg-power-da001,2017,,,,middle,,,,,", "`minute_label` is not known"},
      {"factors.csv", "lyg-power-da001,a21003,,,5,5,,,,,,", "`range_min` is not below"},
      {"factors.csv", "lyg-power-da001,a21003,,,,,-1,,,,,", "`zero_band` is negative"},
      {"factors.csv", "lyg-power-da001,a21003,,,,,,,yes,,,", "a cyclic factor needs a period"},
      {"factors.csv", "lyg-power-da001,a21003,,,,,,,yes,7,,", "a cyclic factor needs a period"},
      {"factors.csv", "lyg-power-da001,a21003,,,,,,,no,60,,", "the factor is not cyclic"},
      {"facilities.csv", "f,lyg-power,TB001,x,,,,", "`code` is malformed"},
      {"facilities.csv", "f,lyg-power,TA009,x,,PUMP1,,", "`hj212_code` is malformed"},
      {"lines.csv", "l,lyg-power,MF001,x,,", "`code` is malformed"},
      {"permits.csv", "p,lyg-power-da001,a21005,,,,hour,,,s,,,", "the permit limits nothing"},
      {"permits.csv", "p,lyg-power-da001,a21005,5,6,,hour,,,s,,,", "`lower_limit` is not below"},
      {"permits.csv", "p,lyg-power-da001,a21005,5,,,week,,,s,,,", "`span` is not known"},
      {"permits.csv", "p,lyg-power-da001,a21005,5,,,hour,,-1,s,,,", "`yearly_mass_kg` is neg"},
      {"permits.csv", "p,lyg-power-da001,a21005,5,,,hour,,,,,,", "`source` is empty"},
      {"external_ids.csv", "planet,earth,s,c,,", "`entity` is not known"},
  };
  for (const RowCase& c : cases) expect_fault(c, Severity::Fault);
}

TEST(RegistryCsv, RefusesRowsThatContradictOthers) {
  const RowCase cases[] = {
      {"parks.csv", "lyg-harbour,x,other,,,,320703,,2026-01-01,",
       "holds at the same time as in line 4"},
      {"enterprises.csv", "e,x,nowhere,,,D44,320703,,",
       "names `nowhere`, which is not in parks.csv"},
      {"enterprises.csv", "e,x,lyg-harbour,,,D44,320703,2010-01-01,2012-01-01",
       "never holds while"},
      {"memberships.csv", "steel,enterprise,xz-steel,1,,",
       "names `steel`, which is not in clusters"},
      {"memberships.csv", "metals,enterprise,nobody,1,,",
       "names `nobody`, which is not in enterpr"},
      {"memberships.csv", "metals,line,nothing,1,,", "names `nothing`, which is not in lines.csv"},
      {"memberships.csv", "metals,enterprise,xz-steel,0.5,,", "holds at the same time"},
      {"line_outlets.csv", "nothing,xz-steel-da001,1,,", "names `nothing`, which is not in lines"},
      {"line_outlets.csv", "xz-steel-mf0001,nowhere,1,,", "names `nowhere`, which is not in outl"},
      {"line_outlets.csv", "xz-steel-mf0001,xz-steel-da001,0.5,,", "holds at the same time"},
      {"line_outlets.csv", "xz-steel-mf0001,xz-cement-da001,0,,", "are not of one enterprise"},
      {"memberships.csv", "metals,outlet,xz-steel-da001,1,,", "is in the cluster already"},
      {"memberships.csv", "metals,line,xz-steel-mf0001,1,,", "is in the cluster already"},
      {"outlets.csv", "o,nobody,DA009,x,air,yes,,,,,,,,,,,,", "names `nobody`"},
      {"outlets.csv", "o,lyg-power,DA009,x,air,yes,,,,,,,,river,,,,", "names `river`"},
      {"outlets.csv", "o,lyg-power,DA009,x,air,yes,,,,,,,,lyg-power,,,,", "its own enterprise"},
      {"outlets.csv", "o,lyg-power,DA001,x,air,yes,,,,,,,,,,,,", "`lyg-power DA001` holds at the"},
      {"outlets.csv", "o,lyg-power,DA009,x,air,yes,,,,,,,,,,no-such/limit,,",
       "is not in the rules"},
      {"outlets.csv", "o,lyg-power,DA009,x,air,yes,,,,,,,,,,gb18918-2002/class-1a/w01018/day,,",
       "is for water, the outlet for air"},
      {"outlets.csv",
       "o,xz-cement,DA009,x,air,yes,,,,,,,,,,"
       "gb4915-2013-xg2026/independent-heat-dryer/a34013/hour,,2026-01-01",
       "is not in the rules for this row's time"},
      {"devices.csv", "M1,nowhere,2017,,,,,,,,,", "names `nowhere`, which is not in outlets.csv"},
      {"devices.csv", "DE320703000000000000A001,xz-steel-da001,2017,,,,,,,,,", "holds at the same"},
      {"factors.csv", "nowhere,a21002,,,,,,,,,,", "names `nowhere`"},
      {"factors.csv", "lyg-power-da001,a99999,,,,,,,,,,", "is not in the factor table"},
      {"factors.csv", "lyg-power-da001,w01018,,,,,,,,,,", "is for water, the outlet for air"},
      {"factors.csv", "lyg-power-da001,a21026,,mg/L,,,,,,,,", "does not convert to `mg/m3`"},
      {"factors.csv", "lyg-power-da001,a24088,,ppm,,,,,,,,", "does not convert to `mg/m3`"},
      {"factors.csv", "lyg-power-da001,a21026,,,,,,yes,,,,", "cannot be a set parameter"},
      {"factors.csv", "lyg-power-da001,a21002,,,,,,,,,,", "holds at the same time"},
      {"factors.csv", "lyg-power-da001,a21026,DE320312000000000000A008,,,,,,,,,",
       "is not at outlet `lyg-power-da001`"},
      {"facilities.csv", "f,lyg-power,TA009,x,xz-steel-da001,SB9,,",
       "belongs to another enterprise"},
      {"facilities.csv", "f,xz-steel,TA009,x,xz-steel-da001,SB1,,", "holds at the same time"},
      {"facilities.csv", "f,nobody,TA009,x,,,,", "names `nobody`"},
      {"lines.csv", "l,lyg-power,MF0001,x,,", "holds at the same time"},
      {"projects.csv", "p,nobody,x,,,", "names `nobody`"},
      {"permits.csv", "p,nowhere,a21002,5,,,hour,,,s,,,", "names `nowhere`"},
      {"permits.csv", "p,lyg-power-da001,a99999,5,,,hour,,,s,,,", "is not in the factor table"},
      {"permits.csv", "p,lyg-power-da001,a21005,5,,mg/L,hour,,,s,,,", "does not convert"},
      {"permits.csv", "p,lyg-power-da001,a21005,0.0001,,ug/m3,hour,,,s,,,", "has no exact value"},
      {"permits.csv", "demo-lyg-power-da001,lyg-power-da001,a21002,5,,,hour,,,s,,,",
       "holds at the"},
      {"external_ids.csv", "outlet,nowhere,s,c,,", "names `nowhere`, which is not in outlets.csv"},
  };
  for (const RowCase& c : cases) expect_fault(c, Severity::Fault);
}

TEST(RegistryCsv, WarnsWithoutRefusing) {
  const RowCase cases[] = {
      {"parks.csv", "p,x,other,,,,,,,", "`division` is empty"},
      {"clusters.csv", "c,x,,,,", "`industry` is empty"},
      {"enterprises.csv", "e,x,lyg-harbour,,,,,,", "`credit_code` is empty"},
      {"enterprises.csv", "e,x,lyg-harbour,,,,,,", "`permit_code` is empty"},
      {"enterprises.csv", "e,x,lyg-harbour,91320703MADEM0001W,91320703MADEM00020001P,D44,320703,,",
       "does not begin with `credit_code`"},
      {"enterprises.csv", "e,x,lyg-harbour,,,,,2010-01-01,2014-01-01", "for a part of this row's"},
      {"memberships.csv", "metals,enterprise,lyg-refinery,0.5,2026-01-01,",
       "add up to more than 1"},
      {"line_outlets.csv", "xz-steel-mf0002,xz-steel-da001,0.1,2026-01-01,",
       "the shares of outlet xz-steel-da001 add up to more than 1"},
      {"outlets.csv", "o,lyg-power,,x,air,yes,,,,,,,,,,,,", "`code` is empty"},
      {"outlets.csv", "o,lyg-power,DA009,x,air,yes,,,,,,,,,,,,", "no device reports"},
      {"outlets.csv", "o,lyg-power,DA009,x,air,yes,,,,,,,,,,,,", "no factor is measured"},
      {"outlets.csv", "o,lyg-power,DA009,x,air,yes,,,,,,,,,,,,", "`flow_basis` is unknown"},
      {"outlets.csv", "o,lyg-power,DA009,x,air,yes,,,,,3,,,,,,,", "`oxygen_basis` is unknown"},
      {"outlets.csv", "o,lyg-power,DA009,x,air,yes,,,,,3,,,,,,,", "sends no oxygen"},
      {"outlets.csv", "o,lyg-power,DA009,x,air,yes,,,,,3,,,,,ule-coal-2015/coal-unit/a21002/hour,,",
       "refers to 6 % oxygen, the outlet to 3 %"},
      {"outlets.csv", "o,lyg-power,DA009,x,air,yes,,,,,,,,,,ule-coal-2015/coal-unit/a21002/hour,,",
       "a factor that the outlet does not measure"},
      {"outlets.csv", "o,lyg-power,DA009,x,air,yes,,,,,,,,,,gb37822-2019/in-plant/a24088/instant,,",
       "gives no verdict"},
      {"permits.csv", "p,lyg-power-da001,a21026,5,,,hour,,,s,,,", "the outlet does not measure"},
  };
  for (const RowCase& c : cases) expect_fault(c, Severity::Warning);
}

TEST(RegistryCsv, WarnsOfAKeyThatTheProtocolDoesNotUse) {
  TextFiles files = demo();
  std::string& devices = files.texts.at("devices.csv");
  devices.replace(devices.find("2025,60,1,demo-key"), 4, "2017");
  const Faults faults = parse(files).faults;
  ASSERT_EQ(faults.size(), 1u) << all_text(faults);
  EXPECT_EQ(faults[0].text(),
            "registry/devices.csv:5: warning: only HJ 212-2025 defines encryption; check "
            "`protocol_version` or empty `sm4_key`");
}

TEST(RegistryCsv, KnowsTheOutletsOfAProject) {
  TextFiles files = demo();
  std::string& projects = files.texts.at("projects.csv");
  projects =
      "id,enterprise,name,outlets\n"
      "a,xz-steel,x,xz-steel-da001\n"
      "b,lyg-power,x,lyg-power-da001; nowhere\n"
      "c,lyg-power,x,xz-steel-da001\n";
  Faults faults = parse(files).faults;
  std::erase_if(faults, [](const Fault& fault) { return fault.severity == Severity::Warning; });
  EXPECT_EQ(all_text(faults),
            "registry/projects.csv:3: fault: `outlets` names `nowhere`, which is not in "
            "outlets.csv; correct the id, or add the row there\n"
            "registry/projects.csv:4: fault: outlet `xz-steel-da001` belongs to another "
            "enterprise; name an outlet of `lyg-power`\n");
}

TEST(RegistryCsv, AsksWhichOfTwoDevicesMeasures) {
  TextFiles files = demo();
  files.texts.at("devices.csv") += "M1,lyg-power-da001,2017,,,,,,,,2026-01-01,\n";
  EXPECT_NE(all_text(parse(files).faults).find("has two devices at the same time"),
            std::string::npos);
  std::string& factors = files.texts.at("factors.csv");
  for (std::size_t at = 0; (at = factors.find("lyg-power-da001,", at)) != std::string::npos;) {
    at = factors.find(',', factors.find(',', at) + 1) + 1;
    factors.insert(at, "M1");
  }
  // M1 came in 2026 only; before that the other device was the only one
  EXPECT_FALSE(refuses(parse(files).faults)) << all_text(parse(files).faults);
}

TEST(RegistryCsv, ReportsEverythingAtOnce) {
  TextFiles files = demo();
  files.texts.erase("parks.csv");
  files.texts["outlet.csv"] = "id\n";
  files.texts.at("clusters.csv") = "id,name,industry,colour\n";
  files.texts.at("lines.csv") = "id;enterprise;code;name\n";
  files.texts.at("projects.csv") = "";
  files.texts.at("facilities.csv") = "id,enterprise,code\n";
  files.texts.at("permits.csv") = "id,id,outlet,factor,source\n";
  files.texts.at("external_ids.csv") = "entity,id,scheme,code\n\xB9\xFA,x,y,z\n";
  const std::string text = all_text(parse(files).faults);
  const char* messages[] = {
      "registry/parks.csv: fault: the file is missing; `parkwatch init DIR`",
      "registry/outlet.csv: warning: the file is not read",
      "registry/clusters.csv:1: fault: unknown column `colour`",
      "registry/lines.csv:1: fault: cells seem to be separated by semicolons",
      "registry/projects.csv:1: fault: the file has no header",
      "registry/facilities.csv:1: fault: column `name` is missing",
      "registry/permits.csv:1: fault: column `id` stands twice",
      "registry/external_ids.csv:2: fault: the file is not UTF-8 from here on; save it as CSV "
      "UTF-8",
  };
  for (const char* message : messages) {
    EXPECT_NE(text.find(message), std::string::npos) << message << "\n" << text;
  }
  // what follows from a file that is refused as a whole is not said again for every row
  EXPECT_EQ(text.find("which is not in parks.csv"), std::string::npos) << text;
}

}  // namespace
}  // namespace parkwatch
