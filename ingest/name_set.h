#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace parkwatch {

/// A set of names that numbers them in the order added. Clearing costs nothing and keeps the
/// memory, so one set serves any number of records. The names are views of the caller's.
class NameSet {
 public:
  struct Added {
    std::size_t number;
    bool fresh;  // false: the name was there before
  };

  void clear() {
    names_.clear();
    ++generation_;
    if (generation_ == 0) {
      slots_.clear();
      generation_ = 1;
    }
  }
  Added add(std::string_view name) {
    if (2 * (names_.size() + 1) > slots_.size()) grow();
    Slot& slot = find(name);
    if (slot.generation == generation_) return {slot.number, false};
    slot = {generation_, static_cast<std::uint32_t>(names_.size())};
    names_.push_back(name);
    return {names_.size() - 1, true};
  }
  std::size_t size() const { return names_.size(); }

 private:
  struct Slot {
    std::uint32_t generation = 0;
    std::uint32_t number = 0;
  };

  Slot& find(std::string_view name) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = std::hash<std::string_view>()(name) & mask;
    while (slots_[at].generation == generation_ && names_[slots_[at].number] != name) {
      at = (at + 1) & mask;
    }
    return slots_[at];
  }
  void grow() {
    slots_.assign(slots_.empty() ? 64 : 2 * slots_.size(), {});
    generation_ = 1;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      find(names_[i]) = {generation_, static_cast<std::uint32_t>(i)};
    }
  }

  std::vector<std::string_view> names_;
  std::vector<Slot> slots_;  // a power of two
  std::uint32_t generation_ = 1;
};

}  // namespace parkwatch
