#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/fault.h"
#include "model/key_index.h"
#include "model/registry_csv.h"
#include "model/registry_sheets.h"

namespace parkwatch {

/// Checks the rows of a registry against each other and the rules. Lives for one check.
class RegistryCheck {
 public:
  RegistryCheck(const TextFiles& files, const RegistrySheets& sheets,
                const RegistryContext& context, Faults& faults);

  void run();

 private:
  struct Dated {
    std::string_view id;  // both texts are the row's own
    Validity validity;
    int line = 0;
    std::string_view owner;  // enterprise or outlet that it belongs to
  };
  /// The rows of each id.
  class Index {
   public:
    Index() = default;
    /// In the order of the file.
    explicit Index(std::vector<Dated> rows);
    bool empty() const { return rows_.empty(); }
    /// In the order of the file; none for an unknown id.
    std::span<const Dated> find(std::string_view id) const;
    /// All rows, those of an id next to each other.
    std::span<const Dated> rows() const { return rows_; }

   private:
    std::vector<Dated> rows_;
    KeyIndex by_id_;
  };

  template <class Item>
  void report(const SheetRows<Item>& rows, std::size_t i, Severity severity, std::string message,
              std::string advice);
  template <class Item>
  void fault(const SheetRows<Item>& rows, std::size_t i, std::string message, std::string advice);
  template <class Item>
  void warn(const SheetRows<Item>& rows, std::size_t i, std::string message, std::string advice);

  /// Refuses two rows of one key that hold at the same time. Items of an empty key are left out.
  template <class Item, class Key, class Owner>
  Index index(const SheetRows<Item>& rows, const Key& key, const Owner& owner);
  template <class Item, class Key>
  void unique(const SheetRows<Item>& rows, const Key& key);
  /// The id must be there for as long as the row holds.
  template <class Item>
  void refer(const SheetRows<Item>& rows, std::size_t i, std::string_view column,
             const std::string& id, const Index& index, std::string_view what);
  /// Whether a file has a fault of its own: what it lacks is then no news.
  bool refused(std::string_view file) const;
  template <class Item>
  void zones(const SheetRows<Item>& rows);

  void build_indexes();
  void references();
  void memberships();
  /// Warns of a row where the shares of its member add up to more than 1.
  template <class Item>
  void shares(const SheetRows<Item>& rows, std::size_t i, const KeyIndex& by_member,
              std::uint32_t first, const std::string& member);
  void line_outlets();
  void projects();
  void external_ids();
  void facilities();
  void duplicates();
  // registry_check_factors.cc
  void outlets();
  void outlet_scheme(std::size_t i);
  void outlet_limit(std::size_t i, const std::string& id);
  void stack(std::size_t i, const std::string& id);
  void reference_oxygen(std::size_t i, const Limit& limit);
  void factors();
  void factor_device(std::size_t i);
  void permits();
  void convertible(std::size_t i, const std::optional<Decimal>& value, std::string_view column);
  /// A limit with this id at any time that the row holds, one that depends on the stack before
  /// others; nullptr when there is none.
  const Limit* limit_during(const std::string& id, const Validity& validity) const;
  bool measures(const std::string& outlet, const std::string& factor,
                const Validity& validity) const;
  // registry_check_operation.cc
  void meters();
  void treatments();
  void treatment_group(std::size_t i);
  bool metered(UnitOf of, const std::string& unit, const Validity& validity) const;
  void baselines();
  void orders();
  /// The enterprise of a unit's first row; empty for one that is not there.
  std::string enterprise_of(UnitOf of, const std::string& unit) const;
  /// The medium of the outlet's first row; nothing for an outlet that is not there.
  std::optional<Medium> medium_of(const std::string& outlet) const;

  const TextFiles& files_;
  const RegistrySheets& sheets_;
  const RegistryContext& context_;
  Faults& faults_;
  Index parks_, clusters_, enterprises_, outlets_, devices_, facilities_, lines_, projects_;
  Index devices_of_outlet_;  // by outlet; owner: the MN
  Index factors_of_outlet_;  // by outlet; owner: the factor
  RowsById<RegisteredOutlet> outlet_rows_;
  RowsById<Factor> factors_by_code_;
  RowsById<Limit> limits_by_id_;
};

template <class Item>
void RegistryCheck::report(const SheetRows<Item>& rows, std::size_t i, Severity severity,
                           std::string message, std::string advice) {
  faults_.push_back(
      {files_.path(rows.file), rows.lines[i], severity, std::move(message), std::move(advice)});
}
template <class Item>
void RegistryCheck::fault(const SheetRows<Item>& rows, std::size_t i, std::string message,
                          std::string advice) {
  report(rows, i, Severity::Fault, std::move(message), std::move(advice));
}
template <class Item>
void RegistryCheck::warn(const SheetRows<Item>& rows, std::size_t i, std::string message,
                         std::string advice) {
  report(rows, i, Severity::Warning, std::move(message), std::move(advice));
}

}  // namespace parkwatch
