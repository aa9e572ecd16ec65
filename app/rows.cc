#include "app/rows.h"

#include <stdexcept>

#include "model/check.h"

namespace parkwatch {

namespace {

Cell phase_cell(bool closed) {
  return std::string(closed ? "closed" : "open");
}

Cell boolean(bool value) {
  return std::int64_t{value ? 1 : 0};
}

}  // namespace

std::string span_text(LimitSpan span) {
  return span == LimitSpan::Day ? "day" : "hour";
}

std::string record_position(const PartitionId& id, std::int64_t offset) {
  return id.topic + "/" + std::to_string(id.partition) + "/" + std::to_string(offset);
}

Cell cell(std::string_view text) {
  return std::string(text);
}
Cell cell(EventTime at) {
  return at.milliseconds();
}

std::optional<Decimal> decimal_of(const Cell& value) {
  if (std::holds_alternative<std::monostate>(value)) return std::nullopt;
  return Decimal::from_units(std::get<std::int64_t>(value));
}

std::optional<MassDecimal> mass_of(const Cell& value) {
  if (std::holds_alternative<std::monostate>(value)) return std::nullopt;
  return MassDecimal::from_units(std::get<std::int64_t>(value));
}

const std::string& text_of(const Cell& value) {
  return std::get<std::string>(value);
}
std::int64_t number_of(const Cell& value) {
  return std::get<std::int64_t>(value);
}

std::optional<EventTime> park_time_of(const Row& row) {
  if (std::holds_alternative<std::monostate>(row[1])) return std::nullopt;
  return EventTime(number_of(row[1]));
}

VersionedColumns versioned_columns(TableId id) {
  if (id == TableId::OutletWindow) return {5, 22, 23};
  if (id == TableId::Verdict) return {6, 16, 17};
  check(id == TableId::Violation);
  return {4, 12, 13};
}

Row window_row(const WindowKey& key, const Window& w, const std::string& registry) {
  return {key.park,
          span_text(key.span),
          cell(key.start),
          w.outlet,
          w.factor,
          phase_cell(key.closed),
          w.state,
          cell(w.value),
          cell(w.converted),
          cell(w.minimum),
          cell(w.maximum),
          w.samples,
          w.valid_minutes,
          w.invalid_minutes,
          w.converted_minutes,
          cell(w.volume_m3),
          cell(w.mass_kg),
          w.mass_state,
          cell(w.reported),
          cell(w.recomputed),
          w.source,
          w.first_arrival ? Cell{w.first_arrival->milliseconds()} : Cell{},
          Cell{},
          registry};
}

Window window_of(const Row& row, FactorRole role) {
  Window w;
  w.outlet = text_of(row[3]);
  w.factor = text_of(row[4]);
  w.role = role;
  w.state = text_of(row[6]);
  w.value = decimal_of(row[7]);
  w.converted = decimal_of(row[8]);
  w.minimum = decimal_of(row[9]);
  w.maximum = decimal_of(row[10]);
  w.samples = number_of(row[11]);
  w.valid_minutes = number_of(row[12]);
  w.invalid_minutes = number_of(row[13]);
  w.converted_minutes = number_of(row[14]);
  w.volume_m3 = decimal_of(row[15]);
  w.mass_kg = mass_of(row[16]);
  w.mass_state = text_of(row[17]);
  w.reported = decimal_of(row[18]);
  w.recomputed = decimal_of(row[19]);
  w.source = text_of(row[20]);
  if (!std::holds_alternative<std::monostate>(row[21])) {
    w.first_arrival = ReceivedTime(number_of(row[21]));
  }
  return w;
}

Row verdict_row(const WindowKey& key, const Verdict& v, const std::string& registry) {
  return {key.park,
          span_text(key.span),
          cell(key.start),
          v.outlet,
          v.factor,
          v.limit_id,
          phase_cell(key.closed),
          v.state_before_marks,
          v.state,
          cell(v.value),
          cell(v.lower),
          cell(v.upper),
          cell(v.ratio),
          boolean(v.leads),
          boolean(v.unsure),
          v.note,
          Cell{},
          registry};
}

Row quality_row(const WindowKey& key, const Finding& finding) {
  return {key.park,       span_text(key.span), cell(key.start), finding.outlet,
          finding.factor, finding.finding,     finding.detail};
}

Row document_row(const Document& document) {
  return {document.park,
          document.type,
          document.source,
          document.id,
          document.received.milliseconds(),
          pack_members(document.members)};
}

Document document_of(const Row& row) {
  Result<DocumentMembers, std::string> members = unpack_members(text_of(row[5]));
  if (!members) throw std::runtime_error("document " + text_of(row[3]) + ": " + members.error());
  return {text_of(row[1]),
          text_of(row[2]),
          text_of(row[3]),
          text_of(row[0]),
          ReceivedTime(number_of(row[4])),
          *std::move(members)};
}

Row violation_row(const std::string& park, const Violation& v, const std::string& registry) {
  return {park,
          v.rule,
          v.subject,
          cell(v.start),
          phase_cell(v.state != Violation::State::Due),
          violation_state_text(v.state),
          v.end ? cell(*v.end) : Cell{},
          v.due ? cell(*v.due) : Cell{},
          v.severity,
          cell(v.mass_kg),
          v.basis,
          v.evidence,
          Cell{},
          registry};
}

Violation violation_of(const Row& row) {
  Violation violation;
  violation.rule = text_of(row[1]);
  violation.subject = text_of(row[2]);
  violation.start = EventTime(number_of(row[3]));
  using enum Violation::State;
  for (const Violation::State state : {Due, Ongoing, Ended}) {
    if (text_of(row[5]) == violation_state_text(state)) violation.state = state;
  }
  if (const auto* end = std::get_if<std::int64_t>(&row[6])) violation.end = EventTime(*end);
  if (const auto* due = std::get_if<std::int64_t>(&row[7])) violation.due = EventTime(*due);
  violation.severity = text_of(row[8]);
  violation.mass_kg = mass_of(row[9]);
  violation.basis = text_of(row[10]);
  violation.evidence = text_of(row[11]);
  return violation;
}

Row contribution_row(const std::string& cluster, const std::string& park, LimitSpan span,
                     EventTime start, const std::string& factor, const Contribution& c) {
  return {cluster,
          span_text(span),
          cell(start),
          factor,
          park,
          phase_cell(c.closed),
          c.gross_kg.units(),
          c.additive_kg.units(),
          c.due,
          c.present,
          c.estimated_kg.units()};
}

Contribution contribution_of(const Row& row) {
  Contribution c;
  c.closed = text_of(row[5]) == "closed";
  c.gross_kg = MassDecimal::from_units(number_of(row[6]));
  c.additive_kg = MassDecimal::from_units(number_of(row[7]));
  c.due = number_of(row[8]);
  c.present = number_of(row[9]);
  c.estimated_kg = MassDecimal::from_units(number_of(row[10]));
  return c;
}

Row episode_row(const EpisodeSubject& subject, const std::string& id, const EpisodeSpan& span,
                const std::string& severity, EventTime minute) {
  return {id,
          subject.rule,
          subject.park,
          subject.outlet,
          subject.factor,
          subject.limit_id,
          subject.span,
          severity,
          std::string(span.resolved ? "resolved" : "open"),
          cell(span.first),
          cell(span.last),
          span.windows,
          span.resolved ? cell(*span.resolved) : Cell{},
          cell(minute)};
}

}  // namespace parkwatch
