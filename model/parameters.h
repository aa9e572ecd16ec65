#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parkwatch {

/// A parameter of the arithmetic that the program knows by name; its dated values are rule data.
struct ParameterSpec {
  std::string_view name;
  std::string_view least;  // of a number; empty for words
  std::string_view greatest;
  std::string_view words;  // allowed words between blanks; empty for a number
  bool whole = true;       // of a number: no decimals
  bool general = true;     // a row for all outlets must exist
};

/// All of them, in the order of the documentation.
std::span<const ParameterSpec> parameter_specs();

/// nullptr for an unknown name.
const ParameterSpec* find_parameter_spec(std::string_view name);

/// What is wrong with the value, or nothing.
std::optional<std::string> parameter_fault(const ParameterSpec& spec, std::string_view value);

}  // namespace parkwatch
