#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/reading.h"
#include "model/time.h"

namespace parkwatch {

/// Writes the attributes of one value in their canonical form: "Avg=35.0,Cou=126.0,Flag=N", sorted
/// by name. The text decides between copies, so it keeps the digits as sent. What `text` held goes;
/// its room is used again.
void write_canonical_attributes(std::span<const ReadingItem> items, std::string& text);

/// The text of one attribute in a canonical form; nothing when it is absent.
std::optional<std::string_view> find_attribute(std::string_view attributes, std::string_view name);

/// One kept value: what a device says of one factor at one data time in one kind of report. The
/// last three say what is known of all its copies, kept or not. `attributes` is a view of the
/// packed values it was read from, or of what it is offered from.
struct KeptValue {
  EventTime time;
  ReceivedTime received;
  Scheme scheme = Scheme::Json;
  std::string_view attributes;
  bool resent = false;                            // a copy was marked as sent again
  bool contradicted = false;                      // copies had different attributes
  std::optional<ReceivedTime> received_before{};  // of the first copy, where that is earlier

  ReceivedTime first_received() const { return received_before.value_or(received); }
  friend bool operator==(const KeptValue&, const KeptValue&) = default;
};

/// Appends a value as bytes; its times are kept as distances from the hour it lies in.
void append_kept_value(std::pmr::string& bytes, EventTime hour, const KeptValue& value);

/// Takes one value off the front of packed bytes; false when they are damaged. Inverse of
/// `append_kept_value`.
bool take_kept_value(std::string_view& bytes, EventTime hour, KeptValue& value);

/// Packed values of one factor and kind, read as one goes through them. A view: it lives no longer
/// than the device hour it came from is left unchanged.
class KeptValues {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = KeptValue;
    using difference_type = std::ptrdiff_t;
    using pointer = const KeptValue*;
    using reference = const KeptValue&;

    Iterator() = default;
    Iterator(std::string_view bytes, EventTime hour) : here_(bytes), behind_(bytes), hour_(hour) {
      read();
    }
    reference operator*() const { return value_; }
    pointer operator->() const { return &value_; }
    Iterator& operator++() {
      here_ = behind_;
      read();
      return *this;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) {
      return a.here_.size() == b.here_.size();
    }
    /// Bytes from this value on, and behind it.
    std::size_t bytes_left() const { return here_.size(); }
    std::size_t bytes_behind() const { return behind_.size(); }

   private:
    void read();

    std::string_view here_, behind_;
    EventTime hour_;
    KeptValue value_;
  };

  KeptValues() = default;
  KeptValues(std::string_view bytes, EventTime hour, std::size_t size)
      : bytes_(bytes), hour_(hour), size_(size) {}
  Iterator begin() const { return {bytes_, hour_}; }
  Iterator end() const { return {}; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  std::string_view bytes_;
  EventTime hour_;
  std::size_t size_ = 0;
};

}  // namespace parkwatch
