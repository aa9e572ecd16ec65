#include "app/demo_screen.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "model/decimal.h"
#include "model/time.h"

namespace parkwatch {

namespace {

constexpr std::size_t width = 100;
constexpr std::size_t recent_max = 8;
constexpr std::size_t outlets_shown = 8;
constexpr std::size_t clusters_shown = 8;
constexpr std::size_t broken_shown = 4;

std::string cut(const std::string& line) {
  return line.size() <= width ? line : line.substr(0, width - 1) + "~";
}

std::string_view mark(Standing standing) {
  switch (standing) {
    case Standing::Over:
      return "[!] over";
    case Standing::PendingMark:
      return "[?] pending";
    case Standing::Near:
      return "[~] near";
    case Standing::Provisional:
      return "[.] open";
    case Standing::NoData:
      return "[ ] no data";
    case Standing::Compliant:
      return "[=] within";
    case Standing::Exempt:
      return "[-] exempt";
  }
  return {};
}

std::string local(std::int64_t at_ms) {
  return zoned_text(at_ms, china_standard_time).substr(0, 16);
}

std::string percent(std::optional<std::int64_t> ratio) {
  return ratio ? fmt::format("{:>5.1f} %", static_cast<double>(*ratio) / 10'000.0)
               : std::string("      -");
}

std::string broken_line(const Violation& broken) {
  std::string text = fmt::format("  {:<7} since {} {}", broken.rule,
                                 local(broken.start.milliseconds()), broken.subject);
  if (broken.mass_kg) text += fmt::format("   {} kg since", broken.mass_kg->text());
  return text;
}

}  // namespace

DemoScreen::DemoScreen(const RegistryView& registry, std::string web_url,
                       std::string gateway_address)
    : registry_(registry),
      web_url_(std::move(web_url)),
      gateway_address_(std::move(gateway_address)),
      terminal_(isatty(STDOUT_FILENO) == 1) {
  if (terminal_) return;  // the picture has the addresses
  std::puts(fmt::format("metrics and pages {}   gateway {}", web_url_, gateway_address_).c_str());
  std::fflush(stdout);
}

void DemoScreen::events(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    if (!terminal_) std::puts(cut(line).c_str());
    recent_.push_back(line);
    if (recent_.size() > recent_max) recent_.pop_front();
  }
  if (!terminal_ && !lines.empty()) std::fflush(stdout);
}

std::string DemoScreen::render(const Picture& p) const {
  std::string text;
  const auto line = [&](const std::string& one) { text += cut(one) + "\x1b[K\n"; };
  line(fmt::format("Parkwatch demonstration   {} {}   {:.0f} records/s", local(p.simulated_ms),
                   p.live ? "live" : "catching up", p.records_per_second));
  line(fmt::format("metrics and pages {}   gateway {}   (enterprises are invented)", web_url_,
                   gateway_address_));
  line(
      fmt::format("frames {} sent, {} answered   alerts {} opened, {} resolved, {} withdrawn   "
                  "{} verdicts changed",
                  p.loggers.sent, p.loggers.answered, p.events.opened, p.events.resolved,
                  p.events.withdrawn, p.events.verdicts_changed));
  line("");
  line("worst outlets by share of their limit");
  for (std::size_t i = 0; i < outlets_shown && i < p.overview.outlets.size(); ++i) {
    const OutletLine& outlet = p.overview.outlets[i];
    line(fmt::format("  {:<12} {} {:<20} {:<28} {}", mark(outlet.standing), percent(outlet.ratio),
                     outlet.outlet, registry_.factor_name_en(outlet.factor).substr(0, 28),
                     outlet.limit_id));
  }
  line("");
  line("clusters, newest closed windows");
  for (std::size_t i = 0; i < clusters_shown && i < p.overview.clusters.size(); ++i) {
    const ClusterLine& cluster = p.overview.clusters[i];
    line(fmt::format("  {:<15} {:<5} {:<26} {:>14} kg   complete {}  estimated {}", cluster.cluster,
                     cluster.span, registry_.factor_name_en(cluster.factor).substr(0, 26),
                     cluster.mass ? fixed_text(*cluster.mass, 9).substr(0, 14) : "-",
                     percent(cluster.completeness), percent(cluster.estimated_share)));
  }
  line("");
  line(fmt::format("broken rules of the three simultaneities {}", p.events.broken.size()));
  std::size_t shown = 0;
  for (const auto& [key, violation] : p.events.broken) {
    if (shown++ == broken_shown) break;
    line(broken_line(violation));
  }
  line("");
  line(fmt::format("open alerts {}", p.overview.episodes.size()));
  for (const std::string& event : recent_) line("  " + event);
  return text;
}

void DemoScreen::show(const Picture& picture) {
  if (terminal_) {
    std::fputs(("\x1b[H" + render(picture) + "\x1b[J").c_str(), stdout);
    std::fflush(stdout);
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  if (now - last_plain_ < std::chrono::seconds(5)) return;
  last_plain_ = now;
  std::string worst = "no verdict yet";
  if (!picture.overview.outlets.empty()) {
    const OutletLine& outlet = picture.overview.outlets.front();
    worst = fmt::format("worst {} {} {}", outlet.outlet, outlet.factor, percent(outlet.ratio));
  }
  std::puts(cut(fmt::format("{} {}, {:.0f} records/s, {} open alerts, {}",
                            local(picture.simulated_ms), picture.live ? "live" : "catching up",
                            picture.records_per_second, picture.overview.episodes.size(), worst))
                .c_str());
  std::fflush(stdout);
}

void DemoScreen::finish() {
  if (terminal_) std::fputs("\n", stdout);
}

}  // namespace parkwatch
