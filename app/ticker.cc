#include "app/ticker.h"

#include <array>

#include "ingest/partitioner.h"
#include "ingest/record_headers.h"
#include "model/check.h"
#include "storage/text_form.h"

namespace parkwatch {

std::string tick_payload(const std::string& park, ReceivedTime received) {
  std::string payload = R"({"type":"tick","park":)";
  append_json_text(payload, park);
  payload += R"(,"received":)";
  append_json_text(payload, utc_text(received));
  return payload + "}";
}

Ticker::Ticker(Producer& producer, std::string topic)
    : producer_(producer), topic_(std::move(topic)) {}

void Ticker::set_parks(std::vector<std::string> parks) {
  parks_ = std::move(parks);
  std::map<std::string, ReceivedTime> kept;
  for (const std::string& park : parks_) {
    const auto found = ticked_.find(park);
    if (found != ticked_.end()) kept.insert(*found);
  }
  ticked_ = std::move(kept);
  arrange();
}

void Ticker::set_partition_count(std::int32_t count) {
  check(count >= 1);
  count_ = count;
  arrange();
}

void Ticker::arrange() {
  parks_of_.clear();
  if (count_ == 0) return;
  for (const std::string& park : parks_) parks_of_[partition_of(park, count_)].push_back(park);
}

std::size_t Ticker::append(ReceivedTime now, std::span<const std::int32_t> at_end) {
  const ReceivedTime minute = floor_to(now, std::chrono::minutes(1));
  const std::array<HeaderView, 1> headers = {
      HeaderView{content_type_header, content_type_text(ContentType::Json)}};
  std::size_t appended = 0;
  for (const std::int32_t partition : at_end) {
    const auto parks = parks_of_.find(partition);
    if (parks == parks_of_.end()) continue;
    for (const std::string& park : parks->second) {
      const auto last = ticked_.find(park);
      if (last != ticked_.end() && last->second >= minute) continue;
      const Produced produced =
          producer_.produce(topic_, park, headers, tick_payload(park, minute), {});
      if (produced != Produced::Queued) return appended;
      ticked_[park] = minute;
      ++appended;
    }
  }
  return appended;
}

}  // namespace parkwatch
