#include "app/working_set.h"

#include <absl/container/btree_set.h>
#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "model/check.h"
#include "storage/key_order.h"

namespace parkwatch {

namespace {

constexpr std::size_t key_cells_max = 8;
constexpr std::string_view park_column = "park";

/// A key, or the beginning of one, as ordered bytes. Reused: nothing is allocated for each look-up.
class KeyBytes {
 public:
  void encode(std::span<const Cell> cells) {
    check(cells.size() <= key_cells_max);
    bytes_.clear();
    cells_ = cells.size();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      append_ordered(bytes_, cells[i]);
      ends_[i + 1] = bytes_.size();
    }
  }
  std::size_t cells() const { return cells_; }
  std::string_view all() const { return bytes_; }
  std::string_view first(std::size_t cells) const { return all().substr(0, ends_[cells]); }

 private:
  std::string bytes_;
  std::array<std::size_t, key_cells_max + 1> ends_{};
  std::size_t cells_ = 0;
};

struct Slot {
  std::string key;             // ordered bytes
  std::optional<Row> current;  // nothing: no such row
  std::optional<Row> stored;   // what the store holds, once `changed`
  bool changed = false;
};

struct SlotOrder {
  using is_transparent = void;
  static std::string_view key_of(const std::unique_ptr<Slot>& slot) { return slot->key; }
  static std::string_view key_of(std::string_view key) { return key; }
  bool operator()(const auto& a, const auto& b) const { return key_of(a) < key_of(b); }
};

/// What is held of one table.
struct Cache {
  absl::btree_set<std::unique_ptr<Slot>, SlotOrder> slots;
  absl::flat_hash_map<std::string, std::size_t> loaded;   // cells of prefixes whose rows are here
  std::array<std::size_t, key_cells_max + 1> of_cells{};  // how many of them have so many cells

  bool covers(const KeyBytes& key) const {
    for (std::size_t cells = 0; cells <= key.cells(); ++cells) {
      if (of_cells[cells] == 0) continue;
      const std::string_view prefix = key.first(cells);
      if (loaded.contains(absl::string_view(prefix.data(), prefix.size()))) return true;
    }
    return false;
  }
  Slot* find(std::string_view key) const {
    const auto found = slots.find(key);
    return found == slots.end() ? nullptr : found->get();
  }
  void forget(std::string_view prefix) {
    const auto begin = slots.lower_bound(prefix);
    auto end = begin;
    while (end != slots.end() && (*end)->key.starts_with(prefix)) {
      check(!(*end)->changed);
      ++end;
    }
    slots.erase(begin, end);
    absl::erase_if(loaded, [&](const auto& held) {
      if (!held.first.starts_with(prefix)) return false;
      --of_cells[held.second];
      return true;
    });
  }
  Slot& add(std::string_view key, std::optional<Row> row) {
    auto slot = std::make_unique<Slot>();
    slot->key = key;
    slot->current = std::move(row);
    return **slots.insert(std::move(slot)).first;
  }
};

std::span<const Cell> key_cells(TableId id, const Row& row) {
  return std::span(row).first(table(id).key_columns);
}

}  // namespace

struct WorkingSet::State {
  explicit State(Store& given) : store(given) {}

  Cache& cache(TableId id) { return caches[static_cast<std::size_t>(id)]; }

  void load(TableId id, std::span<const Key> prefixes) {
    Cache& here = cache(id);
    std::vector<Key> missing;
    for (const Key& prefix : prefixes) {
      asked.encode(prefix);
      if (!here.covers(asked)) missing.push_back(prefix);
    }
    if (missing.empty()) return;
    store.read(id, missing, [&](const Row& row) {
      read.encode(key_cells(id, row));
      // A row that was loaded by a longer prefix may carry changes already: those stay.
      if (here.find(read.all()) == nullptr) here.add(read.all(), row);
    });
    for (const Key& prefix : missing) {
      asked.encode(prefix);
      if (here.loaded.emplace(asked.all(), asked.cells()).second) ++here.of_cells[asked.cells()];
    }
  }

