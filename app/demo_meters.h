#pragma once

#include "app/demo_records.h"
#include "app/demo_scrubber.h"

namespace parkwatch {

/// Sends what the cement works' kiln, which never stops, and its scrubber draw in a minute.
void send_demo_power(DemoRecords& records, const DemoScrubber& scrubber, EventTime minute);

}  // namespace parkwatch
