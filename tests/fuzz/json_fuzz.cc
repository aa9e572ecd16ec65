// Decodes any bytes as a JSON record, and reads them as a line of frame JSON.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ingest/decoder.h"
#include "ingest/hj212/frame_json.h"
#include "model/check.h"
#include "model/decimal.h"

namespace {

using namespace parkwatch;

void check_reading(const Decoded& decoded) {
  std::string_view previous;
  for (const ReadingItem& item : decoded.reading.items) {
    check(!item.text.empty());
    check(item.attribute == "Flag" || Number::parse(item.text).has_value());
    previous = item.factor;
  }
  check(decoded.reading.items.empty() || previous.data() != nullptr);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static Decoder decoder({});  // reused, so that nothing of one record may reach the next
  RecordView record;
  record.payload = text;
  record.content_type = ContentType::Json;
  const auto decoded = decoder.decode(record);
  if (decoded && (*decoded)->type == RecordType::Reading) check_reading(**decoded);
  Decoder fresh({});
  const auto again = fresh.decode(record);
  check(decoded.has_value() == again.has_value());
  if (!decoded) {
    check(decoded.error() == again.error());
  } else {
    check((*decoded)->reading.items == (*again)->reading.items);
    check((*decoded)->rejected == (*again)->rejected);
  }
  static hj212::FrameJsonReader lines({});
  std::string frame;
  lines.append(text, frame);
  return 0;
}
