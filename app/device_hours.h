#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <map>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/memory.h"
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
  /// Loads at once what is not held.
  struct Wanted {
    std::string_view mn;
    EventTime hour;
  };
  void preload(std::span<const Wanted> wanted);
  /// Offers a copy to the hour its data time lies in.
  Copy offer(std::string_view mn, std::string_view factor, Kind kind, const KeptValue& value,
             bool& changed);

  /// Appends the rows that changed since `settle`.
  void add_changes(std::vector<Change>& changes) const;
  void settle();
  void clear();
  /// Forgets hours until they hold at most `values_max` values, those held longest first. None may
  /// carry changes.
  void trim(std::size_t values_max);
  /// Values held; an hour without any counts as one.
  std::size_t size() const { return size_; }

 private:
  struct Slot {
    explicit Slot(std::pmr::memory_resource* memory) : content(memory) {}

    DeviceHour content;
    bool present = false;  // there is content
    bool changed = false;
    std::size_t size = 0;  // what it counts in the cache's size
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  using Hours = std::pmr::map<EventTime, Slot>;
  using Devices = std::pmr::unordered_map<std::pmr::string, Hours, TextHash, std::equal_to<>>;
  /// A slot by the device that has it and its hour; both stay where they are while it is held.
  struct Place {
    Devices::value_type* device = nullptr;
    Hours::value_type* hour = nullptr;
  };
  Place place(std::string_view mn, EventTime hour);
  Place& recent(EventTime hour);
  Devices::value_type& device_of(std::string_view mn);
  void hold(Devices::value_type& device, EventTime hour, std::optional<std::string_view> bytes);
  void weigh(Slot& slot);

  Store& store_;
  HeldMemory memory_;
  Devices devices_{memory_.get()};
  std::vector<Place> changed_;  // so that a batch costs by what it changes, not by what is held
  std::pmr::deque<Place> held_{memory_.get()};  // as they were loaded
  /// What was asked for last, of hours that follow each other: the factors of a record, and the
  /// minutes of an hour, ask for the same again and again.
  std::array<Place, 4> recent_;
  std::size_t size_ = 0;
};

}  // namespace parkwatch