  /// The slot with this whole key, loaded if need be; nullptr when there is no such row.
  Slot* find(TableId id, std::span<const Cell> key) {
    check(key.size() == table(id).key_columns);
    Cache& here = cache(id);
    asked.encode(key);
    Slot* slot = here.find(asked.all());
    if (slot != nullptr || here.covers(asked)) return slot;
    const Key prefix[] = {{key.begin(), key.end()}};
    load(id, prefix);
    return here.find(asked.all());
  }

  void change(TableId id, Slot& slot, std::optional<Row> row) {
    if (!slot.changed) {
      slot.stored = std::move(slot.current);
      slot.changed = true;
      touched.emplace_back(id, &slot);
    }
    slot.current = std::move(row);
  }

  Store& store;
  std::array<Cache, table_count> caches;
  std::vector<std::pair<TableId, Slot*>> touched;
  std::vector<Change> appended;
  KeyBytes asked;
  KeyBytes read;
};

WorkingSet::WorkingSet(Store& store) : state_(std::make_unique<State>(store)) {}
WorkingSet::~WorkingSet() = default;

void WorkingSet::preload(TableId id, std::span<const Key> prefixes) {
  state_->load(id, prefixes);
}

const Row* WorkingSet::find(TableId id, const Key& key) {
  const Slot* slot = state_->find(id, key);
  return slot == nullptr || !slot->current ? nullptr : &*slot->current;
}

std::vector<const Row*> WorkingSet::rows(TableId id, const Key& prefix) {
  const Key prefixes[] = {prefix};
  state_->load(id, prefixes);
  const auto& slots = state_->cache(id).slots;
  state_->asked.encode(prefix);
  const std::string_view begin = state_->asked.all();
  std::vector<const Row*> result;
  for (auto at = slots.lower_bound(begin); at != slots.end() && (*at)->key.starts_with(begin);
       ++at) {
    if ((*at)->current) result.push_back(&*(*at)->current);
  }
  return result;
}

void WorkingSet::put(TableId id, Row row) {
  check(row.size() == table(id).columns.size());
  // What the store holds must be known, to leave out what does not change.
  Slot* slot = state_->find(id, key_cells(id, row));
  if (slot == nullptr) slot = &state_->cache(id).add(state_->asked.all(), std::nullopt);
  state_->change(id, *slot, std::move(row));
}

void WorkingSet::erase(TableId id, const Key& key) {
  Slot* slot = state_->find(id, key);
  if (slot != nullptr && slot->current) state_->change(id, *slot, std::nullopt);
}

void WorkingSet::append(TableId id, Row row) {
  check(table(id).sequence && row.size() == table(id).columns.size());
  state_->appended.push_back({id, std::move(row), false});
}

std::vector<Change> WorkingSet::changes() const {
  auto touched = state_->touched;
  std::sort(touched.begin(), touched.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first, a.second->key) < std::tie(b.first, b.second->key);
  });
  std::vector<Change> changes;
  for (const auto& [id, slot] : touched) {
    if (slot->stored == slot->current) continue;
    if (slot->current) {
      changes.push_back({id, *slot->current, false});
    } else {
      changes.push_back({id, *slot->stored, true});
    }
  }
  changes.insert(changes.end(), state_->appended.begin(), state_->appended.end());
  return changes;
}

void WorkingSet::settle() {
  for (const auto& [id, slot] : state_->touched) {
    slot->stored.reset();
    slot->changed = false;
    if (slot->current) continue;
    auto& slots = state_->cache(id).slots;
    slots.erase(slots.find(std::string_view(slot->key)));
  }
  state_->touched.clear();
  state_->appended.clear();
}

void WorkingSet::forget(TableId id) {
  for (const auto& [changed, slot] : state_->touched) check(changed != id);
  state_->cache(id) = {};
}

void WorkingSet::forget_park(const std::string& park) {
  const Cell key[] = {park};
  state_->asked.encode(key);
  for (std::size_t i = 0; i < table_count; ++i) {
    const auto id = static_cast<TableId>(i);
    if (id == TableId::Park || table(id).columns[0].name != park_column) continue;
    state_->cache(id).forget(state_->asked.all());
  }
}

void WorkingSet::clear() {
  state_ = std::make_unique<State>(state_->store);
}

std::size_t WorkingSet::size() const {
  std::size_t size = 0;
  for (const Cache& held : state_->caches) size += held.slots.size() + held.loaded.size();
  return size;
}

}  // namespace parkwatch
