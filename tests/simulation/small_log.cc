#include "tests/simulation/small_log.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "tests/simulation/small_kinds.h"

namespace parkwatch::simulation {

namespace {

using oracle::Attributes;
using oracle::hour_ms;
using oracle::Meaning;
using oracle::minute_ms;
using oracle::Report;
using oracle::Sent;
using oracle::Writing;

/// The CRC of HJ 212: the register is shifted before the byte comes in.
std::uint32_t crc(const std::string& segment) {
  std::uint32_t value = 0xFFFF;
  for (const char c : segment) {
    value = (value >> 8) ^ static_cast<unsigned char>(c);
    for (int i = 0; i < 8; ++i) {
      const bool low = (value & 1) != 0;
      value >>= 1;
      if (low) value ^= 0xA001;
    }
  }
  return value;
}

std::string frame(const std::string& segment, std::uint32_t spoiled = 0) {
  char length[16], check[16];
  std::snprintf(length, sizeof length, "%04zu", segment.size());
  std::snprintf(check, sizeof check, "%04X", (crc(segment) ^ spoiled) & 0xFFFF);
  return std::string("##") + length + segment + check + "\r\n";
}

std::string old_code(const std::string& code) {
  static const std::map<std::string, std::string> codes = {
      {"a34013", "01"},  {"a21026", "02"},  {"a19001", "S01"}, {"a01012", "S03"},
      {"a01014", "S05"}, {"a00000", "B02"}, {"w00000", "B01"}, {"w01001", "001"},
      {"w01018", "011"}, {"w21003", "060"}};
  const auto found = codes.find(code);
  return found == codes.end() ? code : found->second;
}

std::string frame_segment(const Meaning& said) {
  constexpr std::array commands = {"2011", "2051", "2061", "2031", "2021"};
  std::string items = "DataTime=" + oracle::china_text(said.time);
  bool water = false;
  for (const auto& [factor, attributes] : said.factors) {
    water = water || factor.starts_with('w');
    const std::string code = said.writing == Writing::Frame2005 ? old_code(factor) : factor;
    std::string one;
    for (const auto& [name, text] : attributes) {
      one += (one.empty() ? "" : ",") + code + "-" + name + "=" + text;
    }
    if (!one.empty()) items += ";" + one;
  }
  const int flag = 4 * static_cast<int>(said.writing);
  return "QN=" + oracle::china_text(said.time) + "001;ST=" + (water ? "32" : "31") +
         ";CN=" + commands[static_cast<std::size_t>(said.report)] + ";PW=123456;MN=" + said.mn +
         ";Flag=" + std::to_string(flag) + ";CP=&&" + items + "&&";
}

std::string json(const Meaning& said, int zone) {
  constexpr std::array kinds = {"realtime", "minute", "hour", "day", "status"};
  const bool sample = said.report == Report::Realtime;
  const std::map<std::string, std::string> members = {{"Rtd", "value"},
                                                      {"Avg", "value"},
                                                      {"Min", "min"},
                                                      {"Max", "max"},
                                                      {"Cou", "total"},
                                                      {"Flag", "flag"},
                                                      {sample ? "ZsRtd" : "ZsAvg", "converted"},
                                                      {"RS", "state"}};
  std::string groups;
  for (const bool facilities : {false, true}) {
    std::string group;
    for (const auto& [factor, attributes] : said.factors) {
      if (attributes.contains("RS") != facilities) continue;
      std::string one;
      for (const auto& [name, text] : attributes) {
        one += (one.empty() ? "\"" : ",\"") + members.at(name) + "\":\"" + text + "\"";
      }
      group += (group.empty() ? "\"" : ",\"") + factor + "\":{" + one + "}";
    }
    if (!facilities || !group.empty()) {
      groups += std::string(facilities ? ",\"facilities\":{" : ",\"factors\":{") + group + "}";
    }
  }
  std::string text =
      R"({"mn":")" + said.mn + R"(","kind":")" + kinds[static_cast<std::size_t>(said.report)] +
      R"(","time":")" +
      (zone == 0 ? oracle::time_text(said.time) : oracle::zoned_time_text(said.time, zone)) + "\"";
  if (said.received) text += R"(,"received":")" + oracle::time_text(*said.received) + "\"";
  if (said.resent) text += R"(,"resend":true)";
  return text + groups + "}";
}

