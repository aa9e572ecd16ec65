#include "model/device_hour.h"

#include <algorithm>

namespace parkwatch {

namespace {

constexpr char format_version = 1;

// Beside the scheme in one byte, so that the common value, which came once, takes no more room.
constexpr std::uint8_t resent_bit = 0x10;
constexpr std::uint8_t contradicted_bit = 0x20;
constexpr std::uint8_t received_before_bit = 0x40;
constexpr std::uint8_t scheme_mask = 0x0F;

void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

void put_signed(std::string& out, std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  put_varint(out, (bits << 1) ^ static_cast<std::uint64_t>(value >> 63));
}

void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out.append(text);
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  bool failed() const { return failed_; }
  bool done() const { return rest_.empty(); }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) break;
      const auto byte = static_cast<std::uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if ((byte & 0x80) == 0) return value;
    }
    failed_ = true;
    return 0;
  }
  std::int64_t signed_varint() {
    const std::uint64_t bits = varint();
    return static_cast<std::int64_t>((bits >> 1) ^ (0 - (bits & 1)));
  }
  std::string_view text() {
    const std::uint64_t size = varint();
    if (failed_ || size > rest_.size()) {
      failed_ = true;
      return {};
    }
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return text;
  }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace

std::string canonical_attributes(std::span<const ReadingItem> items) {
  std::vector<const ReadingItem*> sorted;
  sorted.reserve(items.size());
  for (const ReadingItem& item : items) sorted.push_back(&item);
  std::stable_sort(sorted.begin(), sorted.end(), [](const ReadingItem* a, const ReadingItem* b) {
    return a->attribute < b->attribute;
  });
  std::string text;
  for (const ReadingItem* item : sorted) {
    if (!text.empty()) text.push_back(',');
    text.append(item->attribute).push_back('=');
    text.append(item->text);
  }
  return text;
}

std::optional<std::string_view> find_attribute(std::string_view attributes, std::string_view name) {
  while (!attributes.empty()) {
    const std::size_t comma = attributes.find(',');
    const std::string_view one = attributes.substr(0, comma);
    if (one.size() > name.size() && one[name.size()] == '=' && one.starts_with(name)) {
      return one.substr(name.size() + 1);
    }
    if (comma == std::string_view::npos) break;
    attributes.remove_prefix(comma + 1);
  }
  return std::nullopt;
}

Copy DeviceHour::offer(std::string_view factor, Kind kind, KeptValue value, bool& changed) {
  Series& series = series_[SeriesKey{std::string(factor), kind}];
  const auto at =
      std::lower_bound(series.begin(), series.end(), value.time,
                       [](const KeptValue& kept, EventTime time) { return kept.time < time; });
  if (at == series.end() || at->time != value.time) {
    series.insert(at, std::move(value));
    changed = true;
    return Copy::Accepted;
  }
  const bool same = at->attributes == value.attributes;
  const bool greater = value.received > at->received ||
                       (value.received == at->received && value.attributes > at->attributes);
  const ReceivedTime first = std::min(at->first_received(), value.first_received());
  KeptValue kept = greater ? value : *at;
  kept.resent = at->resent || value.resent;
  kept.contradicted = at->contradicted || value.contradicted || !same;
  kept.received_before.reset();
  if (first < kept.received) kept.received_before = first;
  changed = kept != *at;
  if (changed) *at = std::move(kept);
  return same ? Copy::Duplicate : Copy::Corrected;
}

std::span<const KeptValue> DeviceHour::values(std::string_view factor, Kind kind) const {
  const auto found = series_.find(SeriesKey{std::string(factor), kind});
  if (found == series_.end()) return {};
  return found->second;
}

std::size_t DeviceHour::size() const {
  std::size_t size = 0;
  for (const auto& [key, values] : series_) size += values.size();
  return size;
}

std::string DeviceHour::pack(EventTime hour) const {
  std::string out(1, format_version);
  put_varint(out, series_.size());
  for (const auto& [key, series] : series_) {
    put_text(out, key.factor);
    out.push_back(static_cast<char>(key.kind));
    put_varint(out, series.size());
    for (const KeptValue& value : series) {
      put_signed(out, value.time.milliseconds() - hour.milliseconds());
      put_signed(out, value.received.milliseconds() - hour.milliseconds());
      auto described = static_cast<std::uint8_t>(value.scheme);
      if (value.resent) described |= resent_bit;
      if (value.contradicted) described |= contradicted_bit;
      if (value.received_before) described |= received_before_bit;
      out.push_back(static_cast<char>(described));
      if (value.received_before) {
        put_varint(out, static_cast<std::uint64_t>(value.received.milliseconds() -
                                                   value.received_before->milliseconds()));
      }
      put_text(out, value.attributes);
    }
  }
  return out;
}

Result<DeviceHour, std::string> DeviceHour::unpack(EventTime hour, std::string_view bytes) {
  if (bytes.empty() || bytes.front() != format_version) {
    return Unexpected{std::string("unknown device hour format")};
  }
  Reader reader(bytes.substr(1));
  DeviceHour result;
  const std::uint64_t count = reader.varint();
  for (std::uint64_t i = 0; i < count && !reader.failed(); ++i) {
    SeriesKey key;
    key.factor = reader.text();
    key.kind = static_cast<Kind>(reader.varint());
    const std::uint64_t size = reader.varint();
    Series series;
    for (std::uint64_t j = 0; j < size && !reader.failed(); ++j) {
      KeptValue value;
      value.time = EventTime(hour.milliseconds() + reader.signed_varint());
      value.received = ReceivedTime(hour.milliseconds() + reader.signed_varint());
      const std::uint64_t described = reader.varint();
      value.scheme = static_cast<Scheme>(described & scheme_mask);
      value.resent = (described & resent_bit) != 0;
      value.contradicted = (described & contradicted_bit) != 0;
      if ((described & received_before_bit) != 0) {
        value.received_before = ReceivedTime(value.received.milliseconds() -
                                             static_cast<std::int64_t>(reader.varint()));
      }
      value.attributes = reader.text();
      series.push_back(std::move(value));
    }
    result.series_.emplace(std::move(key), std::move(series));
  }
  if (reader.failed() || !reader.done()) {
    return Unexpected{std::string("damaged device hour")};
  }
  return result;
}

}  // namespace parkwatch
