#include "app/until_ticks.h"

#include <algorithm>

#include "app/ticker.h"
#include "storage/evidence.h"

namespace parkwatch {

namespace {

constexpr std::string_view after_header = "after";

}  // namespace

std::vector<EvidenceRecord> until_ticks(const std::vector<std::string>& parks, ReceivedTime until,
                                        std::int64_t first_offset, const Positions& after) {
  std::string positions;  // TOPIC/PARTITION@OFFSET, between blanks
  for (const auto& [id, offset] : after) {
    if (!positions.empty()) positions += ' ';
    positions += position_text({id, offset});
  }
  std::vector<EvidenceRecord> ticks;
  for (const std::string& park : parks) {
    EvidenceRecord tick;
    tick.offset = first_offset++;
    tick.append_time_ms = -1;
    tick.content_type = ContentType::Json;
    tick.key = park;
    tick.payload = tick_payload(park, until);
    tick.headers = {{std::string(after_header), positions}};
    ticks.push_back(std::move(tick));
  }
  return ticks;
}

Positions positions_of(const EvidenceRecord& tick) {
  Positions positions;
  for (const auto& [name, value] : tick.headers) {
    if (name != after_header) continue;
    for (std::string_view rest = value; !rest.empty();) {
      const std::string_view one = rest.substr(0, rest.find(' '));
      rest.remove_prefix(std::min(rest.size(), one.size() + 1));
      if (const std::optional<Position> at = parse_position(one)) positions.insert(*at);
    }
  }
  return positions;
}

}  // namespace parkwatch
