#pragma once

#include <span>
#include <string>
#include <string_view>

#include "storage/schema.h"

namespace parkwatch {

/// The name in double quotes, as SQL takes any name.
std::string quoted_name(std::string_view name);
/// `"a", "b"`, each name with the prefix before it.
std::string quoted_names(std::span<const Column> columns, std::string_view prefix = "");
std::span<const Column> key_of(const Table& table);
std::span<const Column> values_of(const Table& table);

/// The cells of a key before the first null. Key cells are never null and null is below every
/// value, so this bound cuts where the whole one does. A key that is too long is a bug.
std::size_t bound_cells(const Key& key, const Table& table);

}  // namespace parkwatch
