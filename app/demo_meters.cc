#include "app/demo_meters.h"

#include <fmt/format.h>

namespace parkwatch {

namespace {

constexpr std::int64_t kiln_kw = 3'200;  // rated, as in the registry's meters.csv
constexpr std::int64_t scrubber_kw = 450;
constexpr std::int64_t standby_kw = 3;

/// Rises and falls between 81 and 89 % of what is rated.
std::int64_t load_kw(std::int64_t rated_kw, EventTime minute) {
  const std::int64_t step = minute.milliseconds() / 60'000 % 17;
  return rated_kw * (81 + step / 2) / 100;
}

}  // namespace

void send_demo_power(DemoRecords& records, const DemoScrubber& scrubber, EventTime minute) {
  const bool treated = scrubber.runs(minute);
  const std::string time = utc_text(minute);
  records.send("xz-equipment",
               fmt::format(R"({{"type":"activity","mn":"DE320312000000000000P001",)"
                           R"("kind":"realtime","time":"{}","received":"{}",)"
                           R"("factors":{{"kiln":{{"value":{}}},"scrubber":{{"value":{}}}}}}})",
                           time, time, load_kw(kiln_kw, minute),
                           treated ? load_kw(scrubber_kw, minute) : standby_kw));
}

}  // namespace parkwatch
