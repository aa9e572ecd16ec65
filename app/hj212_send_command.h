#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>

#include "app/exit_code.h"

namespace parkwatch {

/// `parkwatch hj212 send FILE|- --to HOST:PORT`
struct Hj212SendOptions {
  std::string file = "-";
  std::string to;         // HOST:PORT
  std::string keys_file;  // SM4 keys, to tell encrypted frames; empty: none
  std::chrono::milliseconds answer_timeout{10'000};
  int window = 16;     // frames sent and not yet answered
  bool as_is = false;  // send every byte, also what is no intact frame
};

/// Sends the frames of the file over one TCP connection and prints one JSON object a line for each
/// that asks for an answer: {"qn","mn","cn","answer":"9014"|null,"milliseconds"}.
/// Findings when an answer stayed out or the input held something that is no frame.
/// Throws std::runtime_error (usage of `to`, unreadable file), std::system_error (no connection).
ExitCode hj212_send(const Hj212SendOptions& options, std::ostream& out);

}  // namespace parkwatch
