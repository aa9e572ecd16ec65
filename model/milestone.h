#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/decimal.h"
#include "model/document.h"
#include "model/result.h"
#include "model/time.h"

namespace parkwatch {

/// A legal step of a construction project, in the order of its life: design, build, use, accept,
/// publish, file. docs/lifecycle.md says what each one means and which members it needs.
enum class Act : std::uint8_t {
  EiaApproval,
  EiaRereview,
  EiaRefusal,
  MajorChange,
  DesignChapter,
  InvestmentEstimate,
  ProtectionContract,
  FacilityRequired,
  ConstructionStart,
  MainProgress,
  ProtectionProgress,
  FacilityBuilt,
  Completion,
  CompletionDisclosed,
  CommissioningDisclosed,
  CommissioningStart,
  CommissioningEnd,
  PermitIssued,
  PermitChanged,
  PermitSuspended,
  AcceptanceReport,
  AcceptanceOpinion,
  AcceptanceDisclosed,
  DisplayEnd,
  PlatformFiling,
  FirstProduction,
  ProductionStopped,
  RectificationOpened,
  RectificationClosed,
  DismantlingApproval,
  IdlingApproval,
  Dismantled,
  Idled,
  Resumed,
};

/// What an act must say beside project and time; `Item` is a facility, change or order.
enum class ActNeeds : std::uint8_t { Nothing, Percent, Facility, Change, Order, Result, Period };

/// An act by its name in documents.
struct ActSpec {
  Act act;
  std::string_view name;
  ActNeeds needs = ActNeeds::Nothing;
  bool needs_end = false;  // until when it holds
};

/// All acts in the order of the enumeration.
std::span<const ActSpec> act_specs();
std::string_view act_name(Act act);

/// A dated act of a project, as a document says it. Acts without a phase belong to the whole
/// project.
struct Milestone {
  std::string source, id;
  std::string project, phase;
  Act act = Act::EiaApproval;
  EventTime time{};
  std::string item;  // the facility, change or rectification order it is about
  std::string document_number;
  std::optional<Decimal> percent;   // 0 to 100, of a progress report
  std::optional<Decimal> capacity;  // above 0, of a facility, in `unit`
  std::string unit;
  bool passed = false;             // of an acceptance opinion
  std::optional<EventTime> start;  // disclosed period of commissioning
  std::optional<EventTime> end;    // and the last day of it or of an approved idling

  /// Reads a document of type milestone that is not revoked. The error names the member and what is
  /// wrong with it.
  static Result<Milestone, std::string> parse(const Document& document);
  friend bool operator==(const Milestone&, const Milestone&) = default;
};

}  // namespace parkwatch
