#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace parkwatch {

/// Finds rows by a text that stays with them: `key_of(row)` says it again. Made for hundreds of
/// thousands of rows, of which a map would keep every key once more.
class KeyIndex {
 public:
  static constexpr std::uint32_t none = 0xFFFFFFFF;

  /// For row numbers below `rows`.
  explicit KeyIndex(std::size_t rows = 0)
      : slots_(std::bit_ceil(2 * rows + 1)), next_(rows, std::uint32_t{none}) {}

  /// Each row once; the rows of one key are found in the order they were added. Returns the first
  /// of the key: the row itself for a new one.
  template <class KeyOf>
  std::uint32_t add(std::uint32_t row, const KeyOf& key_of) {
    const auto& key = key_of(row);
    const std::uint32_t hash = hash_of(key);
    Slot& slot = slots_[position(key, hash, key_of)];
    if (slot.first == none) {
      slot = {row, row, hash};
    } else {
      next_[slot.last] = row;
      slot.last = row;
    }
    return slot.first;
  }

  /// The key's first row, or none.
  template <class KeyOf>
  std::uint32_t first(std::string_view key, const KeyOf& key_of) const {
    return slots_[position(key, hash_of(key), key_of)].first;
  }
  /// The row of the same key that was added after it, or none.
  std::uint32_t next(std::uint32_t row) const { return next_[row]; }

 private:
  struct Slot {
    std::uint32_t first = none, last = none;
    std::uint32_t hash = 0;
  };

  static std::uint32_t hash_of(std::string_view key) {
    return static_cast<std::uint32_t>(std::hash<std::string_view>()(key));
  }

  /// Where the key is, or would be. At least half of the slots are free.
  template <class KeyOf>
  std::size_t position(std::string_view key, std::uint32_t hash, const KeyOf& key_of) const {
    std::size_t at = hash & (slots_.size() - 1);
    while (slots_[at].first != none &&
           (slots_[at].hash != hash || std::string_view(key_of(slots_[at].first)) != key)) {
      at = (at + 1) & (slots_.size() - 1);
    }
    return at;
  }

  std::vector<Slot> slots_;
  std::vector<std::uint32_t> next_;
};

/// Rows of a registry file by the id in one of their members. They must outlive it.
template <class Row>
class RowsById {
 public:
  RowsById(const std::vector<Row>& rows, std::string Row::*id)
      : rows_(rows), id_(id), index_(rows.size()) {
    for (std::uint32_t i = 0; i < rows.size(); ++i) index_.add(i, key());
  }

  /// nullptr when no row has the id.
  const Row* first(std::string_view id) const {
    const std::uint32_t row = index_.first(id, key());
    return row == KeyIndex::none ? nullptr : &rows_[row];
  }
  /// In the order of the file.
  template <class Visit>
  void each(std::string_view id, const Visit& visit) const {
    for (std::uint32_t i = index_.first(id, key()); i != KeyIndex::none; i = index_.next(i)) {
      visit(rows_[i]);
    }
  }

 private:
  auto key() const {
    return [this](std::uint32_t i) -> const std::string& { return rows_[i].*id_; };
  }

  const std::vector<Row>& rows_;
  std::string Row::*id_;
  KeyIndex index_;
};

}  // namespace parkwatch
