#include "app/mass_hours.h"

#include <algorithm>

#include "app/rows.h"
#include "model/check.h"
#include "storage/packed_fields.h"

namespace parkwatch {

namespace {

constexpr std::chrono::milliseconds day_length = std::chrono::hours(24);

std::size_t index_of(EventTime hour, EventTime day) {
  return static_cast<std::size_t>((hour - day) / std::chrono::hours(1));
}

}  // namespace

MassHours::MassHours(WorkingSet& rows, std::string park, std::string outlet, std::string factor)
    : rows_(rows), series_{std::move(park), std::move(outlet), std::move(factor)} {}

void MassHours::load(EventTime day) {
  if (held_ == day) return;
  held_ = day;
  day_ = {};
  Key key = series_;
  key.push_back(cell(day));
  const Row* row = rows_.find(TableId::MassHours, key);
  if (row == nullptr) return;
  FieldReader fields(text_of((*row)[4]));
  for (HourMass& hour : day_) {
    const std::string_view of = fields.bytes(1);
    check(!of.empty());
    hour.of = static_cast<MassClass>(of.front());
    hour.mass = MassDecimal::from_units(fields.number());
  }
  check(fields.ok());
}

HourMass MassHours::at(EventTime hour) {
  const EventTime day = floor_to(hour, day_length);
  load(day);
  return day_[index_of(hour, day)];
}

void MassHours::set(EventTime hour, const HourMass& mass) {
  const EventTime day = floor_to(hour, day_length);
  load(day);
  day_[index_of(hour, day)] = mass;
  Row row = series_;
  row.push_back(cell(day));
  const bool any = std::any_of(day_.begin(), day_.end(),
                               [](const HourMass& one) { return one.of != MassClass::None; });
  if (!any) return rows_.erase(TableId::MassHours, row);
  std::string content;
  for (const HourMass& one : day_) {
    content.push_back(static_cast<char>(one.of));
    append_number(content, one.mass.units());
  }
  row.emplace_back(std::move(content));
  rows_.put(TableId::MassHours, std::move(row));
}

}  // namespace parkwatch
