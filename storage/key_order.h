#pragma once

#include <span>
#include <string>
#include <string_view>

#include "storage/schema.h"

namespace parkwatch {

/// Cells as bytes whose order is the order of the cells: null, then numbers by value, then text by
/// its bytes. The bytes of the first cells are a prefix of the bytes of all, and no key of as many
/// cells is a prefix of another.
std::string ordered_key(std::span<const Cell> cells);
void append_ordered(std::string& bytes, const Cell& cell);
/// Takes the first cell off bytes that append_ordered made.
Cell take_ordered(std::string_view& bytes);

}  // namespace parkwatch
