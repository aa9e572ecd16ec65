#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/exact.h"

namespace parkwatch::oracle {

/// Rows of the CSV files of registry and rules by file name without `.csv`, as column and text. A
/// column that is not there is empty.
using Cells = std::map<std::string, std::string>;
using Sheets = std::map<std::string, std::vector<Cells>>;

/// Reads CSV with a line of names; lines that begin with # are comments.
std::vector<Cells> read_csv(const std::string& text);
std::string write_csv(const std::vector<Cells>& rows);

/// What a row of registry or rules is valid for: [from, to).
struct Dated {
  Time from = 0, to = 0;
  bool covers(Time at) const { return from <= at && at < to; }
};

struct ParkRow : Dated {
  std::string id;
  const LocalDays* days = nullptr;
};
struct ClusterRow : Dated {
  std::string id;
  const LocalDays* days = nullptr;
};
struct MemberRow : Dated {
  std::string cluster, of, member;  // of: outlet, line or enterprise
  Fraction share{1};
};
struct LineRow : Dated {
  std::string line, outlet;
  Fraction share{1};  // of the outlet's mass
};
/// How much of an outlet belongs to a cluster's members, and how much of it counts.
struct ClusterShares {
  Fraction part{1};
  Fraction counted{1};
};
struct EnterpriseRow : Dated {
  std::string id, park;
};
struct OutletRow : Dated {
  std::string id, enterprise, pack;
  bool water = false;
  std::string concentration_basis, flow_basis, oxygen_basis;
  std::optional<Fraction> reference, pressure, moisture;
  std::vector<std::string> limits;
};
struct DeviceRow : Dated {
  std::string mn, outlet;
  int report_minutes = 1;  // k
  int minutes = 1;         // K
  bool minute_end = false, hour_end = false, day_end = false;
};
struct FactorRow : Dated {
  std::string outlet, code, mn, role, stored_unit;
  bool water = false;
  Fraction scale{1};  // stored = sent * scale
  std::optional<Fraction> range_min, range_max, zero_band;
  bool set_parameter = false;
  int period = 0;  // minutes, of a cyclic one

  bool is(const char* name) const { return role == name; }
};
struct FacilityRow : Dated {
  std::string enterprise, outlet, code;
};
struct LimitRow : Dated {
  std::string id, factor, outlet;  // outlet: of a permit
  bool by_day = false;
  Units lower, upper;
  std::optional<Fraction> reference;
  bool sure = true;
};

/// The registry and rules of one set, read from their rows alone and looked up by time.
class Book {
 public:
  Book(const Sheets& registry, const Sheets& rules);

  const ParkRow* park(const std::string& id, Time at) const;
  const OutletRow* outlet(const std::string& id, Time at) const;
  const DeviceRow* device(const std::string& mn, Time at) const;
  const FactorRow* factor(const std::string& outlet, const std::string& code, Time at) const;
  /// The park an outlet lies in; nullptr where the chain of rows is broken.
  const ParkRow* park_of(const OutletRow& outlet, Time at) const;
  bool facility(const OutletRow& outlet, const std::string& code, Time at) const;
  /// The device whose values of a factor count.
  const DeviceRow* counting_device(const FactorRow& factor, Time at) const;
  /// Whether the outlet's flow is registered at any time of the period.
  bool flow_registered(const std::string& outlet, Time from, Time to) const;
  /// The limits of a factor of both spans that hold at a window's start, by id.
  std::vector<const LimitRow*> limits(const OutletRow& outlet, const std::string& code,
                                      Time at) const;
  /// The reference oxygen of a factor's window; nothing where no limit asks for it.
  std::optional<Fraction> reference(const OutletRow& outlet, const std::string& code,
                                    Time at) const;
  /// Nothing where the outlet does not belong to the cluster.
  std::optional<ClusterShares> share(const std::string& cluster, const OutletRow& outlet,
                                     Time at) const;
  /// A parameter of the pack, else the general one; nothing when there is neither.
  const std::string* parameter(const std::string& name, const std::string& pack = "") const;
  Fraction number(const std::string& name, const std::string& pack = "") const;
  std::int64_t whole(const std::string& name, const std::string& pack = "") const;
  std::optional<Fraction> equivalent_kg(const std::string& code) const;

  /// How far from its data time a value of the outlet can matter to an hour: no interval, filled
  /// stretch or cycle is longer, and a label may lie an hour off.
  Time reach(const std::string& outlet) const;

  const std::vector<ParkRow>& parks() const { return parks_; }
  const std::vector<ClusterRow>& clusters() const { return clusters_; }
  /// (outlet, factor code) of every row of factors.csv, once.
  const std::vector<std::pair<std::string, std::string>>& series() const { return series_; }

 private:
  struct RuleFactor {
    std::string role, unit;
    bool water = false;
    std::optional<Fraction> molar_mass, equivalent_kg;
  };
  const LocalDays* days(const std::string& zone);
  const MemberRow* member(const std::string& cluster, const std::string& of,
                          const std::string& member, Time at) const;
  void read_rules(const Sheets& rules);
  void read_registry(const Sheets& registry);
  void read_outlets(const Sheets& registry);
  void read_factors(const Sheets& registry);
  LimitRow limit(const Cells& row, const std::string& code, const char* lower,
                 const char* upper) const;
  Fraction scale(const std::string& code, const std::string& unit) const;
  Fraction chain(const std::string& from, const std::string& to) const;

  std::map<std::string, std::unique_ptr<LocalDays>> zones_;
  std::map<std::string, RuleFactor> rule_factors_;
  std::map<std::string, std::map<std::string, Fraction>> units_;
  std::map<std::pair<std::string, std::string>, std::string> parameters_;
  std::vector<LimitRow> limits_, permits_;
  std::vector<ParkRow> parks_;
  std::vector<ClusterRow> clusters_;
  std::vector<MemberRow> members_;
  std::vector<LineRow> lines_;
  std::vector<EnterpriseRow> enterprises_;
  std::vector<OutletRow> outlets_;
  std::vector<DeviceRow> devices_;
  std::vector<FactorRow> factors_;
  std::vector<FacilityRow> facilities_;
  std::vector<std::pair<std::string, std::string>> series_;
};

}  // namespace parkwatch::oracle
