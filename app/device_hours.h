#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/device_hour.h"
#include "storage/store.h"

namespace parkwatch {

/// The device hours that a worker holds, over the store. Threads: used by one worker.
class DeviceHourCache {
 public:
  explicit DeviceHourCache(Store& store) : store_(store) {}

  /// The content, loaded when it is not held; nullptr when the store has none.
  /// Throws std::runtime_error when the stored bytes are damaged.
  const DeviceHour* find(std::string_view mn, EventTime hour);
  /// Offers a copy to the hour its data time lies in.
  Copy offer(std::string_view mn, std::string_view factor, Kind kind, KeptValue value,
             bool& changed);

  /// Appends the rows that changed since `settle`.
  void add_changes(std::vector<Change>& changes) const;
  void settle();
  void clear();
  /// Forgets hours beyond `hours_max`, oldest first, none that carries changes.
  void trim(std::size_t hours_max);

 private:
  struct Slot {
    DeviceHour content;
    bool stored = false;   // there is a row
    bool present = false;  // there is content
    bool changed = false;
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  using Hours = std::map<EventTime, Slot>;
  Slot& slot(std::string_view mn, EventTime hour);

  Store& store_;
  std::unordered_map<std::string, Hours, TextHash, std::equal_to<>> devices_;
  std::size_t held_ = 0;
};

}  // namespace parkwatch
