#include "app/device_hours.h"

#include <algorithm>
#include <stdexcept>

#include "model/check.h"

namespace parkwatch {

DeviceHourCache::Place DeviceHourCache::place(std::string_view mn, EventTime hour) {
  auto device = devices_.find(mn);
  if (device == devices_.end()) device = devices_.emplace(std::string(mn), Hours{}).first;
  const auto found = device->second.find(hour);
  if (found != device->second.end()) return {&*device, &*found};
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
    slot.present = true;
  });
  weigh(slot);
  held_.push_back({&*device, &*device->second.emplace(hour, std::move(slot)).first});
  return held_.back();
}

void DeviceHourCache::weigh(Slot& slot) {
  size_ -= slot.size;
  slot.size = std::max<std::size_t>(slot.content.size(), 1);
  size_ += slot.size;
}

const DeviceHour* DeviceHourCache::find(std::string_view mn, EventTime hour) {
  const Slot& found = place(mn, hour).hour->second;
  return found.present ? &found.content : nullptr;
}

Copy DeviceHourCache::offer(std::string_view mn, std::string_view factor, Kind kind,
                            KeptValue value, bool& changed) {
  const Place at = place(mn, floor_to(value.time, std::chrono::hours(1)));
  Slot& slot = at.hour->second;
  const Copy copy = slot.content.offer(factor, kind, std::move(value), changed);
  slot.present = true;
  if (changed && !slot.changed) {
    slot.changed = true;
    changed_.push_back(at);
  }
  return copy;
}

void DeviceHourCache::add_changes(std::vector<Change>& changes) const {
  for (const auto& [device, at] : changed_) {
    const auto& [hour, slot] = *at;
    changes.push_back({TableId::DeviceHour,
                       {device->first, hour.milliseconds(), slot.content.pack(hour)},
                       false});
  }
}

void DeviceHourCache::settle() {
  for (const Place& at : changed_) {
    at.hour->second.changed = false;
    weigh(at.hour->second);
  }
  changed_.clear();
}

void DeviceHourCache::clear() {
  devices_.clear();
  changed_.clear();
  held_.clear();
  size_ = 0;
}

void DeviceHourCache::trim(std::size_t values_max) {
  check(changed_.empty());
  for (; size_ > values_max; held_.pop_front()) {
    const auto& [device, at] = held_.front();
    size_ -= at->second.size;
    device->second.erase(at->first);
    if (device->second.empty()) devices_.erase(device->first);
  }
}

}  // namespace parkwatch
