#include "app/demo_loggers.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "ingest/hj212/writer.h"

namespace parkwatch {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr const char* silent_outlet = "xz-steel-da001";
constexpr const char* correcting_outlet = "lyg-refinery-da002";
constexpr hours silent_from{20}, silent_until{27};
constexpr hours corrected_hour{10}, corrected_at{13};

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // The socket interface takes every sort of address through one pointer type.
  if (socket < 0 ||
      ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::system_error(errno, std::generic_category(), "demo logger");
  }
  return socket;
}

const char* st_of(Medium medium) {
  return medium == Medium::Water ? "32" : "31";
}

}  // namespace

struct DemoLoggers::Logger {
  Device device;
  const OutletPlan* outlet = nullptr;
  Medium medium = Medium::Air;
  int socket = -1;
  std::int64_t frames = 0;
  hj212::FrameReader answers;
  std::vector<EventTime> backlog;  // minutes that could not be sent

  ~Logger() {
    if (socket >= 0) ::close(socket);
  }
};

DemoLoggers::DemoLoggers(std::shared_ptr<const Plan> plan, DemoValues values, hj212::KeyLookup keys,
                         EventTime begin, std::uint16_t port)
    : plan_(std::move(plan)),
      values_(std::move(values)),
      keys_(std::move(keys)),
      begin_(begin),
      next_minute_(begin),
      port_(port) {
  for (const std::string& park : plan_->parks()) {
    for (const OutletPlan* outlet : plan_->outlets_of(park)) {
      for (const Device& device : outlet->devices) {
        auto logger = std::make_unique<Logger>();
        logger->device = device;
        logger->outlet = outlet;
        logger->medium = outlet->rows.front().setup->medium;
        logger->socket = connect_to(port);
        loggers_.push_back(std::move(logger));
      }
    }
  }
  stranger_ = std::make_unique<Logger>();
  stranger_->device.mn = "DE000000000000000000F999";
  stranger_->socket = connect_to(port);
}

DemoLoggers::~DemoLoggers() = default;

bool DemoLoggers::silent(const Logger& logger, EventTime minute) const {
  return logger.outlet->id == silent_outlet && minute >= begin_ + silent_from &&
         minute < begin_ + silent_until;
}

