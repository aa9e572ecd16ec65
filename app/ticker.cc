#include "app/ticker.h"

#include <algorithm>
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
  arrange();
}

void Ticker::set_partition_count(std::int32_t count) {
  check(count >= 1);
  if (count == count_) return;
  count_ = count;
  arrange();
}

void Ticker::arrange() {
  shares_.clear();
  if (count_ == 0) return;
  for (const std::string& park : parks_) shares_[partition_of(park, count_)].parks.push_back(park);
}

std::size_t Ticker::append(ReceivedTime now, std::span<const std::int32_t> at_end) {
  producer_.poll(std::chrono::milliseconds(0));  // makes room: finished records count until then
  const ReceivedTime minute = floor_to(now, std::chrono::minutes(1));
  const std::array<HeaderView, 1> headers = {
      HeaderView{content_type_header, content_type_text(ContentType::Json)}};
  std::size_t appended = 0;
  for (const std::int32_t partition : at_end) {
    const auto found = shares_.find(partition);
    if (found == shares_.end()) continue;
    Share& share = found->second;
    if (share.minute < minute) share.next = 0;
    share.minute = std::max(share.minute, minute);
    for (; share.next < share.parks.size(); ++share.next) {
      const std::string& park = share.parks[share.next];
      const std::string payload = tick_payload(park, share.minute);
      if (producer_.produce(topic_, park, headers, payload, {}) != Produced::Queued) {
        return appended;
      }
      ++appended;
    }
  }
  return appended;
}

}  // namespace parkwatch
