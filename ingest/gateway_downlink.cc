// The gateway's commands to loggers (反控) and clock setting.
#include <algorithm>
#include <utility>

#include "ingest/gateway.h"
#include "ingest/gateway_dialogue.h"
#include "ingest/hj212/commands.h"
#include "ingest/hj212/writer.h"

namespace parkwatch {

void Gateway::command(DownlinkCommand command, OnOutcome on_outcome) {
  const std::string mn = command.mn;
  GatewayCommands::Order order{std::move(command), on_outcome, false};
  if (commands_.order(std::move(order))) {
    loop_.wake();
  } else if (on_outcome) {
    on_outcome({CommandOutcome::State::Busy, 0, {}});
  }
}

void Gateway::set_clock_of(std::string_view mn, const hj212::Segment& segment) {
  hj212::Segment asked = segment;
  hj212::parse_items(asked);
  DownlinkCommand command;
  command.mn = mn;
  command.cn = hj212::cn::set_clock;
  const EventTime now(stamp().milliseconds());
  command.area = set_clock_area(now, bare_value(asked, "PolId").value_or(std::string_view{}));
  command.ordered_by = "gateway";
  command.role = "time master";
  command.reason = "asked by 1013";
  send_order({std::move(command), {}, true});
}

void Gateway::serve_orders() {
  for (GatewayCommands::Order& order : commands_.take_orders()) send_order(std::move(order));
}

void Gateway::send_order(GatewayCommands::Order order) {
  using State = CommandOutcome::State;
  auto refused = commands_.refusal(order);
  const auto heard = heard_.find(order.command.mn);
  if (!refused && heard == heard_.end()) refused = State::NotConnected;
  // Evidence comes first; a command must not wait in the spool and strike hours later.
  if (!refused && line_.state() != DeliveryLine::State::Direct) refused = State::KafkaAway;
  std::string qn;
  if (!refused) {
    const EventTime at = fresh_qn();
    qn = hj212::qn_text(at);
    GatewayCommands::Waiting waiting;
    waiting.frame =
        command_bytes({heard->second.version, at, heard->second.st, heard->second.password,
                       order.command.mn, order.command.cn, order.command.area});
    waiting.order = order;
    waiting.deadline = now_ + options_.command_timeout;
    waiting.tries = 1;
    if (submit_command(order.command.mn, waiting)) {
      commands_.wait_for(order.command.mn, qn, std::move(waiting));
      return;
    }
    refused = State::KafkaAway;
  }
  counters_.commands_refused += 1;
  if (order.on_outcome) order.on_outcome({*refused, 0, qn});
}

bool Gateway::submit_command(const std::string& mn, const GatewayCommands::Waiting& waiting) {
  const auto heard = heard_.find(mn);
  if (heard == heard_.end()) return false;
  const auto facts = directory_(mn, stamp());
  if (!facts || line_.state() != DeliveryLine::State::Direct) return false;
  const DownlinkCommand& command = waiting.order.command;
  SpooledFrame frame;
  frame.connection = heard->second.connection;
  frame.received = stamp();
  frame.key = facts->park;
  frame.payload = waiting.frame;
  frame.downlink =
      "by=" + command.ordered_by + ";role=" + command.role + ";reason=" + command.reason;
  return line_.submit(std::move(frame), now_);
}

/// The evidence is with Kafka; a command that nobody waits for any more is not sent late.
void Gateway::send_command(const SpooledFrame& frame) {
  GatewayConnection* connection = connections_.find(frame.connection);
  hj212::FrameScratch scratch;
  const auto read = hj212::read_frame(frame.payload, options_.frames, scratch);
  if (connection == nullptr || !read) return;
  hj212::parse_header(read->segment, segment_);
  if (!commands_.is_waiting(segment_.field(hj212::Field::Mn), segment_.field(hj212::Field::Qn))) {
    return;
  }
  counters_.commands_sent += 1;
  connections_.send(*connection, frame.payload);
}

/// A QN names one exchange, so no two commands share a millisecond.
EventTime Gateway::fresh_qn() {
  last_qn_ms_ = std::max(last_qn_ms_ + 1, stamp().milliseconds());
  return EventTime(last_qn_ms_);
}

}  // namespace parkwatch
