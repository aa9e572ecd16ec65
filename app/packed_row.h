#pragma once

#include <span>
#include <string>
#include <string_view>

#include "storage/schema.h"

namespace parkwatch {

/// Cells in few bytes, for rows that wait in memory: a tenth of a Row's.
void append_packed(std::string& bytes, std::span<const Cell> cells);

/// Appends to the row what append_packed made of as many cells as the bytes hold.
void append_unpacked(Row& row, std::string_view bytes);

}  // namespace parkwatch
