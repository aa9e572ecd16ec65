#include "model/device_hour.h"

#include <algorithm>
#include <chrono>
#include <tuple>

#include "model/check.h"
#include "model/packed_bytes.h"

namespace parkwatch {

namespace {

constexpr char format_version = 1;
constexpr std::int64_t hour_milliseconds = 3'600'000;

/// What is kept of two copies of one value.
KeptValue merged(const KeptValue& kept, const KeptValue& other) {
  const bool greater = other.received > kept.received ||
                       (other.received == kept.received && other.attributes > kept.attributes);
  const ReceivedTime first = std::min(kept.first_received(), other.first_received());
  KeptValue result = greater ? other : kept;
  result.resent = kept.resent || other.resent;
  result.contradicted =
      kept.contradicted || other.contradicted || kept.attributes != other.attributes;
  result.received_before.reset();
  if (first < result.received) result.received_before = first;
  return result;
}

}  // namespace

std::size_t DeviceHour::index(std::string_view factor, Kind kind) const {
  // A handful of short codes: going through them is faster than halving.
  std::size_t at = 0;
  while (at < held_.size() &&
         std::tuple(held_[at].factor(), held_[at].kind) < std::tuple(factor, kind)) {
    ++at;
  }
  return at;
}

bool DeviceHour::has(std::size_t index, std::string_view factor, Kind kind) const {
  return index < held_.size() && held_[index].kind == kind && held_[index].factor() == factor;
}

DeviceHour::Held& DeviceHour::hold(std::string_view factor, Kind kind) {
  const std::size_t at = index(factor, kind);
  if (has(at, factor, kind)) return held_[at];
  Held added(held_.get_allocator());
  added.bytes = factor;
  added.factor_size = static_cast<std::uint32_t>(factor.size());
  added.kind = kind;
  return *held_.insert(held_.begin() + static_cast<std::ptrdiff_t>(at), std::move(added));
}

Copy DeviceHour::offer(std::string_view factor, Kind kind, const KeptValue& value, bool& changed) {
  if (held_.empty()) hour_ = floor_to(value.time, std::chrono::hours(1));
  const std::int64_t distance = value.time.milliseconds() - hour_.milliseconds();
  check(distance >= 0 && distance < hour_milliseconds);
  Held& held = hold(factor, kind);
  if (held.count > 0 && distance <= held.last) return offer_again(held, value, changed);
  append_kept_value(held.bytes, hour_, value);
  ++held.count;
  held.last = static_cast<std::int32_t>(distance);
  changed = true;
  return Copy::Accepted;
}

/// A value that is not the newest of its series.
Copy DeviceHour::offer_again(Held& held, const KeptValue& value, bool& changed) {
  KeptValues::Iterator at(held.values(), hour_);
  while (at->time < value.time) ++at;
  const std::size_t begin = held.bytes.size() - at.bytes_left();
  std::pmr::string bytes;
  if (at->time != value.time) {
    append_kept_value(bytes, hour_, value);
    held.bytes.insert(begin, bytes);
    ++held.count;
    changed = true;
    return Copy::Accepted;
  }
  const Copy copy = at->attributes == value.attributes ? Copy::Duplicate : Copy::Corrected;
  const KeptValue kept = merged(*at, value);
  changed = kept != *at;
  if (!changed) return copy;
  append_kept_value(bytes, hour_, kept);
  held.bytes.replace(begin, at.bytes_left() - at.bytes_behind(), bytes);
  return copy;
}

KeptValues DeviceHour::values(std::string_view factor, Kind kind) const {
  const std::size_t at = index(factor, kind);
  if (!has(at, factor, kind)) return {};
  return {held_[at].values(), hour_, held_[at].count};
}

std::vector<DeviceHour::Series> DeviceHour::series() const {
  std::vector<Series> all;
  all.reserve(held_.size());
  for (const Held& held : held_) {
    all.push_back({held.factor(), held.kind, {held.values(), hour_, held.count}});
  }
  return all;
}

std::size_t DeviceHour::size() const {
  std::size_t size = 0;
  for (const Held& held : held_) size += held.count;
  return size;
}

std::string DeviceHour::pack(EventTime hour) const {
  check(held_.empty() || hour == hour_);
  std::string out(1, format_version);
  append_varint(out, held_.size());
  for (const Held& held : held_) {
    append_sized_text(out, held.factor());
    out.push_back(static_cast<char>(held.kind));
    append_varint(out, held.count);
    out.append(held.values());
  }
  return out;
}

Result<DeviceHour, std::string> DeviceHour::unpack(EventTime hour, std::string_view bytes,
                                                   std::pmr::memory_resource* memory) {
  if (bytes.empty() || bytes.front() != format_version) {
    return Unexpected{std::string("unknown device hour format")};
  }
  const Unexpected damaged{std::string("damaged device hour")};
  PackedReader reader(bytes.substr(1));
  DeviceHour result(memory);
  result.hour_ = hour;
  const std::uint64_t count = reader.varint();
  for (std::uint64_t i = 0; i < count && !reader.failed(); ++i) {
    Held& held = result.held_.emplace_back();
    held.bytes = reader.sized_text();
    held.factor_size = static_cast<std::uint32_t>(held.bytes.size());
    held.kind = static_cast<Kind>(reader.varint());
    const std::uint64_t size = reader.varint();
    const std::string_view values = reader.rest();
    std::string_view rest = values;
    KeptValue value;
    for (std::uint64_t j = 0; j < size; ++j) {
      if (!take_kept_value(rest, hour, value)) return damaged;
      const std::int64_t distance = value.time.milliseconds() - hour.milliseconds();
      const bool ascends = j == 0 ? distance >= 0 : distance > held.last;
      if (!ascends || distance >= hour_milliseconds) return damaged;
      held.last = static_cast<std::int32_t>(distance);
    }
    held.count = static_cast<std::uint32_t>(size);
    held.bytes.append(reader.text(values.size() - rest.size()));
    held.bytes.shrink_to_fit();
  }
  if (reader.failed() || !reader.done()) return damaged;
  return result;
}

}  // namespace parkwatch
