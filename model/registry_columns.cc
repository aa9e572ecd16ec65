#include <array>

#include "model/registry_csv.h"

namespace parkwatch {

namespace {

constexpr Column valid_from{"valid_from"};
constexpr Column valid_to{"valid_to"};

constexpr std::array parks = {Column{"id", true},
                              Column{"name", true},
                              Column{"level", true},
                              Column{"province"},
                              Column{"city"},
                              Column{"county"},
                              Column{"division"},
                              Column{"zone"},
                              valid_from,
                              valid_to};
constexpr std::array clusters = {Column{"id", true}, Column{"name", true}, Column{"industry"},
                                 Column{"zone"},     valid_from,           valid_to};
constexpr std::array memberships = {
    Column{"cluster", true}, Column{"of", true}, Column{"member", true},
    Column{"share"},         valid_from,         valid_to};
constexpr std::array enterprises = {Column{"id", true},
                                    Column{"name", true},
                                    Column{"park", true},
                                    Column{"credit_code"},
                                    Column{"permit_code"},
                                    Column{"industry"},
                                    Column{"division"},
                                    valid_from,
                                    valid_to};
constexpr std::array outlets = {Column{"id", true},
                                Column{"enterprise", true},
                                Column{"code"},
                                Column{"name", true},
                                Column{"medium", true},
                                Column{"main"},
                                Column{"stack_area_m2"},
                                Column{"concentration_basis"},
                                Column{"flow_basis"},
                                Column{"oxygen_basis"},
                                Column{"reference_oxygen_percent"},
                                Column{"pressure_kpa"},
                                Column{"moisture_percent"},
                                Column{"discharges_to"},
                                Column{"rule_pack"},
                                Column{"limits"},
                                valid_from,
                                valid_to};
constexpr std::array devices = {Column{"mn", true},
                                Column{"outlet", true},
                                Column{"protocol_version", true},
                                Column{"report_interval_s"},
                                Column{"minute_interval"},
                                Column{"sm4_key"},
                                Column{"minute_label"},
                                Column{"hour_label"},
                                Column{"day_label"},
                                Column{"time_master"},
                                valid_from,
                                valid_to};
constexpr std::array factors = {
    Column{"outlet", true}, Column{"factor", true},   Column{"mn"},        Column{"unit"},
    Column{"range_min"},    Column{"range_max"},      Column{"zero_band"}, Column{"set_parameter"},
    Column{"cyclic"},       Column{"period_minutes"}, valid_from,          valid_to};
constexpr std::array facilities = {
    Column{"id", true}, Column{"enterprise", true}, Column{"code"}, Column{"name", true},
    Column{"outlet"},   Column{"hj212_code"},       valid_from,     valid_to};
constexpr std::array lines = {Column{"id", true}, Column{"enterprise", true},
                              Column{"code"},     Column{"name", true},
                              valid_from,         valid_to};
constexpr std::array projects = {Column{"id", true},   Column{"enterprise", true},
                                 Column{"name", true}, Column{"eia_document"},
                                 valid_from,           valid_to};
constexpr std::array permits = {Column{"id", true},
                                Column{"outlet", true},
                                Column{"factor", true},
                                Column{"limit"},
                                Column{"lower_limit"},
                                Column{"unit"},
                                Column{"span"},
                                Column{"reference_oxygen_percent"},
                                Column{"yearly_mass_kg"},
                                Column{"source", true},
                                Column{"sure"},
                                valid_from,
                                valid_to};
constexpr std::array external_ids = {
    Column{"entity", true}, Column{"id", true}, Column{"scheme", true},
    Column{"code", true},   valid_from,         valid_to};

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
