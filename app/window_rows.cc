#include "app/window_rows.h"

namespace parkwatch {

void scan_windows(Store& store, TableId id, const ParkPeriod& period, const std::string& span,
                  const std::function<void(const NamedRow&)>& use) {
  const Key low{period.park, span, cell(period.start)};
  const Key high{period.park, span, cell(period.end)};
  store.scan(id, low, high, 0, [&](const Row& row) { use(NamedRow(id, row)); });
}

std::optional<EventTime> stored_park_time(Store& store, const std::string& park) {
  std::optional<EventTime> time;
  const Key key{park};
  store.read(TableId::Park, std::span(&key, 1), [&](const Row& row) { time = park_time_of(row); });
  return time;
}

}  // namespace parkwatch
