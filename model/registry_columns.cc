#include <array>

#include "model/registry_csv.h"

namespace parkwatch {

namespace {

constexpr SheetColumn valid_from{"valid_from"};
constexpr SheetColumn valid_to{"valid_to"};

constexpr std::array parks = {SheetColumn{"id", true},
                              SheetColumn{"name", true},
                              SheetColumn{"level", true},
                              SheetColumn{"province"},
                              SheetColumn{"city"},
                              SheetColumn{"county"},
                              SheetColumn{"division"},
                              SheetColumn{"zone"},
                              valid_from,
                              valid_to};
constexpr std::array clusters = {SheetColumn{"id", true}, SheetColumn{"name", true}, SheetColumn{"industry"},
                                 SheetColumn{"zone"},     valid_from,           valid_to};
constexpr std::array memberships = {
    SheetColumn{"cluster", true}, SheetColumn{"of", true}, SheetColumn{"member", true},
    SheetColumn{"share"},         valid_from,         valid_to};
constexpr std::array enterprises = {SheetColumn{"id", true},
                                    SheetColumn{"name", true},
                                    SheetColumn{"park", true},
                                    SheetColumn{"credit_code"},
                                    SheetColumn{"permit_code"},
                                    SheetColumn{"industry"},
                                    SheetColumn{"division"},
                                    valid_from,
                                    valid_to};
constexpr std::array outlets = {SheetColumn{"id", true},
                                SheetColumn{"enterprise", true},
                                SheetColumn{"code"},
                                SheetColumn{"name", true},
                                SheetColumn{"medium", true},
                                SheetColumn{"main"},
                                SheetColumn{"stack_area_m2"},
                                SheetColumn{"concentration_basis"},
                                SheetColumn{"flow_basis"},
                                SheetColumn{"oxygen_basis"},
                                SheetColumn{"reference_oxygen_percent"},
                                SheetColumn{"pressure_kpa"},
                                SheetColumn{"moisture_percent"},
                                SheetColumn{"discharges_to"},
                                SheetColumn{"rule_pack"},
                                SheetColumn{"limits"},
                                valid_from,
                                valid_to};
constexpr std::array devices = {SheetColumn{"mn", true},
                                SheetColumn{"outlet", true},
                                SheetColumn{"protocol_version", true},
                                SheetColumn{"report_interval_s"},
                                SheetColumn{"minute_interval"},
                                SheetColumn{"sm4_key"},
                                SheetColumn{"minute_label"},
                                SheetColumn{"hour_label"},
                                SheetColumn{"day_label"},
                                SheetColumn{"time_master"},
                                valid_from,
                                valid_to};
constexpr std::array factors = {
    SheetColumn{"outlet", true}, SheetColumn{"factor", true},   SheetColumn{"mn"},        SheetColumn{"unit"},
    SheetColumn{"range_min"},    SheetColumn{"range_max"},      SheetColumn{"zero_band"}, SheetColumn{"set_parameter"},
    SheetColumn{"cyclic"},       SheetColumn{"period_minutes"}, valid_from,          valid_to};
constexpr std::array facilities = {
    SheetColumn{"id", true}, SheetColumn{"enterprise", true}, SheetColumn{"code"}, SheetColumn{"name", true},
    SheetColumn{"outlet"},   SheetColumn{"hj212_code"},       valid_from,     valid_to};
constexpr std::array lines = {SheetColumn{"id", true}, SheetColumn{"enterprise", true},
                              SheetColumn{"code"},     SheetColumn{"name", true},
                              valid_from,         valid_to};
constexpr std::array projects = {SheetColumn{"id", true},   SheetColumn{"enterprise", true},
                                 SheetColumn{"name", true}, SheetColumn{"eia_document"},
                                 valid_from,           valid_to};
constexpr std::array permits = {SheetColumn{"id", true},
                                SheetColumn{"outlet", true},
                                SheetColumn{"factor", true},
                                SheetColumn{"limit"},
                                SheetColumn{"lower_limit"},
                                SheetColumn{"unit"},
                                SheetColumn{"span"},
                                SheetColumn{"reference_oxygen_percent"},
                                SheetColumn{"yearly_mass_kg"},
                                SheetColumn{"source", true},
                                SheetColumn{"sure"},
                                valid_from,
                                valid_to};
constexpr std::array external_ids = {
    SheetColumn{"entity", true}, SheetColumn{"id", true}, SheetColumn{"scheme", true},
    SheetColumn{"code", true},   valid_from,         valid_to};

constexpr std::array files = {
    RegistryFile{"parks.csv", true, parks},
    RegistryFile{"clusters.csv", false, clusters},
    RegistryFile{"memberships.csv", false, memberships},
    RegistryFile{"enterprises.csv", true, enterprises},
    RegistryFile{"outlets.csv", true, outlets},
    RegistryFile{"devices.csv", true, devices},
    RegistryFile{"factors.csv", true, factors},
    RegistryFile{"facilities.csv", false, facilities},
    RegistryFile{"lines.csv", false, lines},
    RegistryFile{"projects.csv", false, projects},
    RegistryFile{"permits.csv", false, permits},
    RegistryFile{"external_ids.csv", false, external_ids},
};

}  // namespace

std::span<const RegistryFile> registry_files() {
  return files;
}

}  // namespace parkwatch
