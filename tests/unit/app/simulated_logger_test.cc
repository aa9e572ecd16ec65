#include "app/simulated_logger.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "app/active_set.h"
#include "ingest/hj212/frame.h"
#include "tests/support/temporary_folder.h"

namespace parkwatch {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const EventTime start(*parse_iso_time("2026-03-15T00:00:00+08:00"));

SimulationOptions three_hours() {
  SimulationOptions options;
  options.from = start;
  options.to = start + hours(3);
  return options;
}

std::vector<SimulatedFrame> all_frames(const SimulatedDevice& device,
                                       const SimulationOptions& options) {
  SimulatedLogger logger(device, options);
  std::vector<SimulatedFrame> frames;
  while (const auto due = logger.next_due()) frames.push_back(*logger.next(*due));
  return frames;
}

PopulationOptions mixed_population(int loggers) {
  PopulationOptions options;
  options.loggers = loggers;
  options.share_encrypted_ppm = 300'000;
  return options;
}

TEST(SimulatedLogger, SendsAReportAMinuteAndAnHourReportInOrder) {
  const Population population = make_population({.seed = 5, .loggers = 3});
  for (const SimulatedDevice& device : population.devices) {
    const auto frames = all_frames(device, three_hours());
    EXPECT_EQ(frames.size(), 180U + 2U);
    std::set<std::string> qns;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      EXPECT_TRUE(qns.insert(frames[i].qn).second);
      EXPECT_LE(frames[i == 0 ? 0 : i - 1].due, frames[i].due);
    }
  }
}

TEST(SimulatedLogger, TheSameSeedGivesTheSameFrames) {
  SimulationOptions options = three_hours();
  options.duplicate_ppm = options.correction_ppm = options.broken_ppm = 20'000;
  const Population one = make_population(mixed_population(20));
  const Population other = make_population(mixed_population(20));
  for (std::size_t i = 0; i < one.devices.size(); ++i) {
    const auto a = all_frames(one.devices[i], options);
    const auto b = all_frames(other.devices[i], options);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t j = 0; j < a.size(); ++j) EXPECT_EQ(a[j].bytes, b[j].bytes);
  }
  const auto again = make_population({.seed = 2, .loggers = 20});
  EXPECT_NE(again.devices[0].seed, one.devices[0].seed);
}

TEST(SimulatedLogger, EveryFrameIsIntactButTheBrokenOnes) {
  SimulationOptions options = three_hours();
  options.minute_reports = options.status = options.heartbeats = true;
  options.broken_ppm = options.late_ppm = options.out_of_order_ppm = 30'000;
  options.duplicate_ppm = options.correction_ppm = 30'000;
  options.outage_ppm = 100'000;
  std::map<Trouble, int> seen;
  for (const SimulatedDevice& device : make_population(mixed_population(40)).devices) {
    hj212::FrameOptions frame_options;
    frame_options.keys = [&](std::string_view) { return device.key; };
    for (const SimulatedFrame& frame : all_frames(device, options)) {
      seen[frame.trouble] += 1;
      hj212::FrameScratch scratch;
      const auto read = hj212::read_frame(frame.bytes, frame_options, scratch);
      ASSERT_EQ(read.has_value(), frame.trouble != Trouble::Broken) << frame.bytes;
      if (!read) continue;
      hj212::Segment segment;
      hj212::parse_segment(read->segment, segment);
      EXPECT_FALSE(segment.warnings.any()) << read->segment;
      EXPECT_EQ(segment.field(hj212::Field::Mn), device.mn);
      EXPECT_EQ(segment.field(hj212::Field::Qn), frame.qn);
      EXPECT_EQ(segment.version, device.version);
      EXPECT_EQ(segment.resend, frame.resend);
      EXPECT_TRUE(segment.answer_required());
    }
  }
  for (const Trouble trouble :
       {Trouble::None, Trouble::OutOfOrder, Trouble::Late, Trouble::Duplicate, Trouble::Correction,
        Trouble::Broken, Trouble::Outage}) {
    EXPECT_GT(seen[trouble], 0) << trouble_name(trouble);
  }
}

TEST(SimulatedLogger, AResentFrameSaysSoOnlyWhereTheVersionCan) {
  for (const SimulatedDevice& device : make_population({.seed = 1, .loggers = 30}).devices) {
    SimulatedFrame frame = all_frames(device, three_hours()).front();
    const std::string before = frame.bytes;
    mark_resent(frame, device);
    EXPECT_EQ(frame.bytes != before, device.version == 2025);
    EXPECT_EQ(frame.bytes.find(";RF=1;CP=&&") != std::string::npos, device.version == 2025);
    const std::string once = frame.bytes;
    mark_resent(frame, device);
    EXPECT_EQ(frame.bytes, once);
  }
}

TEST(SimulatedLogger, ABacklogIsHistoryBeforeNow) {
  const Population population = make_population({.seed = 1, .loggers = 1});
  SimulatedLogger logger(population.devices[0], three_hours());
  while (logger.next(start + hours(3))) {
  }
  logger.add_backlog(start + hours(2), 200);
  int count = 0;
  while (const auto frame = logger.next(start + hours(3))) {
    EXPECT_EQ(frame->trouble, Trouble::Backlog);
    EXPECT_LT(frame->data_time, start + hours(2));
    ++count;
  }
  EXPECT_EQ(count, 200);
}

TEST(SimulatedPopulation, ItsRegistryIsWithoutFaults) {
  const TemporaryFolder folder;
  write_registry(make_population(mixed_population(60)), folder.file("registry"));
  const LoadedSet loaded = load_set(folder.file("registry"), PARKWATCH_SOURCE_DIR "/rules");
  for (const Fault& fault : loaded.faults) {
    EXPECT_EQ(fault.severity, Severity::Warning) << fault.text();
  }
  EXPECT_EQ(loaded.set.registry.devices.size(), 60U);
  EXPECT_EQ(loaded.set.registry.parks.size(), 3U);
  EXPECT_EQ(loaded.set.registry.clusters.size(), 2U);
  EXPECT_TRUE(std::filesystem::exists(folder.file("registry/sm4.keys")));
}

}  // namespace
}  // namespace parkwatch
