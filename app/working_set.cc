#include "app/working_set.h"

#include <algorithm>

#include "model/check.h"

namespace parkwatch {

namespace {

Key key_of(TableId id, const Row& row) {
  return {row.begin(), row.begin() + static_cast<std::ptrdiff_t>(table(id).key_columns)};
}

bool begins_with(const Key& key, const Key& prefix) {
  return key.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), key.begin());
}

}  // namespace

bool WorkingSet::covered(const Cache& cache, const Key& prefix) const {
  Key shorter = prefix;
  for (;;) {
    if (cache.loaded.contains(shorter)) return true;
    if (shorter.empty()) return false;
    shorter.pop_back();
  }
}

void WorkingSet::load(TableId id, const Key& prefix) {
  const Key prefixes[] = {prefix};
  preload(id, prefixes);
}

void WorkingSet::preload(TableId id, std::span<const Key> prefixes) {
  Cache& here = cache(id);
  std::vector<Key> missing;
  for (const Key& prefix : prefixes) {
    if (!covered(here, prefix)) missing.push_back(prefix);
  }
  if (missing.empty()) return;
  store_.read(id, missing, [&](const Row& row) {
    // A row that was loaded by a longer prefix may carry changes already: those stay.
    here.slots.try_emplace(key_of(id, row), Slot{row, row});
  });
  here.loaded.insert(missing.begin(), missing.end());
}

const Row* WorkingSet::find(TableId id, const Key& key) {
  Cache& here = cache(id);
  check(key.size() == table(id).key_columns);
  auto found = here.slots.find(key);
  if (found == here.slots.end() && !covered(here, key)) {
    load(id, key);
    found = here.slots.find(key);
  }
  if (found == here.slots.end() || !found->second.current) return nullptr;
  return &*found->second.current;
}

std::vector<const Row*> WorkingSet::rows(TableId id, const Key& prefix) {
  Cache& here = cache(id);
  if (!covered(here, prefix)) load(id, prefix);
  std::vector<const Row*> result;
  for (auto at = here.slots.lower_bound(prefix);
       at != here.slots.end() && begins_with(at->first, prefix); ++at) {
    if (at->second.current) result.push_back(&*at->second.current);
  }
  return result;
}

void WorkingSet::put(TableId id, Row row) {
  check(row.size() == table(id).columns.size());
  Key key = key_of(id, row);
  find(id, key);  // what the store holds must be known, to leave out what does not change
  cache(id).slots[key].current = std::move(row);
  touched_.emplace(id, std::move(key));
}

void WorkingSet::erase(TableId id, const Key& key) {
  if (find(id, key) == nullptr) return;
  cache(id).slots[key].current.reset();
  touched_.emplace(id, key);
}

void WorkingSet::append(TableId id, Row row) {
  check(table(id).sequence && row.size() == table(id).columns.size());
  appended_.push_back({id, std::move(row), false});
}

std::vector<Change> WorkingSet::changes() const {
  std::vector<Change> changes;
  for (const auto& [id, key] : touched_) {
    const Slot& slot = caches_.at(id).slots.at(key);
    if (slot.stored == slot.current) continue;
    if (slot.current) {
      changes.push_back({id, *slot.current, false});
    } else {
      changes.push_back({id, *slot.stored, true});
    }
  }
  changes.insert(changes.end(), appended_.begin(), appended_.end());
  return changes;
}

void WorkingSet::settle() {
  for (const auto& [id, key] : touched_) {
    Slot& slot = caches_.at(id).slots.at(key);
    slot.stored = slot.current;
  }
  touched_.clear();
  appended_.clear();
}

void WorkingSet::clear() {
  caches_.clear();
  touched_.clear();
  appended_.clear();
}

std::size_t WorkingSet::size() const {
  std::size_t size = 0;
  for (const auto& [id, held] : caches_) size += held.slots.size();
  return size;
}

}  // namespace parkwatch
