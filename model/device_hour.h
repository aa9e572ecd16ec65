#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/kept_value.h"
#include "model/result.h"

namespace parkwatch {

/// What a copy of a value was when it came in.
enum class Copy : std::uint8_t { Accepted, Duplicate, Corrected };

/// Everything one device said of one hour (by data time), registered or not: the state that every
/// minute can be recomputed from. A function of the set of copies, whatever their order. The values
/// are held as the bytes they are stored in: hours are many, and few of them are in use at a time.
class DeviceHour {
 public:
  DeviceHour() = default;
  /// `memory` keeps the content, and outlives it.
  explicit DeviceHour(std::pmr::memory_resource* memory) : held_(memory) {}

  /// The values of one factor and kind.
  struct Series {
    std::string_view factor;
    Kind kind = Kind::Realtime;
    KeptValues values;  // ascending by time, one per time
  };

  /// Of all copies the greatest by (received, attributes) is kept. Every value offered lies in the
  /// same hour. `changed` tells whether the content moved at all (a duplicate may raise the
  /// received time).
  Copy offer(std::string_view factor, Kind kind, const KeptValue& value, bool& changed);

  /// The values of one factor and kind; empty when there are none.
  KeptValues values(std::string_view factor, Kind kind) const;
  /// All of them, by factor and kind.
  std::vector<Series> series() const;
  /// How many values there are of all factors and kinds.
  std::size_t size() const;

  /// Packed bytes; equal contents give equal bytes.
  std::string pack(EventTime hour) const;
  static Result<DeviceHour, std::string> unpack(
      EventTime hour, std::string_view bytes,
      std::pmr::memory_resource* memory = std::pmr::get_default_resource());

  friend bool operator==(const DeviceHour&, const DeviceHour&) = default;

 private:
  /// A series as it is held: the factor's code, and behind it the values.
  struct Held {
    using allocator_type = std::pmr::polymorphic_allocator<>;
    explicit Held(const allocator_type& memory) : bytes(memory) {}
    Held(const Held& other, const allocator_type& memory) : Held(memory) { *this = other; }
    Held(Held&& other, const allocator_type& memory) : Held(memory) { *this = std::move(other); }

    std::pmr::string bytes;
    std::uint32_t factor_size = 0;
    std::uint32_t count = 0;
    std::int32_t last = 0;  // milliseconds from the hour to the last value's time
    Kind kind = Kind::Realtime;

    std::string_view factor() const { return std::string_view(bytes).substr(0, factor_size); }
    std::string_view values() const { return std::string_view(bytes).substr(factor_size); }
    friend bool operator==(const Held&, const Held&) = default;
  };
  /// Where a series is, or would be.
  std::size_t index(std::string_view factor, Kind kind) const;
  bool has(std::size_t index, std::string_view factor, Kind kind) const;
  Held& hold(std::string_view factor, Kind kind);
  Copy offer_again(Held& held, const KeptValue& value, bool& changed);

  EventTime hour_;
  std::pmr::vector<Held> held_;  // by factor and kind
};

}  // namespace parkwatch
