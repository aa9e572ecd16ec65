#include "web/page_parts.h"

#include <algorithm>
#include <cstdlib>

#include "model/decimal.h"
#include "web/stored_words.h"
#include "web/text.h"

namespace parkwatch {

Look look_of(Standing standing) {
  switch (standing) {
    case Standing::Over:
      return {"over", "▲", "超标", "over limit"};
    case Standing::PendingMark:
      return {"warn", "◆", "待标记", "pending mark"};
    case Standing::Near:
      return {"warn", "◐", "接近限值", "near limit"};
    case Standing::NoData:
      return {"none", "☐", "无有效数据", "no valid data"};
    case Standing::Provisional:
      return {"", "◌", "未结束", "still open"};
    case Standing::Compliant:
      return {"good", "●", "达标", "compliant"};
    case Standing::Exempt:
      return {"", "–", "不判定", "exempt"};
  }
  std::abort();
}

std::pair<std::string, std::string> words_of(std::string_view stored) {
  const std::optional<StoredWords> words = stored_words(stored);
  if (words) return {std::string(words->zh), std::string(words->en)};
  return {html_escaped(stored), ""};
}

std::string both(std::string_view zh, std::string_view en) {
  std::string text(zh);
  if (!en.empty()) text.append(" <span class=\"en\">").append(en).append("</span>");
  return text;
}

std::string badge(const Look& look, std::string_view zh, std::string_view en) {
  return std::string("<span class=\"state ") + look.style + "\"><i aria-hidden=\"true\">" +
         look.shape + "</i>" + both(zh, en) + "</span>";
}

std::string time_cell(const RegistryView& registry, const std::string& park, std::int64_t at_ms) {
  const std::string full = registry.local_time(park, at_ms);
  std::string shown = full.substr(5, 11);
  std::replace(shown.begin(), shown.end(), 'T', ' ');
  return "<time class=\"time\" datetime=\"" + html_escaped(full) + "\">" + html_escaped(shown) +
         "</time>";
}

std::string decimal(std::optional<std::int64_t> units) {
  return units ? Decimal::from_units(*units).text() : "–";
}

std::string rounded(std::int64_t numerator, std::int64_t denominator, int places) {
  const std::optional<Decimal> value = Decimal::ratio(numerator, denominator);
  if (!value) return "–";
  const Wide step = Wide{power_of_ten(6 - places)};
  const Wide units = divide_half_even(Wide{value->units()}, step) * step;
  return Decimal::from_units(static_cast<std::int64_t>(units)).text();
}

std::string percent(std::int64_t millionths) {
  return rounded(millionths, 10'000, 1) + " %";
}

std::string share_bar(const OutletLine& line) {
  if (!line.ratio) return "";
  const std::int64_t share = std::clamp<std::int64_t>(*line.ratio, 0, 1'250'000);
  return std::string("<svg class=\"bar ") + look_of(line.standing).style +
         "\" viewBox=\"0 0 125 6\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
         "<rect class=\"base\" width=\"125\" height=\"6\" rx=\"2\"/><rect class=\"fill\" width=\"" +
         rounded(share, 10'000, 1) +
         "\" height=\"6\" rx=\"2\"/><rect class=\"mark\" x=\"99\" width=\"1.5\" "
         "height=\"6\"/></svg>";
}

std::string outlet_name(const RegistryView& registry, const std::string& outlet) {
  const std::optional<RegistryView::OutletEntry> entry = registry.outlet(outlet);
  if (!entry) return "<b>" + html_escaped(outlet) + "</b>";
  const std::string_view name = entry->name.empty() ? entry->id : entry->name;
  std::string text = "<b>" + html_escaped(name) + "</b>";
  if (!entry->code.empty() && entry->code != name) text += " " + html_escaped(entry->code);
  return text + "<span class=\"en\">" + html_escaped(entry->enterprise_name) + "</span>";
}

std::string factor_name(const RegistryView& registry, const std::string& factor) {
  if (factor.empty()) return "";
  const std::string en = registry.factor_name_en(factor);
  return html_escaped(registry.factor_name_zh(factor)) + "<span class=\"en\">" +
         html_escaped(en == factor ? factor : en + " " + factor) + "</span>";
}

}  // namespace parkwatch
