#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/decimal.h"
#include "model/operation.h"
#include "model/time.h"
#include "model/validity.h"

namespace parkwatch {

enum class Medium : std::uint8_t { Air, Water };
/// State and moisture a measured quantity refers to. Unknown: no conversion is possible.
enum class Basis : std::uint8_t { StandardDry, StandardWet, ActualDry, ActualWet, Unknown };
/// Whether a data time names the start (the standard) or the end of its interval.
enum class Label : std::uint8_t { Start, End };

/// An industrial park (园区); enterprises outside any belong to one entry per county.
struct Park {
  std::string id, name, level, province, city, county, division;
  std::string zone = "Asia/Shanghai";  // IANA name; a day is local
  Validity validity;
};

/// Enterprises of one industry chain (产业集群); spans parks, cities and provinces.
struct Cluster {
  std::string id, name, industry;
  std::string zone = "Asia/Shanghai";
  Validity validity;
};

/// What belongs to a cluster, with the share of its mass that counts there (0 to 1).
struct Membership {
  enum class Of : std::uint8_t { Enterprise, Line, Outlet };
  std::string cluster;
  Of of = Of::Enterprise;
  std::string member;  // id of the enterprise, production line or outlet
  Decimal share = Decimal::whole(1);
  Validity validity;
};

struct Enterprise {
  std::string id, name, park;
  std::string credit_code;  // GB 32100
  std::string permit_code;  // HJ 608
  std::string industry;     // GB/T 4754
  std::string division;     // GB/T 2260
  Validity validity;
};

/// No stack is higher.
inline constexpr std::int64_t stack_height_max_m = 1'000;

/// What values and results of an outlet are computed with. Very many outlets are set up alike.
struct Outlet {
  Medium medium = Medium::Air;
  Basis concentration_basis = Basis::Unknown;
  Basis flow_basis = Basis::Unknown;
  Basis oxygen_basis = Basis::Unknown;  // only dry or wet matters
  std::optional<Decimal> stack_height_m;
  std::optional<Decimal> buildings_height_m;  // highest within 200 m; none: not surveyed
  std::optional<Decimal> reference_oxygen_percent;
  std::optional<Decimal> pressure_kpa;      // set parameter used where no a01006 is sent
  std::optional<Decimal> moisture_percent;  // set parameter used where no a01014 is sent
  std::string rule_pack;    // picks parameters, "waste-incineration" for one; may be empty
  std::string mark_scheme;  // scheme of the rules' marks; empty: it never waits for one
  Validity validity;
};

/// Where emissions leave the plant (排口).
struct RegisteredOutlet : Outlet {
  std::string id, enterprise, code, name;  // code: DA001 (air) or DW001 (water)
  bool main = true;                        // main or general (主要/一般)
  std::optional<Decimal> stack_area_m2;
  std::string discharges_to = "environment";  // or the id of another plant
  std::vector<std::string> limits;            // ids of limits in the rules, for all its factors
};

/// How the values of a data logger (数采仪) are read. It is identified by its MN.
struct Device {
  std::string mn;
  int protocol_version = 2017;  // 2005, 2017 or 2025
  int report_interval_s = 60;   // between samples (2011)
  int minute_interval = 1;      // minutes that one 2051 covers
  Label minute_label = Label::Start;
  Label hour_label = Label::Start;
  Label day_label = Label::Start;
  bool time_master = false;  // we answer its 1013 with 1012
  Validity validity;
};

/// A data logger at an outlet.
struct RegisteredDevice : Device {
  std::string outlet;
  std::string sm4_key;  // key id in the secret file; empty: no encryption
};

/// A factor measured at an outlet.
struct OutletFactor {
  std::string outlet, factor;
  std::string mn;                               // empty: the outlet's only device
  std::string unit;                             // as sent; empty: the factor table's
  std::optional<Decimal> range_min, range_max;  // in the unit as sent
  std::optional<Decimal> zero_band;             // in the unit as sent: -band..0 counts as 0
  bool set_parameter = false;                   // flag S is accepted
  bool cyclic = false;
  int period_minutes = 0;  // of a cyclic factor
  Validity validity;
};

struct Facility {
  std::string id, enterprise, code, name, outlet, hj212_code;  // code: TA/TW; hj212_code: SB1
  Validity validity;
};

struct ProductionLine {
  std::string id, enterprise, code, name;  // code: MF0001
  Validity validity;
};

/// An outlet that a production line emits through.
struct LineOutlet {
  std::string line, outlet;
  Decimal share = Decimal::whole(1);  // of the outlet's mass that comes from the line, 0 to 1
  Validity validity;
};

struct Project {
  std::string id, enterprise, name, eia_document;
  std::vector<std::string> outlets;  // that only it emits through
  Validity validity;
};

/// A discharge permit's limit for one factor of an outlet.
struct Permit {
  std::string id, outlet, factor;
  std::optional<Decimal> limit, lower_limit;  // in `unit`
  std::string unit;                           // empty: the factor table's
  std::string span = "hour";                  // hour or day
  std::optional<Decimal> reference_oxygen_percent;
  std::optional<MassDecimal> yearly_mass_kg;
  std::string source;  // number of the permit, for the verdict
  bool sure = true;
  Validity validity;
};

struct ExternalId {
  std::string entity, id, scheme, code;  // entity: park, enterprise, outlet, device, ...
  Validity validity;
};

/// Everything the bureau keeps in its folder of CSV files, in file order.
struct Registry {
  std::vector<Park> parks;
  std::vector<Cluster> clusters;
  std::vector<Membership> memberships;
  std::vector<Enterprise> enterprises;
  std::vector<RegisteredOutlet> outlets;
  std::vector<RegisteredDevice> devices;
  std::vector<OutletFactor> factors;
  std::vector<Facility> facilities;
  std::vector<ProductionLine> lines;
  std::vector<LineOutlet> line_outlets;
  std::vector<Project> projects;
  std::vector<Permit> permits;
  std::vector<ExternalId> external_ids;
  std::vector<Meter> meters;
  std::vector<Treatment> treatments;
  std::vector<Baseline> baselines;
  std::vector<Tolerance> tolerances;
  std::vector<OperationOrder> orders;
};

}  // namespace parkwatch
