#include "model/milestone.h"

#include <algorithm>
#include <array>

#include "model/check.h"
#include "model/codes.h"

namespace parkwatch {

namespace {

using Fault = std::optional<std::string>;

constexpr std::array specs = {
    ActSpec{Act::EiaApproval, "eia_approval"},
    ActSpec{Act::EiaRereview, "eia_rereview"},
    ActSpec{Act::EiaRefusal, "eia_refusal"},
    ActSpec{Act::MajorChange, "major_change", ActNeeds::Change},
    ActSpec{Act::DesignChapter, "design_chapter"},
    ActSpec{Act::InvestmentEstimate, "investment_estimate"},
    ActSpec{Act::ProtectionContract, "protection_contract"},
    ActSpec{Act::FacilityRequired, "facility_required", ActNeeds::Facility},
    ActSpec{Act::ConstructionStart, "construction_start"},
    ActSpec{Act::MainProgress, "main_progress", ActNeeds::Percent},
    ActSpec{Act::ProtectionProgress, "protection_progress", ActNeeds::Percent},
    ActSpec{Act::FacilityBuilt, "facility_built", ActNeeds::Facility},
    ActSpec{Act::Completion, "completion"},
    ActSpec{Act::CompletionDisclosed, "completion_disclosed"},
    ActSpec{Act::CommissioningDisclosed, "commissioning_disclosed", ActNeeds::Period, true},
    ActSpec{Act::CommissioningStart, "commissioning_start"},
    ActSpec{Act::CommissioningEnd, "commissioning_end"},
    ActSpec{Act::PermitIssued, "permit_issued"},
    ActSpec{Act::PermitChanged, "permit_changed"},
    ActSpec{Act::PermitSuspended, "permit_suspended"},
    ActSpec{Act::AcceptanceReport, "acceptance_report"},
    ActSpec{Act::AcceptanceOpinion, "acceptance_opinion", ActNeeds::Result},
    ActSpec{Act::AcceptanceDisclosed, "acceptance_disclosed"},
    ActSpec{Act::DisplayEnd, "display_end"},
    ActSpec{Act::PlatformFiling, "platform_filing"},
    ActSpec{Act::FirstProduction, "first_production"},
    ActSpec{Act::ProductionStopped, "production_stopped"},
    ActSpec{Act::RectificationOpened, "rectification_opened", ActNeeds::Order},
    ActSpec{Act::RectificationClosed, "rectification_closed", ActNeeds::Order},
    ActSpec{Act::DismantlingApproval, "dismantling_approval", ActNeeds::Facility},
    ActSpec{Act::IdlingApproval, "idling_approval", ActNeeds::Facility, true},
    ActSpec{Act::Dismantled, "dismantled", ActNeeds::Facility},
    ActSpec{Act::Idled, "idled", ActNeeds::Facility},
    ActSpec{Act::Resumed, "resumed", ActNeeds::Facility},
};

// No project, approval or plan of today's law lies outside these years.
constexpr int first_year = 1979;
constexpr int last_year = 2099;

std::string in_quotes(std::string_view text) {
  return "'" + std::string(text) + "'";
}

Fault fault_of_absence(const Document& document, std::string_view name, bool required) {
  if (!required || !document.member(name).empty()) return std::nullopt;
  return std::string(name) + ": missing";
}

Fault read_id(const Document& document, std::string_view name, bool required, std::string& value) {
  if (Fault fault = fault_of_absence(document, name, required)) return fault;
  value = document.member(name);
  if (value.empty() || is_id(value)) return std::nullopt;
  return std::string(name) + ": " + in_quotes(value) +
         " is no id: 1 to 64 letters, digits or . _ : - without blanks";
}

Fault read_time(const Document& document, std::string_view name, bool required,
                std::optional<EventTime>& value) {
  if (Fault fault = fault_of_absence(document, name, required)) return fault;
  const std::string_view text = document.member(name);
  if (text.empty()) return std::nullopt;
  const std::optional<std::int64_t> at = parse_iso_time(text);
  if (at) {
    const int year = civil_time(*at, china_standard_time).year;
    if (first_year <= year && year <= last_year) {
      value = EventTime(*at);
      return std::nullopt;
    }
  }
  return std::string(name) + ": " + in_quotes(text) +
         " is no possible time with a zone, such as 2026-03-15T09:30:00+08:00";
}

Fault read_number(const Document& document, std::string_view name, bool required,
                  std::optional<Decimal>& value) {
  if (Fault fault = fault_of_absence(document, name, required)) return fault;
  const std::string_view text = document.member(name);
  if (text.empty()) return std::nullopt;
  value = Decimal::parse(text);
  if (value) return std::nullopt;
  return std::string(name) + ": " + in_quotes(text) + " is no number";
}

Fault read_item(const Document& document, ActNeeds needs, std::string& item) {
  if (needs == ActNeeds::Facility) return read_id(document, "facility", true, item);
  if (needs == ActNeeds::Order) return read_id(document, "order", true, item);
  // The approval of a change names the change too.
  return read_id(document, "change", needs == ActNeeds::Change, item);
}

Fault read_percent(const Document& document, Milestone& milestone) {
  if (Fault fault = read_number(document, "percent", true, milestone.percent)) return fault;
  if (*milestone.percent < Decimal{} || Decimal::whole(100) < *milestone.percent) {
    return "percent: " + in_quotes(document.member("percent")) + " is not from 0 to 100";
  }
  return std::nullopt;
}

Fault read_capacity(const Document& document, Milestone& milestone) {
  if (Fault fault = read_number(document, "capacity", false, milestone.capacity)) return fault;
  milestone.unit = document.member("unit");
  if (!milestone.capacity) return std::nullopt;
  if (*milestone.capacity <= Decimal{}) {
    return "capacity: " + in_quotes(document.member("capacity")) + " is not above 0";
  }
  if (milestone.unit.empty()) return std::string("unit: missing, the capacity needs one");
  return std::nullopt;
}

Fault read_result(const Document& document, Milestone& milestone) {
  const std::string_view result = document.member("result");
  milestone.passed = result == "pass";
  if (milestone.passed || result == "fail") return std::nullopt;
  return "result: " + in_quotes(result) + " is neither pass nor fail";
}

Fault read_period(const Document& document, const ActSpec& spec, Milestone& milestone) {
  const bool period = spec.needs == ActNeeds::Period;
  if (period) {
    if (Fault fault = read_time(document, "start", true, milestone.start)) return fault;
  }
  if (!spec.needs_end) return std::nullopt;
  if (Fault fault = read_time(document, "end", true, milestone.end)) return fault;
  const EventTime from = period ? *milestone.start : milestone.time;
  if (from <= *milestone.end) return std::nullopt;
  return "end: " + in_quotes(document.member("end")) + " is before the " +
         (period ? "start" : "act's own time");
}

Fault read_members(const Document& document, const ActSpec& spec, Milestone& milestone) {
  if (Fault fault = read_item(document, spec.needs, milestone.item)) return fault;
  switch (spec.needs) {
    case ActNeeds::Percent:
      if (Fault fault = read_percent(document, milestone)) return fault;
      break;
    case ActNeeds::Facility:
      if (Fault fault = read_capacity(document, milestone)) return fault;
      break;
    case ActNeeds::Result:
      if (Fault fault = read_result(document, milestone)) return fault;
      break;
    case ActNeeds::Nothing:
    case ActNeeds::Change:
    case ActNeeds::Order:
    case ActNeeds::Period:
      break;
  }
  return read_period(document, spec, milestone);
}

}  // namespace

std::span<const ActSpec> act_specs() {
  return specs;
}

std::string_view act_name(Act act) {
  const ActSpec& spec = specs.at(static_cast<std::size_t>(act));
  check(spec.act == act);
  return spec.name;
}

Result<Milestone, std::string> Milestone::parse(const Document& document) {
  Milestone milestone;
  milestone.source = document.source;
  milestone.id = document.id;
  const std::string_view name = document.member("act");
  const auto spec = std::find_if(specs.begin(), specs.end(),
                                 [&](const ActSpec& one) { return one.name == name; });
  if (spec == specs.end()) {
    return Unexpected{name.empty() ? "act: missing" : "act: " + in_quotes(name) + " is not known"};
  }
  milestone.act = spec->act;
  if (Fault fault = read_id(document, "project", true, milestone.project)) {
    return Unexpected{*std::move(fault)};
  }
  if (Fault fault = read_id(document, "phase", false, milestone.phase)) {
    return Unexpected{*std::move(fault)};
  }
  std::optional<EventTime> time;
  if (Fault fault = read_time(document, "time", true, time)) return Unexpected{*std::move(fault)};
  milestone.time = *time;
  milestone.document_number = document.member("document_number");
  if (Fault fault = read_members(document, *spec, milestone)) return Unexpected{*std::move(fault)};
  return milestone;
}

}  // namespace parkwatch
