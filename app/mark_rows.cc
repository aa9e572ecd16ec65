#include "app/mark_rows.h"

#include "app/rows.h"

namespace parkwatch {

Row mark_row(const std::string& park, const Mark& mark, MarkState state) {
  return {park,
          mark.outlet,
          mark.source,
          mark.id,
          mark.scheme,
          mark.mark,
          mark.factor,
          cell(mark.from),
          cell(mark.to),
          mark.author,
          mark.received.milliseconds(),
          std::string(mark_state_name(state))};
}

Mark mark_of(const Row& row) {
  Mark mark;
  mark.outlet = text_of(row[1]);
  mark.source = text_of(row[2]);
  mark.id = text_of(row[3]);
  mark.scheme = text_of(row[4]);
  mark.mark = text_of(row[5]);
  mark.factor = text_of(row[6]);
  mark.from = EventTime(number_of(row[7]));
  mark.to = EventTime(number_of(row[8]));
  mark.author = text_of(row[9]);
  mark.received = ReceivedTime(number_of(row[10]));
  const std::string& state = text_of(row[11]);
  if (state == mark_state_name(MarkState::Revoked)) mark.standing = Mark::Standing::Revoked;
  if (state == mark_state_name(MarkState::False)) mark.standing = Mark::Standing::False;
  return mark;
}

OutletMarks stored_marks(WorkingSet& rows, const Plan& plan, const std::string& park,
                         const OutletPlan& outlet) {
  std::vector<Mark> marks;
  for (const Row* row : rows.rows(TableId::Mark, {park, outlet.id})) marks.push_back(mark_of(*row));
  return OutletMarks(plan, outlet, plan.zone_of_park(park), std::move(marks));
}

}  // namespace parkwatch
