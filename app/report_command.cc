#include "app/report_command.h"

#include <algorithm>
#include <fstream>
#include <ostream>

#include "app/activation.h"
#include "app/compliance_report.h"
#include "app/transmission_report.h"
#include "model/result.h"

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

/// What a report is about, or why that is nothing.
using Period = Result<ParkPeriod, std::string>;

Unexpected<std::string> misread(const std::string& flag, const std::string& text,
                                const std::string& form) {
  return Unexpected(flag + " " + text + " is no " + form);
}

Period month_of(const ReportOptions& options, const Zone& zone) {
  const std::optional<ParkPeriod> month = park_month(options.park, options.month, zone);
  if (!month) return misread("--month", options.month, "month; write it as 2026-11");
  return *month;
}

Period days_of(const ReportOptions& options, const Zone& zone) {
  const std::optional<EventTime> from = local_day(options.from, zone);
  const std::optional<EventTime> to = local_day(options.to, zone);
  if (!from) return misread("--from", options.from, "day; write it as 2026-11-03");
  if (!to) return misread("--to", options.to, "day; write it as 2026-11-04");
  if (*to <= *from) return Unexpected(std::string("--to must lie after --from; it is left out"));
  const std::string last = local_day_text(*to - std::chrono::hours(1), zone);
  const std::string name = last == options.from ? last : options.from + " – " + last;
  return ParkPeriod{options.park, *from, *to, name};
}

ExitCode write_text(const std::string& text, const ReportOptions& options, std::ostream& out,
                    std::ostream& err) {
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

using PeriodOf = Period (*)(const ReportOptions&, const Zone&);
using ReportOf = Report (*)(Store&, const ActiveSet&, const ParkPeriod&, bool chinese);

ExitCode run(const ReportOptions& options, PeriodOf period_of, ReportOf report_of,
             std::ostream& out, std::ostream& err) {
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
  const Period period = period_of(options, set.zones.at(park->zone));
  if (!period) return usage(err, period.error());
  const Report report = report_of(*store, set, period.value(), options.language == "zh");
  return write_text(printed(report, options.format), options, out, err);
}

}  // namespace

ExitCode run_report(const ReportOptions& options, std::ostream& out, std::ostream& err) {
  return run(options, month_of, compliance_report, out, err);
}

ExitCode run_transmission_report(const ReportOptions& options, std::ostream& out,
                                 std::ostream& err) {
  return run(options, days_of, transmission_report, out, err);
}

}  // namespace parkwatch
