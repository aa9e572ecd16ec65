#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/reading.h"
#include "model/result.h"
#include "model/time.h"

namespace parkwatch {

/// The attributes of one value in their canonical form: "Avg=35.0,Cou=126.0,Flag=N", sorted by
/// name. The text decides between copies, so it keeps the digits as sent.
std::string canonical_attributes(std::span<const ReadingItem> items);

/// The text of one attribute in a canonical form; nothing when it is absent.
std::optional<std::string_view> find_attribute(std::string_view attributes, std::string_view name);

/// One kept value: what a device says of one factor at one data time in one kind of report. The
/// last three say what is known of all its copies, kept or not.
struct KeptValue {
  EventTime time;
  ReceivedTime received;
  Scheme scheme = Scheme::Json;
  std::string attributes;
  bool resent = false;                            // a copy was marked as sent again
  bool contradicted = false;                      // copies had different attributes
  std::optional<ReceivedTime> received_before{};  // of the first copy, where that is earlier

  ReceivedTime first_received() const { return received_before.value_or(received); }
  friend bool operator==(const KeptValue&, const KeptValue&) = default;
};

/// What a copy of a value was when it came in.
enum class Copy : std::uint8_t { Accepted, Duplicate, Corrected };

/// Everything one device said of one hour (by data time), registered or not: the state that every
/// minute can be recomputed from. A function of the set of copies, whatever their order.
class DeviceHour {
 public:
  struct SeriesKey {
    std::string factor;
    Kind kind = Kind::Realtime;
    friend auto operator<=>(const SeriesKey&, const SeriesKey&) = default;
  };
  using Series = std::vector<KeptValue>;  // ascending by time, one per time

  /// Of all copies the greatest by (received, attributes) is kept.
  /// `changed` tells whether the content moved at all (a duplicate may raise the received time).
  Copy offer(std::string_view factor, Kind kind, KeptValue value, bool& changed);

  /// The values of one factor and kind; empty when there are none.
  std::span<const KeptValue> values(std::string_view factor, Kind kind) const;
  const std::map<SeriesKey, Series>& series() const { return series_; }
  /// How many values there are of all factors and kinds.
  std::size_t size() const;

  /// Packed bytes; equal contents give equal bytes.
  std::string pack(EventTime hour) const;
  static Result<DeviceHour, std::string> unpack(EventTime hour, std::string_view bytes);

  friend bool operator==(const DeviceHour&, const DeviceHour&) = default;

 private:
  std::map<SeriesKey, Series> series_;
};

}  // namespace parkwatch
