#include "app/working_set.h"

#include <absl/container/btree_set.h>
#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "app/memory.h"
#include "app/packed_row.h"
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

/// A row as a batch uses it.
struct Awake {
  std::optional<Row> current;  // nothing: no such row
  std::optional<Row> stored;   // what the store holds, once `changed`
  bool changed = false;
  bool unread = false;  // what the store holds was not asked for
};

/// Most rows held are not used by a batch: they wait as few bytes, all in one piece.
struct Slot {
  explicit Slot(std::pmr::memory_resource* memory) : bytes(memory) {}

  std::pmr::string bytes;  // the key, ordered, and behind it the other cells, packed
  std::uint32_t key_size = 0;
  std::unique_ptr<Awake> awake;  // the other cells are not kept up to date while it is there

  std::string_view key() const { return std::string_view(bytes).substr(0, key_size); }
  std::string_view rest() const { return std::string_view(bytes).substr(key_size); }
  bool changed() const { return awake != nullptr && awake->changed; }
};

struct SlotDeleter {
  void operator()(Slot* slot) const {
    std::pmr::polymorphic_allocator<>(slot->bytes.get_allocator()).delete_object(slot);
  }
};
using SlotPointer = std::unique_ptr<Slot, SlotDeleter>;

struct SlotOrder {
  using is_transparent = void;
  static std::string_view key_of(const SlotPointer& slot) { return slot->key(); }
  static std::string_view key_of(std::string_view key) { return key; }
  bool operator()(const auto& a, const auto& b) const { return key_of(a) < key_of(b); }
};

/// Beginnings of keys, each with its number of cells.
struct PrefixHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view prefix) const {
    return std::hash<std::string_view>()(prefix);
  }
};
using Prefixes = absl::flat_hash_map<std::pmr::string, std::size_t, PrefixHash, std::equal_to<>>;

/// What is held of one table. The containers keep their nodes in the usual memory: Abseil's poison
/// their free room for AddressSanitizer, and a pool would hand it out like that.
struct Cache {
  explicit Cache(std::pmr::memory_resource* held) : memory(held) {}

  std::pmr::memory_resource* memory;
  absl::btree_set<SlotPointer, SlotOrder> slots;
  std::vector<Slot*> awake;
  Prefixes loaded;                                        // cells of prefixes whose rows are here
  std::array<std::size_t, key_cells_max + 1> of_cells{};  // how many of them have so many cells

  bool covers(const KeyBytes& key) const {
    for (std::size_t cells = 0; cells <= key.cells(); ++cells) {
      if (of_cells[cells] == 0) continue;
      const std::string_view prefix = key.first(cells);
      if (loaded.contains(prefix)) return true;
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
    while (end != slots.end() && (*end)->key().starts_with(prefix)) {
      check(!(*end)->changed());
      ++end;
    }
    std::erase_if(awake, [&](const Slot* slot) { return slot->key().starts_with(prefix); });
    slots.erase(begin, end);
    absl::erase_if(loaded, [&](const auto& held) {
      if (!held.first.starts_with(prefix)) return false;
      --of_cells[held.second];
      return true;
    });
  }
  void clear() {
    slots.clear();
    awake.clear();
    loaded.clear();
    of_cells = {};
  }
  Slot& add(std::string_view key) {
    SlotPointer slot(std::pmr::polymorphic_allocator<>(memory).new_object<Slot>(memory));
    slot->bytes = key;
    slot->key_size = static_cast<std::uint32_t>(key.size());
    return **slots.insert(std::move(slot)).first;
  }
  Awake& wake(Slot& slot, std::optional<Row> current) {
    slot.awake = std::make_unique<Awake>();
    slot.awake->current = std::move(current);
    awake.push_back(&slot);
    return *slot.awake;
  }
};

std::span<const Cell> key_cells(TableId id, const Row& row) {
  return std::span(row).first(table(id).key_columns);
}

std::span<const Cell> other_cells(TableId id, const Row& row) {
  return std::span(row).subspan(table(id).key_columns);
}

}  // namespace

