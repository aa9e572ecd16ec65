#include "app/simulated_logger.h"

#include <algorithm>
#include <utility>

#include "ingest/hj212/writer.h"
#include "model/check.h"

namespace parkwatch {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view password = "123456";

std::string_view system_code(Medium medium) {
  return medium == Medium::Air ? "31" : "32";
}

bool starts_local(EventTime at, milliseconds span) {
  const milliseconds shift = china_standard_time;
  return floor_to(at + shift, span) == at + shift;
}

/// Damages a frame in one of the ways seen in the field.
void damage(std::string& bytes, std::uint64_t random) {
  const std::size_t size = bytes.size();
  switch (random % 5) {
    case 0:  // wrong checksum
      bytes[size - 3] = bytes[size - 3] == '0' ? '4' : '0';
      break;
    case 1:  // cut off
      bytes.resize(size / 2);
      break;
    case 2:  // wrong length
      bytes[5] = bytes[5] == '9' ? '8' : static_cast<char>(bytes[5] + 1);
      break;
    case 3:  // no frame at all
      bytes = "GET /" + std::to_string(random) + " HTTP/1.1\r\n\r\n";
      break;
    case 4:  // a byte lost on the way
      bytes.erase(size / 3, 1);
      break;
  }
}

}  // namespace

std::string_view trouble_name(Trouble trouble) {
  switch (trouble) {
    case Trouble::None:
      return "none";
    case Trouble::OutOfOrder:
      return "out_of_order";
    case Trouble::Late:
      return "late";
    case Trouble::Duplicate:
      return "duplicate";
    case Trouble::Correction:
      return "correction";
    case Trouble::Broken:
      return "broken";
    case Trouble::Outage:
      return "outage";
    case Trouble::WrongClock:
      return "wrong_clock";
    case Trouble::Backlog:
      return "backlog";
  }
  check(false);
  return {};
}

void mark_resent(SimulatedFrame& frame, const SimulatedDevice& device) {
  if (device.version != 2025 || frame.resend || frame.trouble == Trouble::Broken || device.key) {
    return;
  }
  constexpr std::size_t head = 6, end = 6;  // "##" and length; checksum and tail
  std::string segment = frame.bytes.substr(head, frame.bytes.size() - head - end);
  const std::size_t area = segment.find("CP=&&");
  check(area != std::string::npos);
  segment.insert(area, "RF=1;");
  frame.bytes.clear();
  hj212::append_frame(segment, frame.bytes);
  frame.resend = true;
}

SimulatedLogger::SimulatedLogger(SimulatedDevice device, const SimulationOptions& options)
    : device_(std::move(device)),
      options_(options),
      outlet_(device_),
      generated_to_(floor_to(options.from, minutes(1))) {}

std::optional<SimulatedFrame> SimulatedLogger::next(EventTime now) {
  const auto due = next_due();
  if (!due || *due > now) return std::nullopt;
  SimulatedFrame frame = waiting_.top();
  waiting_.pop();
  return frame;
}

std::optional<EventTime> SimulatedLogger::next_due() {
  // Frames of later minutes are due later, so the earliest waiting one is safe to give out.
  while (generated_to_ < options_.to && (waiting_.empty() || waiting_.top().due >= generated_to_)) {
    generate_minute(generated_to_);
    generated_to_ = generated_to_ + minutes(1);
  }
  if (waiting_.empty()) return std::nullopt;
  return waiting_.top().due;
}

void SimulatedLogger::generate_minute(EventTime minute) {
  const auto own_second = static_cast<std::int64_t>(device_.seed % 50);
  const EventTime turn = minute + seconds(own_second);
  const int interval = std::max(device_.report_interval_s, 1);
  for (int second = 0; second < 60 && options_.realtime; second += std::min(interval, 60)) {
    const EventTime at = minute + seconds(second);
    const bool due = (at.milliseconds() / 1000) % interval == 0;
    if (due && at >= options_.from) {
      add_report(turn + seconds(second), {"2011", at, text_of("2011", at, 0)});
    }
  }
  if (options_.minute_reports && minute - minutes(1) >= options_.from) {
    add_report(turn, {"2051", minute - minutes(1), text_of("2051", minute - minutes(1), 0)});
  }
  if (options_.status && starts_local(minute, minutes(10))) {
    add_report(turn, {"2021", minute, text_of("2021", minute, 0)});
  }
  if (options_.heartbeats && device_.version == 2025 && starts_local(minute, minutes(5))) {
    add_report(turn, {"9015", minute, {}});
  }
  if (options_.hour_reports && starts_local(minute, hours(1)) &&
      minute - hours(1) >= options_.from) {
    add_report(turn, {"2061", minute - hours(1), text_of("2061", minute - hours(1), 0)});
  }
  if (options_.day_reports && starts_local(minute, hours(24)) &&
      minute - hours(24) >= options_.from) {
    add_report(turn, {"2031", minute - hours(24), text_of("2031", minute - hours(24), 0)});
  }
}

