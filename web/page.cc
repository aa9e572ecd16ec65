#include "web/page.h"

#include <algorithm>
#include <array>
#include <utility>

#include "model/decimal.h"
#include "model/time.h"
#include "web/page_parts.h"
#include "web/text.h"

namespace parkwatch {

namespace {

std::string heading(std::string_view id, std::string_view zh, std::string_view en) {
  return "<h2 id=\"" + std::string(id) + "\">" + std::string(zh) + "<span class=\"en\">" +
         std::string(en) + "</span></h2>";
}

std::string table_head(std::string_view label,
                       std::initializer_list<std::array<const char*, 3>> columns) {
  std::string text = "<div class=\"wrap\" tabindex=\"0\" role=\"region\" aria-labelledby=\"" +
                     std::string(label) + "\"><table><thead><tr>";
  for (const auto& [zh, en, style] : columns) {
    text += "<th scope=\"col\" class=\"" + std::string(style) + "\">" + both(zh, en) + "</th>";
  }
  return text + "</tr></thead><tbody>";
}

std::string left_out(std::size_t total, std::size_t shown) {
  if (total <= shown) return "";
  const std::string rest = std::to_string(total - shown);
  return "<p class=\"small more\">另有 " + rest + " 行未显示 · " + rest +
         " more rows not shown; the API has all</p>";
}

std::string tiles(const Overview& overview) {
  std::string text = "<ul class=\"tiles\"><li><b>" + std::to_string(overview.episodes.size()) +
                     "</b>未结束告警<span class=\"en\">open episodes</span></li>";
  for (const Standing standing :
       {Standing::Over, Standing::PendingMark, Standing::Near, Standing::NoData,
        Standing::Provisional, Standing::Compliant, Standing::Exempt}) {
    const auto found = overview.standings.find(standing);
    const std::size_t count = found == overview.standings.end() ? 0 : found->second;
    const bool rare = standing == Standing::PendingMark || standing == Standing::Provisional ||
                      standing == Standing::Exempt;
    if (rare && count == 0) continue;
    const Look look = look_of(standing);
    text += "<li><b>" + std::to_string(count) + "</b><span class=\"state " + look.style +
            "\"><i aria-hidden=\"true\">" + look.shape + "</i>" + look.zh +
            "</span><span class=\"en\">" + look.en + "</span></li>";
  }
  return text + "</ul>";
}

std::string park_times(const Overview& overview, const RegistryView& registry) {
  std::string text = "<ul class=\"parks\">";
  for (const ParkLine& park : overview.parks) {
    text += "<li>" + html_escaped(park.name) + " <span class=\"small\">";
    text += park.time_ms ? "数据至 data until " + time_cell(registry, park.id, *park.time_ms)
                         : badge(look_of(Standing::NoData), "尚无数据", "no data yet");
    text += "</span></li>";
  }
  return text + "</ul>";
}

std::string episodes_section(const Overview& overview, const RegistryView& registry,
                             const PageOptions& options) {
  std::string text = heading("episodes", "未结束的告警", "Open episodes");
  if (overview.episodes.empty()) {
    return text +
           "<div class=\"wrap\"><p class=\"empty\">没有未结束的告警 · No open episode</p></div>";
  }
  text += table_head("episodes", {{"告警", "alert", ""},
                                  {"排口", "outlet", ""},
                                  {"因子", "factor", ""},
                                  {"限值依据", "limit", ""},
                                  {"自", "since", ""},
                                  {"时段数", "windows", "n"}});
  const std::size_t shown = std::min(overview.episodes.size(), options.episodes_max);
  for (std::size_t i = 0; i < shown; ++i) {
    const EpisodeLine& line = overview.episodes[i];
    const auto [rule_zh, rule_en] = words_of(line.rule);
    const auto [span_zh, span_en] = words_of(line.span);
    const bool silent = line.rule == "silent";
    const Look look = look_of(silent ? Standing::NoData : Standing::Over);
    text += "<tr><td>" + badge(look, rule_zh, rule_en) + "</td><td>" +
            outlet_name(registry, line.outlet) + "<span class=\"en\">" +
            html_escaped(registry.park_name(line.park)) + "</span></td><td>" +
            factor_name(registry, line.factor) + "</td><td>" + html_escaped(line.limit_id) +
            "</td><td>" + time_cell(registry, line.park, line.first_window) +
            "</td><td class=\"n\">" + std::to_string(line.windows) + both(" " + span_zh, span_en) +
            "</td></tr>";
  }
  return text + "</tbody></table></div>" + left_out(overview.episodes.size(), shown);
}

std::string outlet_row(const OutletLine& line, const RegistryView& registry) {
  const Look look = look_of(line.standing);
  std::string zh = look.zh;
  std::string en = look.en;
  if (line.standing == Standing::NoData || line.standing == Standing::Exempt) {
    std::tie(zh, en) = words_of(line.state);
  }
  if (line.standing == Standing::Near && !line.ratio) en = "near limit so far";
  if (!line.start) {
    zh = "从未上报";
    en = "never reported";
  }
  const std::string unit = html_escaped(registry.limit_unit(line.limit_id, line.factor));
  const std::string limit = line.upper   ? decimal(line.upper)
                            : line.lower ? "≥ " + decimal(line.lower)
                                         : "–";
  std::string share = line.ratio ? percent(*line.ratio) + share_bar(line) : "–";
  if (line.open_ratio) {
    share += "<span class=\"en\">本时段暂为 so far " + percent(*line.open_ratio) + "</span>";
  }
  const auto [span_zh, span_en] = words_of(line.span);
  const std::string window =
      line.start ? "<span class=\"w\">" + time_cell(registry, line.park, *line.start) + " " +
                       span_zh + "</span><span class=\"en\">" + span_en + "</span>"
                 : "–";
  return "<tr><td>" + outlet_name(registry, line.outlet) + "<span class=\"en\">" +
         html_escaped(registry.park_name(line.park)) + "</span></td><td>" + badge(look, zh, en) +
         (line.unsure ? "<span class=\"en w\">限值待核 limit unsure</span>" : "") + "</td><td>" +
         factor_name(registry, line.factor) + "</td><td class=\"n\">" + share +
         "</td><td class=\"n\">" + decimal(line.value) + " / " + limit + "<span class=\"en\">" +
         unit + "</span></td><td>" + window + "</td></tr>";
}

std::string outlets_section(const Overview& overview, const RegistryView& registry,
                            const PageOptions& options) {
  std::string text =
      heading("outlets", "排口占限值份额", "Outlets by share of their limit, worst first");
  if (overview.outlets.empty()) {
    return text +
           "<div class=\"wrap\"><p class=\"empty\">尚无排口数据 · No outlet data yet</p></div>";
  }
  text += table_head("outlets", {{"排口", "outlet", ""},
                                 {"状态", "state", ""},
                                 {"因子", "factor", ""},
                                 {"占限值", "share of limit", "n"},
                                 {"值 / 限值", "value / limit", "n"},
                                 {"时段", "window", ""}});
  const std::size_t shown = std::min(overview.outlets.size(), options.outlets_max);
  for (std::size_t i = 0; i < shown; ++i) text += outlet_row(overview.outlets[i], registry);
  return text + "</tbody></table></div>" + left_out(overview.outlets.size(), shown);
}

std::string clusters_section(const Overview& overview, const RegistryView& registry,
                             const PageOptions& options) {
  std::string text = heading("clusters", "产业集群排放量", "Cluster totals");
  if (overview.clusters.empty()) {
    return text +
           "<div class=\"wrap\"><p class=\"empty\">尚无集群数据 · No cluster total yet</p></div>";
  }
  text += table_head("clusters", {{"集群", "cluster", ""},
                                  {"因子", "factor", ""},
                                  {"排放量", "mass", "n"},
                                  {"完整率", "completeness", "n"},
                                  {"时段", "window", ""}});
  const std::size_t shown = std::min(overview.clusters.size(), options.clusters_max);
  for (std::size_t i = 0; i < shown; ++i) {
    const ClusterLine& line = overview.clusters[i];
    const auto [span_zh, span_en] = words_of(line.span);
    std::string mass = line.mass ? rounded(*line.mass, MassDecimal::one, 3) + " kg"
                                 : badge(look_of(Standing::NoData), "无数据", "no data");
    if (line.estimated_share.value_or(0) > 0) {
      mass += "<span class=\"en\">其中估算 estimated " + percent(*line.estimated_share) + "</span>";
    }
    const bool complete = line.completeness.value_or(0) >= Decimal::one;
    const std::string share = line.completeness ? percent(*line.completeness) : "–";
    text += "<tr><td><b>" + html_escaped(registry.cluster_name(line.cluster)) + "</b></td><td>" +
            factor_name(registry, line.factor) + "</td><td class=\"n\">" + mass +
            "</td><td class=\"n\">" +
            (complete ? share : badge(look_of(Standing::NoData), share, "incomplete")) +
            "</td><td>" + time_cell(registry, "", line.start) + " " + both(span_zh, span_en) +
            (line.phase == "open" ? "<span class=\"en\">未结束 open</span>" : "") + "</td></tr>";
  }
  return text + "</tbody></table></div>" + left_out(overview.clusters.size(), shown);
}

std::string document(std::string_view head, std::string_view body) {
  return "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
         "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
         "<title>Parkwatch 园区排放监测</title><link rel=\"icon\" href=\"data:,\">" +
         std::string(head) + "<style>" + std::string(page_style()) + "</style></head><body>" +
         std::string(body) + "</body></html>\n";
}

}  // namespace

std::string overview_page(const Overview& overview, const RegistryView& registry,
                          const PageOptions& options) {
  const std::string refresh = std::to_string(options.refresh_s);
  const std::string head =
      options.paused ? "" : "<meta http-equiv=\"refresh\" content=\"" + refresh + "\">";
  const std::string control =
      options.paused ? "已暂停刷新 paused · <a href=\"/\">继续 resume</a>"
                     : "每 " + refresh + " 秒刷新 refreshes · <a href=\"/?pause=1\">暂停 pause</a>";
  std::string body =
      "<header><h1>Parkwatch 园区排放监测<span class=\"en\">Industrial park emissions"
      "</span></h1><div class=\"small\">页面时间 as of " +
      time_cell(registry, "", overview.built_ms) + " · " + control + "</div></header><main>";
  body +=
      "<p class=\"notice\">自动监测数据，实时发布，未经主管部门审核。 <span class=\"en\">Automatic "
      "monitoring data as received, not reviewed by the authority.</span></p>";
  body += tiles(overview) + park_times(overview, registry);
  body += episodes_section(overview, registry, options);
  body += outlets_section(overview, registry, options);
  body += clusters_section(overview, registry, options);
  body +=
      "</main><footer><a href=\"/api/v1/episodes\">告警 episodes</a>"
      "<a href=\"/api/v1/parks\">园区 parks</a><a href=\"/api/v1/clusters\">集群 clusters</a>"
      "<a href=\"/metrics\">指标 metrics</a><a href=\"/readyz\">就绪 readiness</a>" +
      html_escaped(options.version) + "</footer>";
  return document(head, body);
}

std::string message_page(std::string_view title, std::string_view message) {
  return document("", "<header><h1>" + html_escaped(title) + "</h1></header><main><p>" +
                          html_escaped(message) +
                          "</p><p><a href=\"/\">返回首页 back to the first page</a></p></main>");
}

}  // namespace parkwatch
