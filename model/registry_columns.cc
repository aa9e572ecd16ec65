#include <array>

#include "model/registry_csv.h"

namespace parkwatch {

namespace {

constexpr SheetColumn valid_from{
    "valid_from", false,
    "first day on which the row holds, 2026-03-15 or a full time with zone; empty: always"};
constexpr SheetColumn valid_to{"valid_to", false,
                               "first day on which it no longer holds; empty: it still does"};

constexpr std::array parks = {
    SheetColumn{"id", true,
                "short name, the key of the park's records in the input topic; never change it"},
    SheetColumn{"name", true, "name for people"},
    SheetColumn{"level", true, "national, provincial, municipal or other"},
    SheetColumn{"province", false, "for people"},
    SheetColumn{"city", false, "for people"},
    SheetColumn{"county", false, "for people"},
    SheetColumn{"division", false, "division code of GB/T 2260, 6 digits"},
    SheetColumn{"zone", false, "IANA time zone, whose midnight begins a day; empty: Asia/Shanghai"},
    valid_from,
    valid_to};
constexpr std::array clusters = {
    SheetColumn{"id", true, "short name"},
    SheetColumn{"name", true, "name for people"},
    SheetColumn{"industry", false, "GB/T 4754 code such as C26"},
    SheetColumn{"zone", false, "IANA time zone of the cluster's days; empty: Asia/Shanghai"},
    valid_from,
    valid_to};
constexpr std::array memberships = {
    SheetColumn{"cluster", true, "id of clusters.csv"},
    SheetColumn{"of", true, "enterprise, line or outlet"},
    SheetColumn{"member", true, "id of enterprises.csv, lines.csv or outlets.csv"},
    SheetColumn{"share", false, "how much of the mass counts in the cluster, 0 to 1; empty: 1"},
    valid_from,
    valid_to};
constexpr std::array enterprises = {
    SheetColumn{"id", true, "short name"},
    SheetColumn{"name", true, "name for people"},
    SheetColumn{"park", true, "id of parks.csv"},
    SheetColumn{"credit_code", false, "unified social credit code, GB 32100, 18 characters"},
    SheetColumn{"permit_code", false, "permit code, HJ 608, 22 characters"},
    SheetColumn{"industry", false, "GB/T 4754 code such as C2614"},
    SheetColumn{"division", false, "division code of GB/T 2260"},
    valid_from,
    valid_to};
constexpr std::array outlets = {
    SheetColumn{"id", true, "short name, shown in metrics and alerts"},
    SheetColumn{"enterprise", true, "id of enterprises.csv"},
    SheetColumn{"code", false, "HJ 608 code: DA001 for air, DW001 for water"},
    SheetColumn{"name", true, "name for people"},
    SheetColumn{"medium", true, "air or water"},
    SheetColumn{"main", false, "yes for a main outlet, no for a general one; empty: yes"},
    SheetColumn{"stack_area_m2", false, "cross-section of the stack"},
    SheetColumn{"stack_height_m", false, "height of the stack, needed by limits that depend on it"},
    SheetColumn{"buildings_height_m", false,
                "height of the highest building within 200 m of the stack; empty: not surveyed, "
                "and verdicts by stack height are unsure"},
    SheetColumn{"concentration_basis", false,
                "state that concentrations are sent in: standard-dry, standard-wet, actual-dry, "
                "actual-wet or unknown"},
    SheetColumn{"flow_basis", false,
                "state that the flow is sent in, same words; while unknown there is no mass"},
    SheetColumn{"oxygen_basis", false,
                "state that oxygen is sent in, same words; only dry or wet matters"},
    SheetColumn{"reference_oxygen_percent", false,
                "oxygen that concentrations are converted to; empty: no conversion"},
    SheetColumn{"pressure_kpa", false, "air pressure where no a01006 is sent"},
    SheetColumn{"moisture_percent", false, "moisture where no a01014 is sent"},
    SheetColumn{
        "discharges_to", false,
        "environment, or the id of the enterprise that takes the water over; empty: environment"},
    SheetColumn{"rule_pack", false,
                "name in the column pack of the rules' parameters.csv, such as waste-incineration"},
    SheetColumn{"limits", false,
                "ids of the rules' limits.csv and stack_limits.csv, with semicolons between them"},
    SheetColumn{"mark_scheme", false,
                "scheme of the rules' mark_schemes.csv, such as thermal-power; empty: the outlet "
                "is not marked and never waits for a mark"},
    valid_from,
    valid_to};
constexpr std::array devices = {
    SheetColumn{"mn", true, "MN exactly as the logger sends it"},
    SheetColumn{"outlet", true, "id of outlets.csv"},
    SheetColumn{"protocol_version", true, "2005, 2017 or 2025"},
    SheetColumn{"report_interval_s", false, "seconds between samples (2011); empty: 60"},
    SheetColumn{"minute_interval", false, "minutes that one minute report (2051) covers; empty: 1"},
    SheetColumn{"sm4_key", false, "name of its key in the secret file; empty: not encrypted"},
    SheetColumn{
        "minute_label", false,
        "whether the time of a minute report (2051) is the start or the end of its interval; "
        "empty: start"},
    SheetColumn{"hour_label", false, "the same for hour reports (2061)"},
    SheetColumn{"day_label", false, "the same for day reports (2031)"},
    SheetColumn{"time_master", false, "yes where this program sets the logger's clock; empty: no"},
    valid_from,
    valid_to};
constexpr std::array factors = {
    SheetColumn{"outlet", true, "id of outlets.csv"},
    SheetColumn{
        "factor", true,
        "code of HJ 212-2017, such as a21026, also for loggers that send the codes of 2005"},
    SheetColumn{"mn", false,
                "which device measures it; needed where an outlet has two at the same time"},
    SheetColumn{"unit", false,
                "unit as sent, such as mg/m3 or m3/h; empty: the unit of the factor table"},
    SheetColumn{"range_min", false, "least valid value, in the unit as sent"},
    SheetColumn{"range_max", false, "greatest valid value, in the unit as sent"},
    SheetColumn{"zero_band", false, "values from minus this to 0 count as 0"},
    SheetColumn{"set_parameter", false,
                "yes for a parameter that is set by hand (moisture, pressure); empty: no"},
    SheetColumn{"cyclic", false, "yes for an analyser that measures once in a period; empty: no"},
    SheetColumn{"period_minutes", false, "that period; it divides a day"},
    valid_from,
    valid_to};
constexpr std::array facilities = {
    SheetColumn{"id", true, "short name"},
    SheetColumn{"enterprise", true, "id of enterprises.csv"},
    SheetColumn{"code", false, "HJ 608 code: TA001 for air, TW001 for water"},
    SheetColumn{"name", true, "name for people"},
    SheetColumn{"outlet", false, "id of the outlet behind it"},
    SheetColumn{"hj212_code", false, "name in run states (2021), such as SB1"},
    valid_from,
    valid_to};
constexpr std::array lines = {SheetColumn{"id", true, "short name"},
                              SheetColumn{"enterprise", true, "id of enterprises.csv"},
                              SheetColumn{"code", false, "HJ 608 code such as MF0001"},
                              SheetColumn{"name", true, "name for people"},
                              valid_from,
                              valid_to};
constexpr std::array line_outlets = {
    SheetColumn{"line", true, "id of lines.csv"}, SheetColumn{"outlet", true, "id of outlets.csv"},
    SheetColumn{"share", false,
                "how much of the outlet's mass comes from the line, 0 to 1; empty: 1"},
    valid_from, valid_to};
constexpr std::array projects = {
    SheetColumn{"id", true, "short name"},
    SheetColumn{"enterprise", true, "id of enterprises.csv"},
    SheetColumn{"name", true, "name for people"},
    SheetColumn{"eia_document", false,
                "number of the approval of its environmental impact assessment"},
    SheetColumn{
        "outlets", false,
        "ids of outlets.csv that only it emits through, with semicolons between them: their "
        "first emission tells of its first production"},
    valid_from,
    valid_to};
constexpr std::array permits = {
    SheetColumn{"id", true, "number of the permit or another short name"},
    SheetColumn{"outlet", true, "id of outlets.csv"},
    SheetColumn{"factor", true, "code of HJ 212-2017"},
    SheetColumn{"limit", false, "greatest permitted value"},
    SheetColumn{"lower_limit", false, "least permitted value, for pH"},
    SheetColumn{"unit", false, "unit of both; empty: the unit of the factor table"},
    SheetColumn{"span", false, "hour or day; empty: hour"},
    SheetColumn{"reference_oxygen_percent", false, "oxygen that the limit refers to"},
    SheetColumn{"yearly_mass_kg", false, "permitted mass of a calendar year"},
    SheetColumn{"source", true, "document it is taken from; verdicts show it"},
    SheetColumn{"sure", false, "no where the document was not seen; empty: yes"},
    valid_from,
    valid_to};
constexpr std::array external_ids = {
    SheetColumn{"entity", true,
                "park, cluster, enterprise, outlet, device, facility, line or project"},
    SheetColumn{"id", true, "id in that file; for a device its MN"},
    SheetColumn{"scheme", true, "name of the other platform"},
    SheetColumn{"code", true, "number there"},
    valid_from,
    valid_to};
constexpr std::array meters = {
    SheetColumn{"mn", true,
                "MN of the device that sends the value; a logger of devices.csv, or a meter that "
                "stands only here"},
    SheetColumn{"factor", true, "code under which the device sends the value"},
    SheetColumn{"signal", true,
                "power, current, energy (a counter in kWh) or damper (how far a bypass is open)"},
    SheetColumn{"of", true, "line or facility"},
    SheetColumn{"unit", true, "id of lines.csv or facilities.csv"},
    SheetColumn{"rated", true,
                "value at full load, in the unit as sent; of an energy counter in kW; of a damper "
                "fully open"},
    SheetColumn{"idle", false, "value when the machine runs empty; empty: 0"},
    valid_from,
    valid_to};
constexpr std::array treatments = {
    SheetColumn{"line", true, "id of lines.csv"},
    SheetColumn{"facility", true, "id of the facility of facilities.csv that treats its emission"},
    SheetColumn{"group", false,
                "short name shared by facilities that stand in for each other; empty: none do"},
    SheetColumn{"required", false, "how many of the group must run; empty: all"},
    SheetColumn{"warm_up_minutes", false,
                "how long before production the group must run (a regenerative oxidiser: 30); "
                "empty: as in the rules"},
    SheetColumn{"run_on_minutes", false,
                "how long after production it must run; empty: as in the rules"},
    valid_from,
    valid_to};
constexpr std::array baselines = {
    SheetColumn{"line", true, "id of lines.csv"},
    SheetColumn{"facility", true, "id of facilities.csv"},
    SheetColumn{"load_percent", true,
                "production load, in percent of the line's rated power, from which on the row "
                "counts"},
    SheetColumn{"power", true, "sum of the facility's meters in good order at that load"},
    valid_from,
    valid_to};
constexpr std::array tolerances = {
    SheetColumn{"enterprise", true, "id of enterprises.csv"},
    SheetColumn{"rule", true, "TS-O01 to TS-O11, or state"},
    SheetColumn{"name", true, "name of a number of that rule in the rules' operation.csv"},
    SheetColumn{"value", true, "the site's own value"},
    valid_from,
    valid_to};
constexpr std::array orders = {
    SheetColumn{"enterprise", true, "id of enterprises.csv"},
    SheetColumn{"unit", false,
                "id of a line, facility or outlet of it; empty: all of the enterprise"},
    SheetColumn{"kind", true,
                "stop (production stands still), limit (it may run up to limit_percent), "
                "maintenance (approved, of a facility) or fault (declared, of a facility)"},
    SheetColumn{"limit_percent", false, "of a limit: percent of the line's rated power"},
    SheetColumn{"document", true, "number of the order, approval or declaration"},
    SheetColumn{"valid_from", true, "when it begins, 2026-03-15 or a full time with zone"},
    SheetColumn{"valid_to", true, "when it ends"}};

constexpr std::array files = {
    RegistryFile{"parks.csv", true, parks,
                 "Industrial parks. Enterprises outside any park belong to one entry per county."},
    RegistryFile{"clusters.csv", false, clusters,
                 "Industrial clusters: enterprises of one industry chain. A cluster may span "
                 "parks, cities and provinces."},
    RegistryFile{"memberships.csv", false, memberships,
                 "What belongs to a cluster. An enterprise, line or outlet may belong to several."},
    RegistryFile{"enterprises.csv", true, enterprises, "Enterprises."},
    RegistryFile{"outlets.csv", true, outlets, "Where emissions leave the plant."},
    RegistryFile{"devices.csv", true, devices, "Data loggers."},
    RegistryFile{"factors.csv", true, factors, "What is measured at an outlet."},
    RegistryFile{"facilities.csv", false, facilities, "Treatment facilities."},
    RegistryFile{"lines.csv", false, lines, "Production lines."},
    RegistryFile{"line_outlets.csv", false, line_outlets,
                 "Which outlets a production line emits through. A line that belongs to a cluster "
                 "counts there with its part of their mass."},
    RegistryFile{"projects.csv", false, projects, "Construction projects."},
    RegistryFile{
        "permits.csv", false, permits,
        "Discharge permits: limits and yearly masses. The stricter of permit and standard leads."},
    RegistryFile{"external_ids.csv", false, external_ids,
                 "Numbers that other platforms give to what is registered here."},
    RegistryFile{"meters.csv", false, meters,
                 "Which values tell whether production lines and treatment facilities run."},
    RegistryFile{"treatments.csv", false, treatments,
                 "Which facilities treat what a production line emits. A line may have several "
                 "groups; each must run while the line does."},
    RegistryFile{"baselines.csv", false, baselines,
                 "What a facility draws at which production load, from a reference run. Without a "
                 "row under-load (TS-O04) is not judged."},
    RegistryFile{"tolerances.csv", false, tolerances,
                 "Numbers of the operation rules that hold for one enterprise instead of the "
                 "rules' own."},
    RegistryFile{"orders.csv", false, orders,
                 "Orders to stop or limit production, approved maintenance and declared faults "
                 "of treatment."},
};

}  // namespace

std::span<const RegistryFile> registry_files() {
  return files;
}

}  // namespace parkwatch
