#include "ingest/gateway_dialogue.h"

#include "ingest/hj212/commands.h"
#include "ingest/hj212/writer.h"

namespace parkwatch {

namespace {

namespace cn = hj212::cn;
constexpr std::size_t echoed_bytes_max = 128;  // of QN, PW and MN each; real ones have at most 27
constexpr int serial_number_notice = 1001;

int command_number(const hj212::Segment& segment) {
  const hj212::Command* command = hj212::find_command(segment.field(hj212::Field::Cn));
  return command == nullptr ? 0 : command->number;
}

}  // namespace

Reply reply_to(const hj212::Segment& segment) {
  if (!segment.answer_required()) return Reply::None;
  switch (command_number(segment)) {
    case cn::request_answer:
    case cn::execution_result:
    case cn::notification_answer:
    case cn::data_answer:
      return Reply::None;
    case cn::heartbeat:
    case cn::ask_clock_calibration:
    case serial_number_notice:
      return Reply::Notification;
    default:
      return Reply::Data;
  }
}

std::string reply_bytes(const hj212::Segment& segment, Reply reply) {
  std::string bytes;
  if (reply == Reply::None) return bytes;
  for (const auto field : {hj212::Field::Qn, hj212::Field::Pw, hj212::Field::Mn}) {
    if (segment.field(field).size() > echoed_bytes_max) return bytes;
  }
  std::string area;
  const std::string_view qn = segment.field(hj212::Field::Qn);
  if (segment.version == 2005 && !qn.empty()) area.append("QN=").append(qn);
  const int number = reply == Reply::Data ? cn::data_answer : cn::notification_answer;
  hj212::append_answer(segment, number, area, bytes);
  return bytes;
}

std::string command_bytes(const CommandFrame& command) {
  std::string segment = "QN=" + hj212::qn_text(command.qn) + ";ST=" + command.st +
                        ";CN=" + std::to_string(command.cn) + ";PW=" + command.password +
                        ";MN=" + command.mn +
                        ";Flag=" + std::to_string(hj212::flag_value(command.version, false, true)) +
                        ";CP=&&" + command.area + "&&";
  std::string bytes;
  hj212::append_frame(segment, bytes);
  return bytes;
}

std::string set_clock_area(EventTime now, std::string_view instrument) {
  std::string area;
  if (!instrument.empty()) area.append("PolId=").append(instrument).append(";");
  return area.append("SystemTime=").append(hj212::data_time_text(now));
}

bool is_safe_area(std::string_view area) {
  if (area.size() > hj212::area_bytes_max) return false;
  if (area.find("&&") != area.npos || area.find("##") != area.npos) return false;
  for (const char c : area) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
  }
  return true;
}

std::optional<std::string_view> bare_value(const hj212::Segment& segment, std::string_view name) {
  for (const hj212::Item& item : segment.items) {
    if (item.attribute.empty() && item.has_value && item.factor == name) return item.value;
  }
  return std::nullopt;
}

}  // namespace parkwatch
