#include "tests/support/web_fixture.h"

#include "model/time.h"
#include "tests/support/store_rows.h"

namespace parkwatch {

namespace {

constexpr std::int64_t limit = 50'000'000;

Registry fixture_registry() {
  Registry registry;
  registry.parks = {
      {"P1", "东港化工园", "national", "江苏省", "苏州市", "", "320500", "Asia/Shanghai", {}},
      {"P2", "<西岸> 产业园", "municipal", "浙江省", "嘉兴市", "", "330400", "Asia/Shanghai", {}}};
  Cluster cluster;
  cluster.id = "C1";
  cluster.name = "精细化工集群";
  registry.clusters = {cluster};
  Enterprise enterprise;
  enterprise.id = "E1";
  enterprise.name = "某化工有限公司";
  enterprise.park = "P1";
  registry.enterprises.push_back(enterprise);
  enterprise.id = "E2";
  enterprise.name = "<script>alert(1)</script>";
  enterprise.park = "P2";
  registry.enterprises.push_back(enterprise);
  for (const char* id : {"O1", "O2", "O3", "O4", "O5"}) {
    RegisteredOutlet outlet;
    outlet.id = id;
    outlet.code = std::string("DA00") + id[1];
    outlet.name = std::string("排口") + id[1];
    outlet.enterprise = id[1] < '4' ? "E1" : "E2";
    registry.outlets.push_back(outlet);
  }
  return registry;
}

Rules fixture_rules() {
  Rules rules;
  Factor factor;
  factor.code = "a21002";
  factor.name_zh = "氮氧化物";
  factor.name_en = "Nitrogen oxides";
  factor.unit = "mg/m3";
  rules.factors = {factor};
  return rules;
}

Change cluster_row(std::int64_t start, const std::string& span, const std::string& phase) {
  Row row = row_of(TableId::ClusterWindow, {text("C1"), text(span), start, text("a21002")});
  row[4] = phase;
  row[5] = std::int64_t{12'345'678'901};
  row[6] = std::int64_t{12'345'678'901};
  row[8] = std::int64_t{4};
  row[9] = std::int64_t{3};
  row[10] = std::int64_t{750'000};
  row[11] = std::int64_t{250'000};
  row[12] = text("{\"P1\":\"12.345678901\"}");
  return put(TableId::ClusterWindow, row);
}

}  // namespace

Change verdict_row(const std::string& park, std::int64_t start, const std::string& outlet,
                   const std::string& factor, const std::string& phase, const std::string& state,
                   std::int64_t ratio) {
  Row row = row_of(TableId::Verdict, {text(park), text("hour"), start, text(outlet), text(factor),
                                      text("permit-80")});
  row[6] = phase;
  row[7] = state;
  row[8] = state;
  if (ratio >= 0) {
    row[9] = ratio * 50;
    row[12] = ratio;
  }
  row[11] = limit;
  row[13] = std::int64_t{1};
  row[14] = std::int64_t{0};
  return put(TableId::Verdict, row);
}

Change episode_row(const std::string& id, const std::string& rule, const std::string& outlet,
                   const std::string& state, std::int64_t first_window) {
  Row row = row_of(TableId::Episode, {text(id)});
  row[1] = rule;
  row[2] = text("P1");
  row[3] = outlet;
  row[4] = text("a21002");
  row[5] = text("permit-80");
  row[6] = text("hour");
  row[7] = text("critical");
  row[8] = state;
  row[9] = first_window;
  row[10] = first_window;
  row[11] = std::int64_t{1};
  return put(TableId::Episode, row);
}

WebFixture::WebFixture()
    : park_time_ms(*parse_iso_time("2026-03-15T02:11:00Z")),
      hour(*parse_iso_time("2026-03-15T01:00:00Z")),
      registry(std::make_shared<const RegistryView>(fixture_registry(), fixture_rules(),
                                                    std::map<std::string, Zone>{})) {
  Commit times;
  times.parks = {{"P1", 0, park_time_ms}, {"P2", 0, park_time_ms}};
  store.commit(times);
  commit({verdict_row("P1", hour, "O1", "a21002", "closed", "over", 1'600'000),
          verdict_row("P1", hour - hour_ms, "O1", "a21002", "closed", "compliant", 400'000),
          verdict_row("P1", hour + hour_ms, "O1", "a21002", "open", "compliant", 700'000),
          verdict_row("P1", hour, "O2", "a21002", "closed", "compliant", 950'000),
          verdict_row("P1", hour, "O3", "a21002", "closed", "compliant", 200'000),
          verdict_row("P2", hour, "O4", "a21002", "closed", "invalid(missing)", -1),
          episode_row("e1", "exceedance", "O1", "open", hour),
          episode_row("e0", "exceedance", "O3", "resolved", hour - 9 * hour_ms),
          cluster_row(hour, "hour", "closed"), cluster_row(hour + hour_ms, "hour", "open"),
          cluster_row(hour - 9 * hour_ms, "day", "open")});
}

void WebFixture::commit(const std::vector<Change>& changes) {
  store.commit(commit_of(changes));
}

}  // namespace parkwatch
