#pragma once

#include <string>

#include "app/working_set.h"
#include "processors/marks.h"

namespace parkwatch {

/// A row of the table mark, and back.
Row mark_row(const std::string& park, const Mark& mark, MarkState state);
Mark mark_of(const Row& row);

/// The stored marks of an outlet of a park, in key order.
OutletMarks stored_marks(WorkingSet& rows, const Plan& plan, const std::string& park,
                         const OutletPlan& outlet);

}  // namespace parkwatch
