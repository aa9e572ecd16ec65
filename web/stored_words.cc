#include "web/stored_words.h"

#include <span>

namespace parkwatch {

namespace {

struct Entry {
  std::string_view stored, zh, en;
};

constexpr Entry words[] = {
    // rules of episodes
    {"exceedance", "超标", "exceedance"},
    {"over_range", "超量程", "over range"},
    {"silent", "断数", "silent"},
    // severities
    {"critical", "严重", "critical"},
    {"major", "较重", "major"},
    {"minor", "一般", "minor"},
    {"warning", "警告", "warning"},
    {"info", "提示", "info"},
    // states of windows and verdicts
    {"valid", "有效", "valid"},
    {"missing", "缺失", "missing"},
    {"no_discharge", "未排放", "no discharge"},
    {"not_operating", "停运", "not operating"},
    {"exempt", "不判定", "exempt"},
    {"open", "本时段未结束", "window still open"},
    {"over", "超标", "over"},
    {"compliant", "达标", "compliant"},
    {"pending_mark", "待标记", "pending mark"},
    {"no_limit", "无限值", "no limit"},
    {"invalid(missing)", "缺失", "missing"},
    {"invalid(too_few_minutes)", "有效分钟不足", "too few valid minutes"},
    {"invalid(too_few_hours)", "有效小时不足", "too few valid hours"},
    {"invalid(over_range)", "超量程", "over range"},
    {"invalid(report_contradicts_minutes)", "小时报与分钟数据矛盾", "report contradicts minutes"},
    {"invalid(report)", "小时报无效", "invalid report"},
    {"invalid(not_converted)", "无法折算", "not converted"},
    {"invalid(calibration)", "校准中无效", "invalid: calibration"},
    {"invalid(maintenance)", "维护中无效", "invalid: maintenance"},
    {"invalid(equipment_fault)", "监测设备故障，无效", "invalid: fault of the monitoring"},
    {"invalid(standard_check)", "标样核查中无效", "invalid: standard-sample check"},
    {"invalid(communication)", "通讯中断，无效", "invalid: communication interrupted"},
    {"invalid(marked)", "已标记为无效", "invalid by a mark"},
    {"invalid(overflow)", "数值过大，无法计算", "too large to compute"},
    {"invalid(no_flow)", "缺流量", "no flow"},
    {"invalid(basis_unknown)", "计量基准未知", "basis unknown"},
    {"invalid(flow_missing)", "缺流量", "flow missing"},
    {"exempt(no_discharge)", "未排放", "no discharge"},
    {"exempt(not_operating)", "停运", "not operating"},
    {"exempt(marks)", "已标记，不判定", "exempt by marks"},
    // spans
    {"hour", "小时", "hour"},
    {"day", "日", "day"},
    // why a result was replaced
    {"late", "数据迟到", "late data"},
    {"resent", "数据补传", "sent again"},
    {"contradicted", "数据被更正", "contradicted"},
    {"mark", "标记", "mark"},
    {"registry", "登记信息更正", "registry corrected"},
    {"rule", "规则更正", "rules corrected"},
    {"release", "程序升级", "new release"},
    // findings
    {"zero_band", "零点附近的负值按零计", "negative within the zero band"},
    {"below_range", "低于量程", "below range"},
    {"spike", "数据突跳", "spike"},
    {"stuck", "数据恒定不变", "stuck at one value"},
    {"zero", "排放时恒为零", "zero while emitting"},
    {"gap", "分钟数据缺失", "gap in minutes"},
    {"clock", "数采仪时钟偏差", "logger's clock is off"},
    {"label_suspect", "时间标签可疑", "time label suspect"},
    {"report_contradicts_minutes", "小时报与分钟数据矛盾", "report contradicts minutes"},
    {"report_difference", "小时报与复算值不符", "hour report differs from minutes"},
    {"day_report_difference", "日报与复算值不符", "day report differs from hours"},
    {"cou_mismatch", "上报排放量与复算值不符", "reported mass differs"},
    {"suspect_smooth", "疑似造假：数据过于平稳", "suspicion: implausibly smooth"},
    {"suspect_recurring", "疑似造假：数据重复出现", "suspicion: the same figures again and again"},
    {"suspect_pinned", "疑似造假：数据紧贴限值", "suspicion: pinned just under the limit"},
    {"suspect_contradiction", "疑似造假：分量高于总量",
     "suspicion: more of a part than of the whole"},
    {"negative_power", "电表负值", "negative power"},
    {"counter_reset", "电表读数回退", "counter reset"},
    {"meter_gap", "电表缺数", "meter gap"},
};

constexpr Entry titles[] = {
    {"TS-L01", "环评未批先建", "construction without an approved EIA"},
    {"TS-L02", "环评批复逾五年未重新审核", "an approval older than five years"},
    {"TS-L03", "缺环保设计篇章或投资概算", "no environmental design chapter or estimate"},
    {"TS-L04", "环保工程进度滞后", "protection works fall behind"},
    {"TS-L05", "环评要求的设施缺失或不足", "required facilities missing or too small"},
    {"TS-L06", "无设施或无许可证调试", "commissioning without facilities or permit"},
    {"TS-L07", "竣工或调试日期未事先公开", "dates not disclosed before the act"},
    {"TS-L08", "验收报告公开过迟或公示不足", "report disclosed too late or too short"},
    {"TS-L09", "逾期未验收", "acceptance takes too long"},
    {"TS-L10", "未在全国平台备案", "not filed on the national platform"},
    {"TS-L11", "未验收先投产", "production before acceptance"},
    {"TS-L12", "重大变动未重新报批环评", "a major change without an EIA of its own"},
    {"TS-L13", "分期项目未分期验收即投产", "a phase produces without its own acceptance"},
    {"TS-L14", "擅自拆除或闲置治理设施", "facilities dismantled or idle without approval"},
    {"TS-L15", "整改未完成即验收", "accepted while an order to rectify is open"},
    {"TS-O01", "生产时治理设施未运行", "production on, treatment off"},
    {"TS-O02", "治理设施启动过晚", "treatment started late"},
    {"TS-O03", "治理设施停运过早", "treatment stopped early"},
    {"TS-O04", "治理设施负荷不足", "treatment under-loaded"},
    {"TS-O05", "上报状态与用电不符", "reported state against power"},
    {"TS-O06", "治理设施日运行时间不足", "reported run time of a day too short"},
    {"TS-O07", "旁路开启", "bypass open"},
    {"TS-O08", "电流曲线异常平直", "flat current"},
    {"TS-O09", "电表静默而相邻电表正常", "meter silent among living neighbours"},
    {"TS-O10", "排放浓度异常骤降", "concentrations collapse"},
    {"TS-O11", "停产标记或命令期间生产", "production under a stop mark or order"},
};

std::optional<StoredWords> find(std::span<const Entry> entries, std::string_view stored) {
  for (const Entry& entry : entries) {
    if (entry.stored == stored) return StoredWords{entry.zh, entry.en};
  }
  return std::nullopt;
}

}  // namespace

std::optional<StoredWords> stored_words(std::string_view stored) {
  return find(words, stored);
}

std::optional<StoredWords> rule_title(std::string_view rule) {
  return find(titles, rule);
}

}  // namespace parkwatch
