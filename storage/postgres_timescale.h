#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parkwatch {

/// Spreads the long tables of a PostgreSQL store over time with TimescaleDB, where the server has
/// it loaded: outlet_window, verdict, contribution and cluster_window become hypertables by
/// `start`, and older chunks are compressed where the licence has it. May be repeated. Returns what
/// was done, a line each; nothing where there is no TimescaleDB. Throws StoreRefused,
/// StoreUnavailable.
std::vector<std::string> spread_over_time(std::string_view url);

}  // namespace parkwatch
