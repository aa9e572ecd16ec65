#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/parameters.h"

namespace parkwatch {

/// A parameter of the operation rules that the program knows: `rule` and the spec's name.
struct OperationParameterSpec {
  std::string_view rule;
  ParameterSpec value;  // bounds and words; both empty: any text

  bool is_text() const { return value.least.empty() && value.words.empty(); }
  bool is_number() const { return !value.least.empty(); }
};

/// All of them, rule by rule. Those with `general` must have a value at every time.
std::span<const OperationParameterSpec> operation_parameter_specs();

/// nullptr for what is not known.
const OperationParameterSpec* find_operation_parameter(std::string_view rule,
                                                       std::string_view name);

/// What is wrong with the value, or nothing.
std::optional<std::string> operation_parameter_fault(const OperationParameterSpec& spec,
                                                     std::string_view value);

}  // namespace parkwatch
