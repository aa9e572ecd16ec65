#include "storage/postgres_failure.h"

#include <algorithm>
#include <cctype>

#include "storage/store.h"

namespace parkwatch {

namespace {

struct Advice {
  std::string_view states;  // how the SQLSTATE begins
  bool retry;
  std::string_view text;
};

// The first that fits counts. States: PostgreSQL documentation, appendix A.
constexpr Advice advices[] = {
    {"28P01", false, "the password is wrong; correct it in its file"},
    {"28", false,
     "the server does not let this user in; create it (`parkwatch store roles`) and allow it in "
     "pg_hba.conf"},
    {"3D000", false,
     "there is no such database; create it with ENCODING 'UTF8', or correct its name"},
    {"42501", false,
     "the user lacks a right; grant it (`parkwatch store roles` prints how), or let the owner run "
     "`parkwatch store init`"},
    {"25006", true, "the server takes no writes now: a standby, or default_transaction_read_only"},
    {"53100", true, "the server's disk is full; free space and it goes on"},
    {"53300", true, "the server has no free connection; raise max_connections or stop others"},
    {"53", true, "the server lacks memory or another resource"},
    {"57014", true, "it took too long and was stopped"},
    {"57", true, "the server is going down or coming up"},
    {"55P03", true, "another connection held it for too long"},
    {"40", true, "it collided with another transaction"},
    {"25P03", true, "the transaction was idle for too long"},
    {"08", true, "the connection to the server was lost"},
    {"58", true, "the server could not read or write its disk"},
    {"XX001", false, "the database is damaged; restore it from a backup, or replay the log"},
    {"XX002", false, "an index is damaged; REINDEX it, or restore the store from a backup"},
    {"XX", true, "the server failed inside; its log says more"},
    {"42", false, "the database does not have the tables of this program"},
};
constexpr Advice away{"", true,
                      "the server does not answer; start it, or correct host and port of the URL"};
constexpr Advice unknown{"", false, "PostgreSQL refused it"};

const Advice& advice_for(std::string_view state) {
  if (state.empty()) return away;
  const auto* found = std::find_if(std::begin(advices), std::end(advices), [&](const Advice& each) {
    return state.starts_with(each.states);
  });
  return found == std::end(advices) ? unknown : *found;
}

/// Five capital letters and digits; a severity such as FATAL has no digit.
bool is_state(std::string_view word) {
  constexpr std::string_view digits = "0123456789";
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  return word.size() == 5 && word.find_first_of(digits) != std::string_view::npos &&
         word.find_first_not_of(letters) == std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0)
    text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0)
    text.remove_suffix(1);
  return text;
}

}  // namespace

PostgresFailure read_failure(std::string_view message) {
  const std::string_view line = trimmed(message).substr(0, trimmed(message).find('\n'));
  // "... FATAL:  28P01: password authentication failed": the state stands between colons.
  for (std::size_t at = line.find(':'); at != std::string_view::npos; at = line.find(':', at + 1)) {
    const std::string_view rest = trimmed(line.substr(at + 1));
    const std::size_t end = rest.find(':');
    if (end == std::string_view::npos || !is_state(rest.substr(0, end))) continue;
    return {std::string(rest.substr(0, end)), std::string(trimmed(rest.substr(end + 1)))};
  }
  return {"", std::string(line)};
}

void throw_postgres_failure(const std::string& store, std::string_view doing,
                            const PostgresFailure& failure) {
  const Advice& advice = advice_for(failure.state);
  std::string text = "store " + store + ": could not ";
  text.append(doing).append(": ").append(advice.text).append(" (PostgreSQL: ");
  text.append(failure.message);
  if (!failure.state.empty()) text.append(", state ").append(failure.state);
  text += ")";
  if (advice.retry) throw StoreUnavailable(text);
  throw StoreRefused(text);
}

}  // namespace parkwatch
