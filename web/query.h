#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace parkwatch {

/// A parameter of a request is wrong; the message says which and how. Becomes a 400.
struct BadParameter : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The query of one request, read strictly: unknown, repeated, overlong or unreadable parameters
/// throw BadParameter.
class QueryParameters {
 public:
  QueryParameters(const std::multimap<std::string, std::string>& query,
                  std::initializer_list<std::string_view> known, std::size_t bytes_max);

  /// The value; nothing when it is absent or empty.
  std::optional<std::string> text(std::string_view name) const;
  /// One of the choices; the first when absent.
  std::string choice(std::string_view name, std::initializer_list<std::string_view> choices) const;
  /// ISO 8601 with a zone, as milliseconds since 1970 UTC. A `+` that arrived as a space is taken
  /// as the `+` it was.
  std::optional<std::int64_t> time(std::string_view name) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace parkwatch
