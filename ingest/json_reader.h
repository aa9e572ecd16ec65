#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "ingest/decoder.h"
#include "ingest/reason.h"
#include "ingest/value_collector.h"

namespace parkwatch {

/// Reads JSON records: readings, ticks and documents. Numbers are taken from their text and never
/// pass through binary floating point.
class JsonReader {
 public:
  struct Options {
    std::size_t bytes_max = 1024 * 1024;
    int depth_max = 32;
    std::size_t values_max = 4096;
  };
  explicit JsonReader(Options options);
  ~JsonReader();

  /// Fills `out`; the views live until the next call. Nothing when all is well.
  std::optional<Reason> read(std::string_view text, ValueCollector& values, Decoded& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace parkwatch
