#pragma once

#include <optional>
#include <string_view>

namespace parkwatch {

/// What people read in the place of a word that the store holds.
struct StoredWords {
  std::string_view zh, en;
};

/// Of a state, severity, span, cause, finding or rule of episodes; nothing for an unknown word.
std::optional<StoredWords> stored_words(std::string_view stored);

/// What a rule of the three simultaneities is about, TS-L01 to TS-O11; nothing for any other.
std::optional<StoredWords> rule_title(std::string_view rule);

}  // namespace parkwatch
