#pragma once

#include "model/sheet.h"

namespace parkwatch {

/// The files of rules/ as they were when the program was built.
TextFiles shipped_rules();

}  // namespace parkwatch
