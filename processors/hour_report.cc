#include "processors/hour_report.h"

namespace parkwatch {

std::optional<HourReport> read_hour_report(const FactorPlan& factor, const Device& device,
                                           EventTime hour, const Parameters& parameters,
                                           const DeviceHours& hours) {
  const EventTime labelled = device.hour_label == Label::End ? hour + std::chrono::hours(1) : hour;
  const DeviceHour* content = hours(device.mn, labelled);
  if (content == nullptr) return std::nullopt;
  std::optional<KeptValue> latest;
  for (const KeptValue& value : content->values(factor.row.factor, Kind::Hour)) {
    if (monitored(value, device, factor)) latest = value;
  }
  if (!latest) return std::nullopt;
  const KeptValue& value = *latest;
  const Judged judged = judge(value, "Avg", factor, parameters);
  HourReport report;
  report.time = value.time;
  report.first_received = value.first_received();
  report.over_range = judged.state == Judged::State::OverRange;
  report.below_range = judged.below;
  report.zero_band = judged.zero_band;
  report.received_early =
      value.received < ReceivedTime((hour + std::chrono::hours(1)).milliseconds());
  if (judged.state != Judged::State::Valid) return report;
  report.average = judged.value;
  report.converted = stored_number(value, "ZsAvg", factor);
  if (const std::optional<std::string_view> cou = find_attribute(value.attributes, "Cou")) {
    report.total = Number::parse(*cou);
  }
  return report;
}

bool differ_beyond(Decimal a, Decimal b, std::int64_t percent) {
  const Wide difference = Wide{a.units()} - Wide{b.units()};
  const Wide magnitude = difference < 0 ? -difference : difference;
  const Wide base = b.units() < 0 ? -Wide{b.units()} : Wide{b.units()};
  return magnitude * 100 > base * percent;
}

}  // namespace parkwatch
