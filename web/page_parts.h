#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "web/overview.h"
#include "web/registry_view.h"

namespace parkwatch {

/// How a standing looks: a shape and words as well as a colour.
struct Look {
  const char* style;
  const char* shape;
  const char* zh;
  const char* en;
};
Look look_of(Standing standing);

/// Chinese and English words for a stored name, ready for HTML; the stored name itself where there
/// are none.
std::pair<std::string, std::string> words_of(std::string_view stored);

// All of these give HTML; what comes from the store or the registry is escaped.

/// The Chinese text with the English one beside it, smaller. Both are HTML already.
std::string both(std::string_view zh, std::string_view en);
std::string badge(const Look& look, std::string_view zh, std::string_view en);
/// "03-15 09:00" in the park's zone; the full time is in the attribute.
std::string time_cell(const RegistryView& registry, const std::string& park, std::int64_t at_ms);
std::string outlet_name(const RegistryView& registry, const std::string& outlet);
std::string factor_name(const RegistryView& registry, const std::string& factor);
/// The share of the limit as a bar; a mark stands at the limit, the end is 125 % of it.
std::string share_bar(const OutletLine& line);

/// Units of 10^-6 with every digit; a dash for nothing.
std::string decimal(std::optional<std::int64_t> units);
/// Rounded for reading only, half to even; the API has every digit.
std::string rounded(std::int64_t numerator, std::int64_t denominator, int places);
std::string percent(std::int64_t millionths);

}  // namespace parkwatch