void DemoLoggers::send_frames(Logger& logger, std::vector<std::string> frames) {
  for (std::string& frame : frames) {
    ++logger.frames;
    ++counters_.sent;
    ++counters_.by_version[logger.device.protocol_version];
    std::string bytes = frame;
    if (logger.frames % 701 == 350) {
      frame[frame.size() / 2] ^= 0x08;  // what a bad line does
      bytes = frame;
      ++counters_.broken;
    } else if (logger.frames % 397 == 200) {
      bytes += frame;
      ++counters_.repeated;
      ++counters_.sent;
      ++counters_.by_version[logger.device.protocol_version];
    }
    std::string_view rest = bytes;
    while (!rest.empty()) {
      const ssize_t written = ::send(logger.socket, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) {
        ::close(logger.socket);
        logger.socket = connect_to(port_);
        rest = bytes;
        continue;
      }
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
  }
}

void DemoLoggers::send_report(Logger& logger, const char* cn, EventTime time, EventTime turn) {
  const bool hourly = std::string_view(cn) == "2061";
  const bool labelled_end = hourly && logger.device.hour_label == Label::End;
  std::vector<hj212::Item> items;
  std::vector<std::string> texts;
  texts.reserve(256);
  const auto put = [&](std::string_view factor, std::string_view attribute, std::string value) {
    texts.push_back(std::move(value));
    items.push_back({factor, attribute, texts.back()});
  };
  for (const FactorPlan& factor : logger.outlet->factors) {
    const Factor* rule = plan_->factor(factor.row.factor);
    const bool old = logger.device.protocol_version == 2005 && !rule->code_2005.empty();
    const std::string_view code = old ? std::string_view(rule->code_2005) : factor.row.factor;
    std::int64_t value = hourly ? values_.hour(*logger.outlet, factor, time)
                                : values_.minute(*logger.outlet, factor, time);
    const bool wrong = hourly && logger.outlet->id == correcting_outlet &&
                       factor.row.factor == "a24088" && time == begin_ + corrected_hour &&
                       turn < begin_ + corrected_at;
    if (wrong) value *= 2;  // the hour that is corrected three hours later
    if (hourly && factor.role == FactorRole::Flow && factor.row.unit != "m3/h") {
      const std::int64_t volume = logger.medium == Medium::Water ? value * 36 / 10 : value * 3'600;
      put(code, "Cou", thousandths_text(volume));
    }
    put(code, hourly ? "Avg" : "Rtd", thousandths_text(value));
    if (const auto converted = values_.converted(*logger.outlet, factor, time)) {
      put(code, hourly ? "ZsAvg" : "ZsRtd", thousandths_text(*converted));
    }
    put(code, "Flag", "N");
  }
  const std::string st = st_of(logger.medium);
  hj212::ReportHeader header;
  header.version = logger.device.protocol_version;
  header.qn = turn;
  header.st = st;
  header.cn = cn;
  header.pw = "123456";
  header.mn = logger.device.mn;
  header.data_time = labelled_end ? time + hours(1) : time;
  header.answer_required = true;
  header.resend = turn - time > hours(3);
  auto frames = hj212::write_report(header, items, keys_(logger.device.mn));
  if (frames) send_frames(logger, *std::move(frames));
}

void DemoLoggers::send_minute(Logger& logger, EventTime minute) {
  if (silent(logger, minute)) {
    logger.backlog.push_back(minute);
    return;
  }
  std::vector<EventTime> due;
  due.swap(logger.backlog);
  counters_.resent += static_cast<std::int64_t>(due.size());
  due.push_back(minute);
  for (const EventTime at : due) {
    const std::int64_t since = (at - begin_).count();
    if (since % (std::int64_t{1'000} * logger.device.report_interval_s) == 0) {
      send_report(logger, "2011", at, minute);
    }
    if (since % 3'600'000 == 0 && at > begin_) send_report(logger, "2061", at - hours(1), minute);
  }
  if (logger.outlet->id == correcting_outlet && minute == begin_ + corrected_at) {
    send_report(logger, "2061", begin_ + corrected_hour, minute);
  }
}

/// New devices report before they are entered.
void DemoLoggers::send_unregistered(EventTime minute) {
  if ((minute - begin_).count() % 3'600'000 != 0) return;
  hj212::ReportHeader header;
  header.qn = minute;
  header.st = "31";
  header.cn = "2011";
  header.pw = "123456";
  header.mn = stranger_->device.mn;
  header.data_time = minute;
  header.answer_required = true;
  const hj212::Item items[] = {{"a34013", "Rtd", "4.2"}, {"a34013", "Flag", "N"}};
  auto frames = hj212::write_report(header, items);
  if (!frames) return;
  ++counters_.unregistered;
  send_frames(*stranger_, *std::move(frames));
}

EventTime DemoLoggers::advance(EventTime now, int minutes_max) {
  for (int i = 0; i < minutes_max && next_minute_ <= now; ++i) {
    for (const std::unique_ptr<Logger>& logger : loggers_) send_minute(*logger, next_minute_);
    send_unregistered(next_minute_);
    read_answers();
    next_minute_ = next_minute_ + minutes(1);
  }
  return next_minute_;
}

void DemoLoggers::read_answers() {
  char buffer[16 * 1024];
  const auto read = [&](Logger& logger) {
    for (;;) {
      const ssize_t size = ::recv(logger.socket, buffer, sizeof buffer, MSG_DONTWAIT);
      if (size <= 0) return;
      logger.answers.append({buffer, static_cast<std::size_t>(size)});
      hj212::Span span;
      while (logger.answers.next(span)) {
        if (span.status == hj212::Span::Status::Accepted) ++counters_.answered;
      }
    }
  };
  for (const std::unique_ptr<Logger>& logger : loggers_) read(*logger);
  read(*stranger_);
}

}  // namespace parkwatch
