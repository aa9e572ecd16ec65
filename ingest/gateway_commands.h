#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ingest/gateway_options.h"
#include "ingest/hj212/segment.h"
#include "model/time.h"

namespace parkwatch {

/// A command for a logger (反控).
struct DownlinkCommand {
  std::string mn;
  int cn = 0;
  std::string area;          // text between the && of CP
  std::string ordered_by;    // a person or system; kept as evidence
  std::string role, reason;  // needed for what is not on the allow-list
};

/// How a command ended.
struct CommandOutcome {
  enum class State : std::uint8_t {
    Disabled,      // downlink is switched off
    NotAllowed,    // not on the allow-list, and no role or reason given
    Malformed,     // the area can not be sent
    NotConnected,  // the logger is not here, or not registered
    KafkaAway,     // the evidence could not be kept, so nothing was sent
    Busy,          // too many commands wait
    Refused,       // by the logger: QnRtn is in `code`
    Done,          // ExeRtn is in `code`
    TimedOut,      // no answer after all retries
  };
  State state = State::Disabled;
  int code = 0;
  std::string qn;  // the command's, to find its dialogue in the evidence
};
using OnOutcome = std::function<void(const CommandOutcome&)>;

/// Commands that wait for a logger's answer: 9011 (request accepted or refused), then 9012 (done).
/// Threads: `order` from any; the rest belongs to the gateway's thread.
class GatewayCommands {
 public:
  using Clock = std::chrono::steady_clock;

  struct Order {
    DownlinkCommand command;
    OnOutcome on_outcome;
    bool from_rule = false;  // 1012 as time master: needs no switch and no allow-list
  };
  struct Waiting {
    Order order;
    std::string frame;  // sent again when no answer comes
    Clock::time_point deadline{};
    int tries = 0;
    bool accepted = false;  // 9011 has come
  };

  explicit GatewayCommands(const GatewayOptions& options) : options_(options) {}

  /// False: too many wait already.
  bool order(Order order);
  std::vector<Order> take_orders();
  /// Why an order may not be sent; nothing when it may.
  std::optional<CommandOutcome::State> refusal(const Order& order) const;

  void wait_for(const std::string& mn, const std::string& qn, Waiting waiting);
  bool is_waiting(std::string_view mn, std::string_view qn) const {
    return waiting_.contains(Key(mn, qn));
  }
  /// Takes 9011 and 9012 of a logger into account.
  void hear(std::string_view mn, const hj212::Segment& segment, Clock::time_point now);
  /// Ends what is overdue; returns what is to be sent again, its deadline moved.
  std::vector<std::pair<std::string, Waiting*>> due(Clock::time_point now);
  std::size_t waiting() const { return waiting_.size(); }

 private:
  using Key = std::pair<std::string, std::string>;  // MN, QN

  const GatewayOptions& options_;
  std::mutex mutex_;
  std::vector<Order> orders_;
  std::map<Key, Waiting> waiting_;
};

}  // namespace parkwatch