/// Writes the log of a world.
class LogMaker {
 public:
  LogMaker(const SmallWorld& world, Random& random) : world_(world), random_(random) {}

  SmallLog make() {
    for (const Logger& logger : world_.loggers) report_all(logger);
    strays();
    ticks();
    if (!world_.projects.empty()) {
      for (Arrival& arrival : records_of_sites(world_, random_)) {
        arrivals_.push_back(std::move(arrival));
      }
    }
    return arrange();
  }

 private:
  // Numbers

  std::string digits(double value) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", static_cast<int>(random_.below(4)), value);
    return text;
  }

  double usual(const Cells& row) {
    const std::string& code = row.at("factor");
    static const std::map<std::string, double> values = {
        {"a34013", 9.8}, {"a21026", 36}, {"a19001", 9}, {"a01012", 110}, {"a01014", 9},
        {"a00000", 30},  {"w01018", 38}, {"w21003", 4}, {"w01001", 7.5}, {"w00000", 5}};
    double value = values.at(code) * static_cast<double>(random_.between(80, 125)) / 100;
    const auto unit = row.find("unit");
    if (unit == row.end()) return value;
    if (unit->second == "m3/h") value *= code == "a00000" ? 3600 : 3.6;
    if (unit->second == "ppm") value *= 0.35;
    return value;
  }

  std::string number(const Cells& row, int mood) {
    switch (mood) {
      case 1:
        return random_.pick<std::string>({"-0.3", "-0.1", "-0.31", "-5", "0"});
      case 2:
        return random_.pick<std::string>({"100.1", "201", "60.1", "100", "26", "15"});
      case 3:
        return random_.pick<std::string>({"12", "12.000001", "40", "9", "6", "38.5", "9.01"});
      case 4:
        return "0";
      case 5:
        return random_.pick<std::string>({"20.5", "20.49", "20.9"});
      default:
        if (random_.one_in(60)) return random_.pick<std::string>({"1e1", "0.0000004", "-0.0"});
        return digits(usual(row));
    }
  }

  std::string flag(const Cells& row, int mood) {
    if (mood == 6) return random_.pick<std::string>({"D", "M", "C", "B"});
    if (mood == 2 && random_.chance(40)) return "T";
    const auto set = row.find("set_parameter");
    if (set != row.end() && set->second == "yes" && random_.chance(50)) return "S";
    return random_.one_in(60) ? random_.pick<std::string>({"S", "T", "F"}) : "N";
  }

  Attributes attributes(const Cells& row, Report report, int mood) {
    Attributes said;
    const bool sample = report == Report::Realtime;
    said[sample ? "Rtd" : "Avg"] = number(row, mood);
    said["Flag"] = flag(row, mood);
    if (random_.one_in(120)) {
      said[sample ? "Rtd" : "Avg"] =
          random_.pick<std::string>({"NaN", "1111111111111", "--1", "1234567890123456789"});
    }
    if (random_.one_in(80)) said.erase("Flag");
    const bool pollutant = row.at("factor").starts_with("a2") || row.at("factor") == "a34013";
    if (pollutant && random_.chance(30)) said[sample ? "ZsRtd" : "ZsAvg"] = digits(usual(row));
    if (!sample && random_.chance(30)) {
      said["Min"] = digits(usual(row) * 0.9);
      said["Max"] = digits(usual(row) * 1.1);
    }
    return said;
  }

  /// Cou members that agree with mean times flow, or do not.
  void totals(const Logger& logger, std::map<std::string, Attributes>& factors, int minutes) {
    const std::string flow_code = logger.water ? "w00000" : "a00000";
    const auto flow = factors.find(flow_code);
    if (flow == factors.end() || !flow->second.contains("Avg")) return;
    double per_second = std::atof(flow->second.at("Avg").c_str()) / (logger.water ? 1000 : 1);
    for (const Cells& row : logger.factors) {
      const auto unit = row.find("unit");
      if (row.at("factor") == flow_code && unit != row.end() && unit->second == "m3/h") {
        per_second /= logger.water ? 3.6 : 3600;
      }
    }
    const double volume = per_second * 60 * minutes;
    char text[64];
    if (random_.chance(60)) {
      std::snprintf(text, sizeof text, "%.3f", volume);
      flow->second["Cou"] = text;
    }
    for (auto& [code, said] : factors) {
      if (code == flow_code || !said.contains("Avg") || random_.chance(40)) continue;
      if (code != "a34013" && code != "w01018" && code != "w21003") continue;
      const double scale = random_.pick({1.0, 1.0, 1.03, 1.05, 2.0}) * (logger.water ? 1e-3 : 1e-6);
      std::snprintf(text, sizeof text, "%.7f", std::atof(said.at("Avg").c_str()) * scale * volume);
      said["Cou"] = text;
    }
  }

  // Loggers

  void report_all(const Logger& logger) {
    frames_ = logger.protocol == 2005 || random_.chance(50);
    const std::int64_t outage = random_.below(world_.hours);
    const Time late = random_.pick({Time{0}, 2 * hour_ms, 5 * hour_ms, 26 * hour_ms, 80 * hour_ms});
    const int lasting = random_.chance(30) ? static_cast<int>(random_.below(7)) : 0;
    for (int i = 0; i < world_.hours; ++i) {
      const Time hour = world_.start + i * hour_ms;
      const int mood =
          lasting != 0 ? lasting : (random_.chance(70) ? 0 : static_cast<int>(random_.below(8)));
      if (mood == 7) continue;
      hour_of(logger, hour, mood, i == outage ? late : 0);
    }
    if (!random_.chance(60)) return;
    for (Time day = world_.start - 13 * hour_ms; day < world_.end(); day += hour_ms) {
      // Local midnights of the zones in use: 16, 22 and 23, 18 UTC.
      const Time of_day = (day % oracle::day_ms) / hour_ms;
      if (of_day != 16 && of_day != 22 && of_day != 23) continue;
      report(logger, Report::Day, day, oracle::day_ms, 0, random_.chance(30) ? 5 * hour_ms : 0);
    }
  }

  void hour_of(const Logger& logger, Time hour, int mood, Time late) {
    if (logger.habit == Habit::Samples) {
      for (Time at = hour; at < hour + hour_ms; at += logger.interval_s * 1000) {
        report(logger, Report::Realtime, at + random_.below(60) * 1000, 0, mood, late);
      }
    }
    if (logger.habit == Habit::Minutes || logger.habit == Habit::MinutesAndHours) {
      for (Time at = hour; at < hour + hour_ms; at += logger.minutes * minute_ms) {
        report(logger, Report::Minute, at, logger.minutes * minute_ms, mood, late);
      }
    }
    if (logger.habit == Habit::Hours || logger.habit == Habit::MinutesAndHours) {
      report(logger, Report::Hour, hour, hour_ms, random_.chance(80) ? mood : 0, late);
    }
  }

  void report(const Logger& logger, Report report, Time start, Time length, int mood, Time late) {
    Meaning said;
    said.sort = Meaning::Sort::Reading;
    said.mn = logger.mn;
    said.report = report;
    const bool at_end = (report == Report::Minute && logger.minute_end) ||
                        (report == Report::Hour && logger.hour_end) ||
                        (report == Report::Day && logger.day_end);
    said.time = start + (at_end ? length : 0);
    for (const Cells& row : logger.factors) {
      if (random_.one_in(50)) continue;
      said.factors[row.at("factor")] = attributes(row, report, random_.chance(60) ? mood : 0);
    }
    if (report == Report::Minute || report == Report::Hour) {
      totals(logger, said.factors, static_cast<int>(length / minute_ms));
    }
    if (random_.one_in(60)) said.factors["x-foam"] = {{"Avg", "1"}, {"Flag", "N"}};
    if (report == Report::Realtime && said.factors.contains("x-foam")) {
      said.factors["x-foam"] = {{"Rtd", "1"}, {"Flag", "N"}};
    }
    if (length > 0 && report != Report::Day && random_.one_in(80)) said.time += 30'000;
    Time received = std::max(said.time, start + length) + late + random_.below(50'000);
    if (length > 0 && random_.one_in(80)) received = said.time + random_.below(minute_ms);
    if (random_.one_in(150)) {
      said.time += random_.pick({5 * minute_ms + 1000, 3 * hour_ms, -401 * oracle::day_ms});
    }
    send(logger, said, received);
  }

  // Records

  /// A record that comes at `received`; some come again, changed, broken, or later still.
  void send(const Logger& logger, const Meaning& said, Time received) {
    put(logger, said, received);
    const std::int64_t fate = random_.below(100);
    if (fate < 3) put(logger, said, received + random_.below(3 * hour_ms));
    if (fate >= 3 && fate < 9) {
      Meaning changed = said;
      for (auto& [code, attributes] : changed.factors) {
        for (const char* name : {"Avg", "Rtd"}) {
          if (!attributes.contains(name) || random_.chance(40)) continue;
          attributes[name] = std::to_string(random_.between(1, 60));
          attributes["Flag"] = "N";
        }
      }
      const Time later = received + random_.pick({Time{-60'000}, Time{0}, Time{20'000},
                                                  2 * minute_ms, 3 * hour_ms, 30 * hour_ms});
      put(logger, changed, later);
      // Sometimes the first text comes back: what was changed is as it had been.
      if (random_.chance(40)) put(logger, said, later + random_.pick({Time{1'000}, 2 * minute_ms}));
    }
    if (fate == 9) broken(logger, said, received);
  }

  void put(const Logger& logger, Meaning said, Time received) {
    Arrival arrival{received, {}};
    Sent& sent = arrival.sent;
    sent.key = logger.park;
    sent.json = !frames_;
    if (frames_) {
      said.writing = logger.protocol == 2005
                         ? Writing::Frame2005
                         : (logger.protocol == 2017 ? Writing::Frame2017 : Writing::Frame2025);
      sent.payload = frame(frame_segment(said));
      stamp(sent, received);
    } else {
      said.writing = Writing::Json;
      if (random_.chance(60)) {
        said.received = received;
        sent.append = received + random_.below(900);
      } else {
        stamp(sent, received);
      }
      said.resent = random_.chance(20);
      sent.payload = json(said, random_.pick({0, 8}));
    }
    sent.meaning = said;
    arrivals_.push_back(std::move(arrival));
  }

  /// A header by the gateway, later cut off by the broker's clock, or the broker's time alone.
  void stamp(Sent& sent, Time received) {
    sent.append = received + random_.below(900);
    if (random_.chance(90)) sent.stamp = received;
    if (random_.one_in(100)) sent.append = received - random_.below(2 * minute_ms);
    if (random_.one_in(60) && sent.stamp) sent.append.reset();
  }

  void broken(const Logger& logger, const Meaning& said, Time received) {
    Meaning none;
    none.sort = Meaning::Sort::Refused;
    Arrival arrival{received, {}};
    Sent& sent = arrival.sent;
    sent.key = logger.park;
    sent.json = false;
    stamp(sent, received);
    switch (random_.below(5)) {
      case 0:
        sent.payload = frame(frame_segment(said), 0x0100);
        none.reason = "crc_mismatch";
        break;
      case 1:
        sent.payload = "GET / HTTP/1.1\r\n\r\n";
        none.reason = "not_a_frame";
        break;
      case 2:
        sent.payload = frame(frame_segment(said)).substr(0, 40);
        none.reason = "truncated";
        break;
      case 3:
        sent.json = true;
        sent.payload = json(said, 0);
        sent.payload.pop_back();
        none.reason = "malformed_json";
        break;
      default:
        sent.json = true;
        sent.payload = R"({"type":"oracle","source":"test","id":"1"})";
        none.reason = "unknown_type";
        break;
    }
    sent.meaning = none;
    arrivals_.push_back(std::move(arrival));
  }

  /// Records that are no registered logger's reading.
  void strays() {
    frames_ = false;
    Logger unknown = world_.loggers.front();
    unknown.mn = unknown.park = "MN-UNKNOWN";
    for (int i = 0; i < 3; ++i) {
      const Time at = world_.start + random_.below(world_.hours * hour_ms);
      Meaning said;
      said.sort = Meaning::Sort::Reading;
      said.mn = unknown.mn;
      said.time = at;
      said.factors["a34013"] = {{"Rtd", std::to_string(random_.below(50))}};
      put(unknown, said, at + random_.below(20'000));
    }
    const Logger& logger = random_.pick(world_.loggers);
    const Time at = world_.start + random_.below(world_.hours * hour_ms);
    Meaning said;
    said.sort = Meaning::Sort::Reading;
    said.mn = logger.mn;
    said.report = Report::Status;
    said.time = at;
    said.factors["SB1"] = {{"RS", "1"}};
    put(logger, said, at + 2'000);
    documents(logger.park);
    broken(logger, said, at);
  }

  /// Explanations: few ids, so that they are corrected and repeated; also for a park nobody knows.
  void documents(const std::string& park) {
    for (int i = 0; i < 6; ++i) {
      const Time at = world_.start + random_.below(world_.hours * hour_ms);
      Arrival arrival{at, {}};
      Meaning& said = arrival.sent.meaning;
      said.sort = Meaning::Sort::Document;
      said.type = random_.chance(50) ? "explanation" : "acknowledgement";
      said.source = "plant";
      said.id = "e" + std::to_string(random_.below(2));
      said.park = random_.chance(85) ? park : "nowhere";
      said.received = at;
      const std::string reason = "reason " + std::to_string(random_.below(2));
      said.members = "count=1;text=" + reason;
      arrival.sent.key = park;
      arrival.sent.append = at + random_.below(900) - random_.below(900);
      arrival.sent.payload = R"({"type":")" + said.type + R"(","source":"plant","id":")" + said.id +
                             R"(","park":")" + said.park + R"(","text":")" + reason +
                             R"(","count":1,"received":")" + oracle::time_text(at) + "\"}";
      arrivals_.push_back(arrival);
      if (random_.chance(30)) arrivals_.push_back(std::move(arrival));
    }
  }

  void tick(const std::string& park, Time at) {
    Arrival arrival{at, {}};
    arrival.sent.key = park;
    arrival.sent.append = at + random_.below(500);
    arrival.sent.meaning.sort = Meaning::Sort::Tick;
    arrival.sent.meaning.park = park;
    arrival.sent.meaning.received = at;
    arrival.sent.payload =
        R"({"type":"tick","park":")" + park + R"(","received":")" + oracle::time_text(at) + "\"}";
    arrivals_.push_back(std::move(arrival));
  }

  void ticks() {
    for (const std::string& park : world_.parks) {
      for (int i = 0; i < 3; ++i) {
        tick(park, world_.start + random_.below((world_.hours + 2) * hour_ms));
      }
      if (random_.chance(70)) tick(park, world_.end() + random_.pick({9, 10, 11, 70}) * minute_ms);
      // Mostly the days close too, and something may come after that.
      if (random_.chance(60)) tick(park, world_.end() + random_.between(13, 26) * hour_ms);
    }
  }

  SmallLog arrange() {
    SmallLog log;
    log.partitions = static_cast<int>(random_.between(1, 3));
    log.misplaced = log.partitions > 1 && random_.chance(25);
    for (Arrival& arrival : arrivals_) {
      // Gateways spool: what they stamped early may come late.
      if (random_.chance(4)) arrival.at += random_.below(20 * minute_ms);
    }
    std::stable_sort(arrivals_.begin(), arrivals_.end(),
                     [](const Arrival& a, const Arrival& b) { return a.at < b.at; });
    for (Arrival& arrival : arrivals_) {
      Sent& sent = arrival.sent;
      if (log.misplaced && random_.chance(20) && sent.key != "MN-UNKNOWN") {
        sent.key = random_.pick(world_.parks);
      }
      sent.partition = partition(sent.key, log.partitions);
      log.records.push_back(std::move(sent));
    }
    return log;
  }

  static int partition(const std::string& key, int partitions) {
    return (key.back() - '0' + 100) % partitions;
  }

  const SmallWorld& world_;
  Random& random_;
  bool frames_ = false;
  std::vector<Arrival> arrivals_;
};

}  // namespace

SmallLog make_log(const SmallWorld& world, Random& random) {
  return LogMaker(world, random).make();
}

}  // namespace parkwatch::simulation
