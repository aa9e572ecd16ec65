#include "ingest/gateway_commands.h"

#include <charconv>

#include "ingest/gateway_dialogue.h"
#include "ingest/hj212/commands.h"

namespace parkwatch {

namespace {

void tell(const GatewayCommands::Order& order, CommandOutcome::State state, int code,
          const std::string& qn) {
  if (order.on_outcome) order.on_outcome({state, code, qn});
}

int number_of(std::optional<std::string_view> text) {
  int number = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

}  // namespace

bool GatewayCommands::order(Order order) {
  const std::scoped_lock lock(mutex_);
  if (orders_.size() >= options_.commands_max) return false;
  orders_.push_back(std::move(order));
  return true;
}

std::vector<GatewayCommands::Order> GatewayCommands::take_orders() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(orders_, {});
}

std::optional<CommandOutcome::State> GatewayCommands::refusal(const Order& order) const {
  using State = CommandOutcome::State;
  const DownlinkCommand& command = order.command;
  if (!is_safe_area(command.area)) return State::Malformed;
  if (order.from_rule) return std::nullopt;
  if (!options_.downlink) return State::Disabled;
  const bool listed = options_.downlink_allowed.contains(command.cn);
  if (!listed && (command.role.empty() || command.reason.empty())) return State::NotAllowed;
  if (hj212::find_command(command.cn) == nullptr) return State::Malformed;
  if (waiting_.size() >= options_.commands_max) return State::Busy;
  return std::nullopt;
}

void GatewayCommands::wait_for(const std::string& mn, const std::string& qn, Waiting waiting) {
  waiting_.insert_or_assign(Key(mn, qn), std::move(waiting));
}

void GatewayCommands::hear(std::string_view mn, const hj212::Segment& segment,
                           Clock::time_point now) {
  if (waiting_.empty()) return;
  // 2005 names the QN of the request in the data area.
  std::string_view qn = segment.field(hj212::Field::Qn);
  if (const auto named = bare_value(segment, "QN")) qn = *named;
  const auto entry = waiting_.find(Key(mn, qn));
  if (entry == waiting_.end()) return;
  Waiting& waiting = entry->second;
  const hj212::Command* command = hj212::find_command(segment.field(hj212::Field::Cn));
  if (command == nullptr) return;
  waiting.deadline = now + options_.command_timeout;
  if (command->number == hj212::cn::request_answer) {
    const int code = number_of(bare_value(segment, "QnRtn"));
    waiting.accepted = code == static_cast<int>(hj212::RequestReturn::Ready);
    if (waiting.accepted) return;
    tell(waiting.order, CommandOutcome::State::Refused, code, entry->first.second);
    waiting_.erase(entry);
  } else if (command->number == hj212::cn::execution_result) {
    tell(waiting.order, CommandOutcome::State::Done, number_of(bare_value(segment, "ExeRtn")),
         entry->first.second);
    waiting_.erase(entry);
  }
}

std::vector<std::pair<std::string, GatewayCommands::Waiting*>> GatewayCommands::due(
    Clock::time_point now) {
  std::vector<std::pair<std::string, Waiting*>> again;
  for (auto entry = waiting_.begin(); entry != waiting_.end();) {
    Waiting& waiting = entry->second;
    if (waiting.deadline > now) {
      ++entry;
    } else if (waiting.accepted || waiting.tries > options_.command_retries) {
      tell(waiting.order, CommandOutcome::State::TimedOut, 0, entry->first.second);
      entry = waiting_.erase(entry);
    } else {
      waiting.tries += 1;
      waiting.deadline = now + options_.command_timeout;
      again.emplace_back(entry->first.first, &waiting);
      ++entry;
    }
  }
  return again;
}

}  // namespace parkwatch
