#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "model/reading.h"

namespace parkwatch::hj212 {

/// Who sends a command: the logger (up), the platform (down), or either.
enum class Direction : std::uint8_t { Up, Down, Both };

/// A command number (CN) of HJ 212, all editions.
struct Command {
  int number = 0;
  Direction direction = Direction::Both;
  int since = 2005;  // first edition that has it: 2005, 2017 or 2025
  std::string_view meaning;
  std::optional<Kind> kind;  // what its values are, where they are readings
};

/// The command of that number; null when no edition defines it.
const Command* find_command(int number);
/// The same from the text of the CN field: four digits.
const Command* find_command(std::string_view number);

/// Numbers that programs need by name (HJ 212-2017 App. B, 2025 additions).
namespace cn {
constexpr int read_clock = 1011;
constexpr int set_clock = 1012;
constexpr int ask_clock_calibration = 1013;
constexpr int new_key = 1014;
constexpr int realtime_data = 2011;
constexpr int run_state = 2021;
constexpr int day_data = 2031;
constexpr int minute_data = 2051;
constexpr int hour_data = 2061;
constexpr int boot_time = 2081;
constexpr int request_answer = 9011;
constexpr int execution_result = 9012;
constexpr int notification_answer = 9013;
constexpr int data_answer = 9014;
constexpr int heartbeat = 9015;
}  // namespace cn

/// The answer to a request (QnRtn of 9011), HJ 212-2017 Table 9.
enum class RequestReturn : int {
  Ready = 1,
  Refused = 2,
  WrongPassword = 3,
  WrongMn = 4,
  WrongSt = 5,
  WrongFlag = 6,
  WrongQn = 7,
  WrongCn = 8,
  WrongCrc = 9,
  Unknown = 100,
};

/// The result of carrying a request out (ExeRtn of 9012), HJ 212-2017 Table 10.
enum class ExecutionReturn : int {
  Done = 1,
  Failed = 2,
  WrongCondition = 3,
  TimedOut = 4,
  Busy = 5,
  SystemFault = 6,
  NoData = 100,
};

/// Whether HJ 212-2025 6.4 lets the data area of this command be encrypted: 2000 to 2999, 1014,
/// 3020.
bool may_be_encrypted(int number);

}  // namespace parkwatch::hj212