struct WorkingSet::State {
  explicit State(Store& given) : store(given) {
    for (std::size_t i = 0; i < table_count; ++i) caches.emplace_back(memory.get());
  }

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
      if (const Slot* slot = here.find(read.all())) {
        if (slot->awake != nullptr && std::exchange(slot->awake->unread, false)) {
          slot->awake->stored = row;
        }
        return;
      }
      rest(here.add(read.all()), id, row);
    });
    for (const Key& prefix : missing) {
      asked.encode(prefix);
      if (here.loaded.emplace(std::pmr::string(asked.all(), memory.get()), asked.cells()).second)
        ++here.of_cells[asked.cells()];
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

  /// The slot waits with the cells of this row.
  void rest(Slot& slot, TableId id, const Row& row) {
    packing.assign(slot.key());
    packer.append(packing, other_cells(id, row));
    slot.bytes.assign(packing);
    slot.bytes.shrink_to_fit();
  }

  Row whole_row(TableId id, const Slot& slot) const {
    Row row;
    row.reserve(table(id).columns.size());
    std::string_view key = slot.key();
    while (!key.empty()) row.push_back(take_ordered(key));
    packer.take(row, slot.rest());
    return row;
  }

  Awake& wake(TableId id, Slot& slot) {
    return slot.awake != nullptr ? *slot.awake : cache(id).wake(slot, whole_row(id, slot));
  }

  void change(Awake& row, std::optional<Row> current) {
    if (!row.changed) {
      row.stored = std::move(row.current);
      row.changed = true;
    }
    row.current = std::move(current);
  }

  /// `slot` is that of the key in `asked`; nullptr: there is none yet.
  void change(TableId id, Slot* slot, Row row) {
    Cache& here = cache(id);
    if (slot != nullptr) return change(wake(id, *slot), std::move(row));
    Awake& held = here.wake(here.add(asked.all()), std::nullopt);
    held.unread = !here.covers(asked);
    change(held, std::move(row));
  }

  Store& store;
  HeldMemory memory;
  std::deque<Cache> caches;  // by table
  std::vector<Change> appended;
  KeyBytes asked;
  KeyBytes read;
  RowPacker packer;
  std::string packing;  // its room is used again
};

WorkingSet::WorkingSet(Store& store) : state_(std::make_unique<State>(store)) {}
WorkingSet::~WorkingSet() = default;

void WorkingSet::preload(TableId id, std::span<const Key> prefixes) {
  state_->load(id, prefixes);
}

const Row* WorkingSet::find(TableId id, const Key& key) {
  Slot* slot = state_->find(id, key);
  if (slot == nullptr) return nullptr;
  const Awake& row = state_->wake(id, *slot);
  return row.current ? &*row.current : nullptr;
}

std::vector<const Row*> WorkingSet::rows(TableId id, const Key& prefix) {
  const Key prefixes[] = {prefix};
  state_->load(id, prefixes);
  const auto& slots = state_->cache(id).slots;
  state_->asked.encode(prefix);
  const std::string_view begin = state_->asked.all();
  std::vector<const Row*> result;
  for (auto at = slots.lower_bound(begin); at != slots.end() && (*at)->key().starts_with(begin);
       ++at) {
    const Awake& row = state_->wake(id, **at);
    if (row.current) result.push_back(&*row.current);
  }
  return result;
}

void WorkingSet::put(TableId id, Row row) {
  check(row.size() == table(id).columns.size());
  // What the store holds must be known, to leave out what does not change.
  Slot* slot = state_->find(id, key_cells(id, row));
  state_->change(id, slot, std::move(row));
}

void WorkingSet::overwrite(TableId id, Row row) {
  check(row.size() == table(id).columns.size());
  state_->asked.encode(key_cells(id, row));
  Slot* slot = state_->cache(id).find(state_->asked.all());
  state_->change(id, slot, std::move(row));
}

void WorkingSet::erase(TableId id, const Key& key) {
  Slot* slot = state_->find(id, key);
  if (slot == nullptr) return;
  Awake& held = state_->wake(id, *slot);
  if (held.current) state_->change(held, std::nullopt);
}

void WorkingSet::append(TableId id, Row row) {
  check(table(id).sequence && row.size() == table(id).columns.size());
  state_->appended.push_back({id, std::move(row), false});
}

std::vector<Change> WorkingSet::changes() const {
  std::vector<Change> changes;
  for (std::size_t i = 0; i < table_count; ++i) {
    const auto id = static_cast<TableId>(i);
    std::vector<const Slot*> changed;
    for (const Slot* slot : state_->cache(id).awake) {
      if (slot->changed() && slot->awake->stored != slot->awake->current) changed.push_back(slot);
    }
    std::sort(changed.begin(), changed.end(),
              [](const Slot* a, const Slot* b) { return a->key() < b->key(); });
    for (const Slot* slot : changed) {
      const Awake& row = *slot->awake;
      changes.push_back({id, row.current ? *row.current : *row.stored, !row.current});
    }
  }
  changes.insert(changes.end(), state_->appended.begin(), state_->appended.end());
  return changes;
}

void WorkingSet::settle() {
  for (std::size_t i = 0; i < table_count; ++i) {
    const auto id = static_cast<TableId>(i);
    Cache& here = state_->cache(id);
    for (Slot* slot : std::exchange(here.awake, {})) {
      const std::unique_ptr<Awake> row = std::move(slot->awake);
      if (!row->current) {
        here.slots.erase(here.slots.find(slot->key()));
      } else if (row->changed) {
        state_->rest(*slot, id, *row->current);
      }
    }
  }
  state_->appended.clear();
}

void WorkingSet::forget(TableId id) {
  Cache& here = state_->cache(id);
  check(std::none_of(here.awake.begin(), here.awake.end(), std::mem_fn(&Slot::changed)));
  here.clear();
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
