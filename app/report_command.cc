#include "app/report_command.h"

#include <algorithm>
#include <fstream>
#include <ostream>

#include "app/activation.h"
#include "app/compliance_report.h"

namespace parkwatch {

namespace {

std::string printed(const Report& report, const std::string& format) {
  if (format == "csv") return report_csv(report);
  return format == "html" ? report_html(report) : report_markdown(report);
}

ExitCode usage(std::ostream& err, const std::string& message) {
  err << "parkwatch report: " << message << '\n';
  return ExitCode::Usage;
}

}  // namespace

ExitCode run_report(const ReportOptions& options, std::ostream& out, std::ostream& err) {
  const std::unique_ptr<Store> store = open_store_snapshot(options.store_url);
  const std::string active = store->active_set();
  if (active.empty()) throw StoreRefused("the store has no active registry yet, so no park");
  const ActiveSet set = stored_set(*store, active);
  const auto park = std::find_if(set.registry.parks.begin(), set.registry.parks.end(),
                                 [&](const Park& each) { return each.id == options.park; });
  if (park == set.registry.parks.end()) {
    std::string known;
    for (const Park& each : set.registry.parks) known += (known.empty() ? "" : ", ") + each.id;
    return usage(err, "there is no park '" + options.park + "'; known are: " + known);
  }
  const std::optional<ParkMonth> month =
      park_month(park->id, options.month, set.zones.at(park->zone));
  if (!month) return usage(err, "--month " + options.month + " is no month; write it as 2026-11");
  const Report report = compliance_report(*store, set, *month, options.language == "zh");
  const std::string text = printed(report, options.format);
  if (options.output == "-") {
    out << text;
    return ExitCode::Ok;
  }
  std::ofstream file(options.output, std::ios::binary);
  file << text << std::flush;
  if (file) return ExitCode::Ok;
  err << "parkwatch report: could not write " << options.output << '\n';
  return ExitCode::Runtime;
}

}  // namespace parkwatch
