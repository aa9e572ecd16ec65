#include "model/operation_parameters.h"

#include <algorithm>
#include <array>

namespace parkwatch {

namespace {

using Spec = OperationParameterSpec;

constexpr Spec minutes(std::string_view rule, std::string_view name, std::string_view least,
                       std::string_view greatest) {
  return {rule, {name, least, greatest, "", true, true}};
}
constexpr Spec number(std::string_view rule, std::string_view name, std::string_view least,
                      std::string_view greatest) {
  return {rule, {name, least, greatest, "", false, true}};
}
constexpr Spec severity(std::string_view rule, std::string_view name) {
  return {rule, {name, "", "", "critical major warning info", true, true}};
}
constexpr Spec basis(std::string_view rule) {
  return {rule, {"basis", "", "", "", true, true}};
}
constexpr Spec run(std::string_view rule, std::string_view name) {
  return minutes(rule, name, "1", "100000");
}

constexpr std::array specs = {
    number("state", "on_percent", "0.000001", "100"),
    number("state", "idle_factor", "0", "100"),
    number("state", "off_percent", "0.000001", "100"),
    minutes("state", "samples", "1", "30"),
    minutes("state", "unknown_after_minutes", "1", "60"),
    minutes("state", "look_back_minutes", "60", "360"),
    run("TS-O01", "minutes"),
    severity("TS-O01", "severity"),
    run("TS-O01", "minutes_2"),
    severity("TS-O01", "severity_2"),
    run("TS-O01", "minutes_3"),
    severity("TS-O01", "severity_3"),
    minutes("TS-O01", "fault_stop_minutes", "0", "1440"),
    basis("TS-O01"),
    run("TS-O02", "minutes"),
    severity("TS-O02", "severity"),
    minutes("TS-O02", "warm_up_minutes", "0", "240"),
    minutes("TS-O02", "reach_minutes", "1", "60"),
    basis("TS-O02"),
    run("TS-O03", "minutes"),
    severity("TS-O03", "severity"),
    minutes("TS-O03", "run_on_minutes", "0", "60"),
    basis("TS-O03"),
    run("TS-O04", "minutes"),
    severity("TS-O04", "severity"),
    number("TS-O04", "load_percent", "0", "100"),
    basis("TS-O04"),
    run("TS-O05", "minutes"),
    severity("TS-O05", "severity"),
    minutes("TS-O05", "hold_minutes", "1", "60"),
    basis("TS-O05"),
    severity("TS-O06", "severity"),
    number("TS-O06", "share_percent", "0", "100"),
    basis("TS-O06"),
    run("TS-O07", "minutes"),
    severity("TS-O07", "severity"),
    number("TS-O07", "open_percent", "0.000001", "100"),
    basis("TS-O07"),
    minutes("TS-O08", "minutes", "2", "360"),
    severity("TS-O08", "severity"),
    number("TS-O08", "flat_percent", "0", "100"),
    number("TS-O08", "vary_percent", "0.000001", "100"),
    minutes("TS-O08", "samples", "2", "360"),
    basis("TS-O08"),
    run("TS-O09", "minutes"),
    severity("TS-O09", "severity"),
    run("TS-O09", "minutes_2"),
    severity("TS-O09", "severity_2"),
    basis("TS-O09"),
    run("TS-O10", "minutes"),
    severity("TS-O10", "severity"),
    number("TS-O10", "zero_percent", "0", "100"),
    number("TS-O10", "oxygen_percent", "0", "21"),
    basis("TS-O10"),
    run("TS-O11", "minutes"),
    severity("TS-O11", "severity"),
    basis("TS-O11"),
};

}  // namespace

std::span<const OperationParameterSpec> operation_parameter_specs() {
  return specs;
}

const OperationParameterSpec* find_operation_parameter(std::string_view rule,
                                                       std::string_view name) {
  const auto at = std::find_if(specs.begin(), specs.end(), [&](const Spec& spec) {
    return spec.rule == rule && spec.value.name == name;
  });
  return at == specs.end() ? nullptr : &*at;
}

std::optional<std::string> operation_parameter_fault(const OperationParameterSpec& spec,
                                                     std::string_view value) {
  if (spec.is_text()) return std::nullopt;
  return parameter_fault(spec.value, value);
}

}  // namespace parkwatch