ReportText SimulatedLogger::text_of(std::string_view cn, EventTime data_time,
                                    std::uint64_t variant) const {
  if (cn == "2011") return outlet_.realtime(data_time, variant);
  if (cn == "2051") return outlet_.minute(data_time, variant);
  if (cn == "2061") return outlet_.interval(data_time, data_time + hours(1), variant);
  if (cn == "2031") return outlet_.interval(data_time, data_time + hours(24), variant);
  if (cn == "2021") return outlet_.status(data_time);
  return {};
}

void SimulatedLogger::add_report(EventTime turn, const Report& report) {
  const std::uint64_t number = ++frames_;
  const std::uint64_t luck = mixed(device_.seed ^ options_.seed, 500, number);
  int draw = static_cast<int>(luck % 1'000'000);
  const auto drawn = [&](int ppm) {
    const bool hit = draw >= 0 && draw < ppm;
    draw -= ppm;
    return hit;
  };
  if (const auto end = outage_end(turn)) {
    SimulatedFrame held = frame_of(turn, report, true);
    held.trouble = Trouble::Outage;
    held.due = *end;
    push(std::move(held));
    return;
  }
  SimulatedFrame frame = frame_of(turn, report, false);
  if (device_.clock_error != minutes(0)) {
    frame.trouble = Trouble::WrongClock;
  } else if (drawn(options_.broken_ppm)) {
    frame.trouble = Trouble::Broken;
    damage(frame.bytes, luck >> 20);
  } else if (drawn(options_.out_of_order_ppm)) {
    frame.trouble = Trouble::OutOfOrder;
    frame.due = turn + seconds(between(luck >> 20, 60, 300));
  } else if (drawn(options_.late_ppm)) {
    frame.trouble = Trouble::Late;
    frame.due = turn + minutes(between(luck >> 20, 60, 360));
    mark_resent(frame, device_);
  } else if (drawn(options_.duplicate_ppm)) {
    SimulatedFrame again = frame;
    again.trouble = Trouble::Duplicate;
    again.due = turn + seconds(between(luck >> 20, 1, 300));
    push(std::move(again));
  } else if (drawn(options_.correction_ppm) && report.cn != "9015") {
    const EventTime later = turn + minutes(between(luck >> 20, 1, 120));
    SimulatedFrame other = frame_of(
        later, {report.cn, report.data_time, text_of(report.cn, report.data_time, 1)}, false);
    other.trouble = Trouble::Correction;
    push(std::move(other));
  }
  push(std::move(frame));
}

SimulatedFrame SimulatedLogger::frame_of(EventTime turn, const Report& report, bool resend) {
  // Each QN names one exchange: the milliseconds tell frames of one second apart.
  qns_ += 1;
  const EventTime own_clock =
      floor_to(turn, seconds(1)) + milliseconds(qns_ % 1000) + device_.clock_error;
  hj212::ReportHeader header;
  header.version = device_.version;
  header.qn = own_clock;
  header.st = system_code(device_.medium);
  header.cn = report.cn;
  header.pw = password;
  header.mn = device_.mn;
  header.answer_required = true;
  header.resend = resend;
  if (report.cn != "9015") header.data_time = report.data_time + device_.clock_error;
  const std::vector<hj212::Item> items = report.text.items();
  auto written = hj212::write_report(header, items, device_.key);
  check(written.has_value() && written->size() == 1);
  SimulatedFrame frame;
  frame.due = turn;
  frame.data_time = report.data_time + device_.clock_error;
  frame.mn = device_.mn;
  frame.cn = report.cn;
  frame.qn = hj212::qn_text(own_clock);
  frame.resend = resend && device_.version == 2025;
  frame.bytes = std::move(written->front());
  return frame;
}

std::optional<EventTime> SimulatedLogger::outage_end(EventTime at) const {
  if (options_.outage_ppm == 0) return std::nullopt;
  constexpr int longest_hours = 4;
  const EventTime hour = floor_to(at, hours(1));
  for (int back = 0; back <= longest_hours; ++back) {
    const EventTime start = hour - hours(back);
    const auto key = static_cast<std::uint64_t>(start.milliseconds());
    if (!happens(device_.seed ^ options_.seed, 600, key, options_.outage_ppm)) continue;
    const std::uint64_t shape = mixed(device_.seed ^ options_.seed, 601, key);
    const EventTime begin = start + minutes(between(shape, 0, 59));
    const EventTime end = begin + minutes(between(shape >> 16, 20, 60 * (longest_hours - 1)));
    if (at >= begin && at < end) return end;
  }
  return std::nullopt;
}

bool SimulatedLogger::offline(EventTime at) const {
  return outage_end(at).has_value();
}

void SimulatedLogger::add_backlog(EventTime now, int frames) {
  const milliseconds step = seconds(std::max(device_.report_interval_s, 1));
  EventTime at = floor_to(now, step) - step * frames;
  for (int i = 0; i < frames; ++i, at = at + step) {
    SimulatedFrame frame = frame_of(now, {"2011", at, text_of("2011", at, 0)}, true);
    frame.trouble = Trouble::Backlog;
    push(std::move(frame));
  }
}

void SimulatedLogger::push(SimulatedFrame frame) {
  waiting_.push(std::move(frame));
}

}  // namespace parkwatch
