#include "app/minute_export.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/device_hours.h"
#include "app/rows.h"
#include "processors/minutes.h"

namespace parkwatch {

namespace {

constexpr Column columns[] = {{"park", ColumnType::Text},     {"span", ColumnType::Text},
                              {"start", ColumnType::Time},    {"outlet", ColumnType::Text},
                              {"factor", ColumnType::Text},   {"state", ColumnType::Text},
                              {"value", ColumnType::Decimal6}};
constexpr std::chrono::milliseconds hour_length = std::chrono::hours(1);
constexpr std::size_t values_held = 500'000;  // of device hours in memory at once

/// Every hour in which a device has kept values.
std::map<std::string, std::set<EventTime>> hours_of_devices(Store& store) {
  std::map<std::string, std::set<EventTime>> hours;
  store.scan(TableId::DeviceHour, {}, {}, 0,
             [&](const Row& row) { hours[text_of(row[0])].insert(EventTime(number_of(row[1]))); });
  return hours;
}

class MinutePrinter {
 public:
  MinutePrinter(Store& store, const Plan& plan, const ExportRequest& request, const TextSink& sink)
      : plan_(plan),
        request_(request),
        device_hours_(hours_of_devices(store)),
        cache_(store),
        printer_("minutes", columns, request, sink) {}

  void print_park(const std::string& park) {
    for (const EventTime hour : hours_of(park)) {
      if (request_.from_ms && (hour + hour_length).milliseconds() <= *request_.from_ms) continue;
      if (request_.to_ms && hour.milliseconds() >= *request_.to_ms) continue;
      print_hour(park, hour);
      cache_.trim(values_held);
    }
  }

 private:
  /// A report may be labelled by the end of its interval, or fill minutes of the hour after it.
  std::set<EventTime> hours_of(const std::string& park) const {
    std::set<EventTime> hours;
    for (const OutletPlan* outlet : plan_.outlets_of(park)) {
      for (const Device& device : outlet->devices) {
        const auto found = device_hours_.find(device.mn);
        if (found == device_hours_.end()) continue;
        for (const EventTime hour : found->second) {
          for (const int by : {-1, 0, 1}) hours.insert(hour + by * hour_length);
        }
      }
    }
    return hours;
  }

  void print_hour(const std::string& park, EventTime hour) {
    std::vector<Row> rows;
    const EventTime day_start = plan_.zone_of_park(park).day_start(hour);
    for (const OutletPlan* outlet : plan_.outlets_of(park)) {
      const Outlet* registered = outlet->row_at(hour);
      const std::string* of_park = plan_.park_of(*outlet, hour);
      if (registered == nullptr || of_park == nullptr || *of_park != park) continue;
      const Parameters& parameters = plan_.parameters(registered->rule_pack, hour);
      for (const FactorPlan& factor : outlet->factors) {
        const Device* device = plan_device(*outlet, factor, hour);
        if (device == nullptr) continue;
        const Minutes minutes =
            gather_minutes(factor, *device, hour, day_start, parameters, device_hours());
        for (std::size_t at = 0; at < minutes.minutes.size(); ++at) {
          add_row(rows, park, factor, hour + std::chrono::minutes(at), minutes.minutes[at]);
        }
      }
    }
    std::sort(rows.begin(), rows.end());
    for (const Row& row : rows) printer_.row(row);
  }

  static const Device* plan_device(const OutletPlan& outlet, const FactorPlan& factor,
                                   EventTime hour) {
    return factor.row.validity.covers(hour) ? outlet.device_at(factor, hour) : nullptr;
  }

  DeviceHours device_hours() {
    return [this](std::string_view mn, EventTime hour) { return cache_.find(mn, hour); };
  }

  void add_row(std::vector<Row>& rows, const std::string& park, const FactorPlan& factor,
               EventTime start, const Minutes::Minute& minute) const {
    if (minute.state == MinuteState::Missing) return;
    if (request_.from_ms && start.milliseconds() < *request_.from_ms) return;
    if (request_.to_ms && start.milliseconds() >= *request_.to_ms) return;
    const bool valid = minute.state == MinuteState::Valid;
    rows.push_back({park, "minute", cell(start), factor.outlet->id, factor.row.factor,
                    valid ? "valid" : "invalid", valid ? Cell(minute.value.units()) : Cell()});
  }

  const Plan& plan_;
  const ExportRequest& request_;
  const std::map<std::string, std::set<EventTime>> device_hours_;
  DeviceHourCache cache_;
  RowPrinter printer_;
};

}  // namespace

void export_minutes(Store& store, const Plan& plan, const ExportRequest& request,
                    const TextSink& sink) {
  MinutePrinter printer(store, plan, request, sink);
  std::vector<std::string> parks = plan.parks();
  std::sort(parks.begin(), parks.end());
  for (const std::string& park : parks) printer.print_park(park);
}

}  // namespace parkwatch
