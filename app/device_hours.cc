#include "app/device_hours.h"

#include <algorithm>
#include <stdexcept>

#include "model/check.h"

namespace parkwatch {

DeviceHourCache::Place& DeviceHourCache::recent(EventTime hour) {
  const auto count = static_cast<std::size_t>(hour.milliseconds() / 3'600'000);
  return recent_[count % recent_.size()];
}

DeviceHourCache::Place DeviceHourCache::place(std::string_view mn, EventTime hour) {
  Place& known = recent(hour);
  if (known.hour != nullptr && known.hour->first == hour && known.device->first == mn) {
    return known;
  }
  Devices::value_type& device = device_of(mn);
  const auto found = device.second.find(hour);
  if (found != device.second.end()) return known = {&device, &*found};
  const Wanted wanted[] = {{mn, hour}};
  preload(wanted);
  return known = {&device, &*device.second.find(hour)};
}

DeviceHourCache::Devices::value_type& DeviceHourCache::device_of(std::string_view mn) {
  const auto found = devices_.find(mn);
  return found != devices_.end() ? *found : *devices_.try_emplace(std::pmr::string(mn)).first;
}

/// Holds what the store has of an hour; nothing: an hour without content.
void DeviceHourCache::hold(Devices::value_type& device, EventTime hour,
                           std::optional<std::string_view> bytes) {
  Slot slot(memory_.get());
  if (bytes) {
    Result<DeviceHour, std::string> content = DeviceHour::unpack(hour, *bytes, memory_.get());
    if (!content) {
      throw std::runtime_error("device hour of " + std::string(device.first) + " at " +
                               utc_text(hour) + ": " + content.error());
    }
    slot.content = *std::move(content);
    slot.present = true;
  }
  weigh(slot);
  held_.push_back({&device, &*device.second.emplace(hour, std::move(slot)).first});
}

void DeviceHourCache::preload(std::span<const Wanted> wanted) {
  std::vector<Key> missing;
  for (const auto& [mn, hour] : wanted) {
    const auto found = devices_.find(mn);
    if (found != devices_.end() && found->second.contains(hour)) continue;
    missing.push_back({std::string(mn), hour.milliseconds()});
  }
  if (missing.empty()) return;
  store_.read(TableId::DeviceHour, missing, [&](const Row& row) {
    Devices::value_type& device = device_of(std::get<std::string>(row[0]));
    const EventTime hour(std::get<std::int64_t>(row[1]));
    if (!device.second.contains(hour)) hold(device, hour, std::get<std::string>(row[2]));
  });
  for (const Key& key : missing) {
    Devices::value_type& device = device_of(std::get<std::string>(key[0]));
    const EventTime hour(std::get<std::int64_t>(key[1]));
    if (!device.second.contains(hour)) hold(device, hour, std::nullopt);
  }
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
                            const KeptValue& value, bool& changed) {
  const Place at = place(mn, floor_to(value.time, std::chrono::hours(1)));
  Slot& slot = at.hour->second;
  const Copy copy = slot.content.offer(factor, kind, value, changed);
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
                       {std::string(device->first), hour.milliseconds(), slot.content.pack(hour)},
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
  recent_ = {};
  devices_.clear();
  changed_.clear();
  held_.clear();
  size_ = 0;
}

void DeviceHourCache::trim(std::size_t values_max) {
  check(changed_.empty());
  recent_ = {};
  for (; size_ > values_max; held_.pop_front()) {
    const auto& [device, at] = held_.front();
    size_ -= at->second.size;
    device->second.erase(at->first);
    if (device->second.empty()) devices_.erase(device->first);
  }
}

}  // namespace parkwatch
