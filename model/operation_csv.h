#pragma once

#include "model/fault.h"
#include "model/operation.h"
#include "model/sheet.h"

namespace parkwatch {

/// Reads rules/operation.csv into the rows. The file may be left out where no meter is registered;
/// where it stands, every parameter must have a value at every time.
void read_operation_parameters(const TextFiles& files, std::vector<OperationParameter>& rows,
                               Faults& faults);

// One row of meters.csv, treatments.csv, baselines.csv, tolerances.csv and orders.csv, checked by
// itself.
Meter read_meter(const SheetRow& row);
Treatment read_treatment(const SheetRow& row);
Baseline read_baseline(const SheetRow& row);
Tolerance read_tolerance(const SheetRow& row);
OperationOrder read_order(const SheetRow& row);

}  // namespace parkwatch
