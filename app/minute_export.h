#pragma once

#include "processors/plan.h"
#include "storage/export.h"

namespace parkwatch {

/// Prints the minutes that the kept reports of devices give, as rows of span `minute`: valid and
/// invalid ones of registered factors, in their stored unit and as measured, before any conversion;
/// missing minutes have no row. Ordered by park, start, outlet and factor; from and to select by
/// start.
void export_minutes(Store& store, const Plan& plan, const ExportRequest& request,
                    const TextSink& sink);

}  // namespace parkwatch
