#pragma once

#include <string>
#include <string_view>

namespace parkwatch {

/// Any bytes as text that PostgreSQL can hold: valid UTF-8 without zero bytes. Ordinary text stays
/// as it is, every text comes back as it was, and the order of the bytes is kept: sorted by
/// COLLATE "C" the forms stand as the texts do.
///
/// Zero and one become U+0001 followed by U+0001 or U+0002. From the first byte that is no UTF-8
/// on, the rest stands as hexadecimal digits behind U+10FFFF, after the greatest character that
/// sorts below it; U+10FFFF itself is followed by U+0001.
std::string postgres_text(std::string_view text);
/// The text that has this form; a form that postgres_text does not make is returned as it is.
std::string text_from_postgres(std::string_view form);

}  // namespace parkwatch
