#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>

#include "app/exit_code.h"

namespace parkwatch {

/// `parkwatch hj212 decode` and `encode`.
struct Hj212Options {
  std::string file = "-";                   // "-": standard input
  bool strict = false;                      // decode: refuse what the standard refuses
  bool modbus_crc = false;                  // decode: also take the plain MODBUS checksum
  std::string keys_file;                    // SM4 keys; empty: none
  std::size_t read_bytes = 64 * 1024;       // taken from the input at once
  std::size_t line_bytes_max = 256 * 1024;  // encode: a longer line is refused
};

/// Writes one JSON object a line for each stretch of the input, in order, so that every byte of it
/// is covered once. Findings when anything was rejected or skipped.
/// Throws std::runtime_error when the file or the keys cannot be read or the output be written.
ExitCode hj212_decode(const Hj212Options& options);
ExitCode hj212_decode(const Hj212Options& options, std::istream& in, std::ostream& out);

/// Writes the frames of the lines that `hj212_decode` prints. Lines that hold no frame are named on
/// `faults`; Findings when there was any.
/// Throws as `hj212_decode`.
ExitCode hj212_encode(const Hj212Options& options);
ExitCode hj212_encode(const Hj212Options& options, std::istream& in, std::ostream& out,
                      std::ostream& faults);

}  // namespace parkwatch
