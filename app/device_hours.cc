#include "app/device_hours.h"

#include <algorithm>
#include <stdexcept>

namespace parkwatch {

DeviceHourCache::Slot& DeviceHourCache::slot(std::string_view mn, EventTime hour) {
  auto device = devices_.find(mn);
  if (device == devices_.end()) device = devices_.emplace(std::string(mn), Hours{}).first;
  const auto found = device->second.find(hour);
  if (found != device->second.end()) return found->second;
  Slot slot;
  const Key key[] = {{std::string(mn), hour.milliseconds()}};
  store_.read(TableId::DeviceHour, key, [&](const Row& row) {
    Result<DeviceHour, std::string> content =
        DeviceHour::unpack(hour, std::get<std::string>(row[2]));
    if (!content) {
      throw std::runtime_error("device hour of " + std::string(mn) + " at " + utc_text(hour) +
                               ": " + content.error());
    }
    slot.content = *std::move(content);
    slot.stored = slot.present = true;
  });
  ++held_;
  return device->second.emplace(hour, std::move(slot)).first->second;
}

const DeviceHour* DeviceHourCache::find(std::string_view mn, EventTime hour) {
  const Slot& found = slot(mn, hour);
  return found.present ? &found.content : nullptr;
}

Copy DeviceHourCache::offer(std::string_view mn, std::string_view factor, Kind kind,
                            KeptValue value, bool& changed) {
  Slot& found = slot(mn, floor_to(value.time, std::chrono::hours(1)));
  const Copy copy = found.content.offer(factor, kind, std::move(value), changed);
  found.present = true;
  found.changed = found.changed || changed;
  return copy;
}

void DeviceHourCache::add_changes(std::vector<Change>& changes) const {
  for (const auto& [mn, hours] : devices_) {
    for (const auto& [hour, slot] : hours) {
      if (!slot.changed) continue;
      changes.push_back(
          {TableId::DeviceHour, {mn, hour.milliseconds(), slot.content.pack(hour)}, false});
    }
  }
}

void DeviceHourCache::settle() {
  for (auto& [mn, hours] : devices_) {
    for (auto& [hour, slot] : hours) {
      slot.stored = slot.stored || slot.changed;
      slot.changed = false;
    }
  }
}

void DeviceHourCache::clear() {
  devices_.clear();
  held_ = 0;
}

void DeviceHourCache::trim(std::size_t hours_max) {
  while (held_ > hours_max) {
    const std::size_t before = held_;
    for (auto& [mn, hours] : devices_) {
      if (held_ <= hours_max || hours.empty()) continue;
      if (hours.begin()->second.changed) continue;
      hours.erase(hours.begin());
      --held_;
    }
    if (held_ == before) return;
  }
}

}  // namespace parkwatch
