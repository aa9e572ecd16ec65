// What single steps cost: decoding a frame and a JSON reading, packing a device hour.
#include <benchmark/benchmark.h>

#include "ingest/decoder.h"
#include "ingest/hj212/crc.h"
#include "ingest/hj212/writer.h"
#include "model/device_hour.h"

namespace parkwatch {
namespace {

std::string frame() {
  hj212::ReportHeader header;
  header.qn = EventTime(1'773'538'200'125);
  header.st = "31";
  header.cn = "2011";
  header.pw = "123456";
  header.mn = "A0B1C2D3E4F5061728394A5B";
  header.data_time = EventTime(1'773'538'200'000);
  header.answer_required = true;
  std::vector<hj212::Item> items;
  for (const char* factor : {"a34013", "a21026", "a21002", "a19001", "a00000"}) {
    items.push_back({factor, "Rtd", "12.345"});
    items.push_back({factor, "Flag", "N"});
  }
  return hj212::write_report(header, items)->front();
}

RecordView record_of(const std::string& payload, ContentType type) {
  RecordView record;
  record.payload = payload;
  record.content_type = type;
  record.append_time_ms = 1'773'538'200'500;
  return record;
}

void decode(benchmark::State& state, const std::string& payload, ContentType type) {
  Decoder decoder{Decoder::Options{}};
  const RecordView record = record_of(payload, type);
  for (auto _ : state) benchmark::DoNotOptimize(decoder.decode(record).has_value());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(payload.size()));
}

void decode_frame(benchmark::State& state) {
  decode(state, frame(), ContentType::Hj212);
}
BENCHMARK(decode_frame);

void decode_json(benchmark::State& state) {
  const std::string value = R"({"value":"12.345","flag":"N"})";
  decode(
      state,
      R"({"mn":"A0B1C2D3E4F5061728394A5B","kind":"realtime","time":"2026-03-15T09:30:00+08:00","factors":{"a34013":)" +
          value + R"(,"a21026":)" + value + R"(,"a21002":)" + value + R"(,"a19001":)" + value +
          R"(,"a00000":)" + value + "}}",
      ContentType::Json);
}
BENCHMARK(decode_json);

DeviceHour hour_of_samples() {
  DeviceHour hour;
  for (int i = 0; i < 60; ++i) {
    bool changed = false;
    for (const char* factor : {"a34013", "a21026", "a21002", "a19001", "a00000"}) {
      hour.offer(factor, Kind::Realtime,
                 {EventTime(i * 60'000), ReceivedTime(i * 60'000 + 500), Scheme::Hj212v2017,
                  "Flag=N,Rtd=12.345"},
                 changed);
    }
  }
  return hour;
}

void pack_device_hour(benchmark::State& state) {
  const DeviceHour hour = hour_of_samples();
  for (auto _ : state) benchmark::DoNotOptimize(hour.pack(EventTime(0)).size());
}
BENCHMARK(pack_device_hour);

void unpack_device_hour(benchmark::State& state) {
  const std::string bytes = hour_of_samples().pack(EventTime(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(DeviceHour::unpack(EventTime(0), bytes).has_value());
  }
}
BENCHMARK(unpack_device_hour);

}  // namespace
}  // namespace parkwatch
