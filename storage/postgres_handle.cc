#include "storage/postgres_handle.h"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "model/check.h"
#include "storage/postgres_failure.h"
#include "storage/store.h"

namespace parkwatch {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int server_version_min = 150'000;
constexpr int binary = 1;

/// False when the time is over.
bool wait_for(int socket, short events, Clock::time_point until) {
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) return false;
    pollfd descriptor{socket, events, 0};
    const int ready = ::poll(&descriptor, 1, static_cast<int>(std::min<long>(left, 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

bool good(const PostgresResult& result) {
  const ExecStatusType status = PQresultStatus(result.handle());
  return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_SINGLE_TUPLE ||
         status == PGRES_PIPELINE_SYNC || status == PGRES_EMPTY_QUERY;
}

std::string field(const PostgresResult& result, int code) {
  const char* text = PQresultErrorField(result.handle(), code);
  return text == nullptr ? std::string() : text;
}

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using ConnectionOptions = std::unique_ptr<PQconninfoOption, FreeOptions>;

/// libpq quotes what it can not read, at times the whole URL and the password with it.
std::string without_quotes(std::string text) {
  const std::size_t first = text.find('"');
  const std::size_t last = text.rfind('"');
  if (first != std::string::npos) text.replace(first, last - first + 1, "...");
  return text;
}

/// What the URL says. Throws StoreRefused when it can not be read.
ConnectionOptions parse_url(std::string_view url) {
  char* message = nullptr;
  ConnectionOptions options(PQconninfoParse(std::string(url).c_str(), &message));
  if (options != nullptr) return options;
  std::string text = message == nullptr ? "no memory" : message;
  PQfreemem(message);
  text.erase(text.find_last_not_of('\n') + 1);
  throw StoreRefused("store " + std::string(url.substr(0, url.find("://"))) +
                     "://...: the URL can not be read: " + without_quotes(std::move(text)) +
                     "; write postgresql://USER@HOST:PORT/DATABASE");
}

}  // namespace

void PostgresResult::Free::operator()(pg_result* result) const {
  PQclear(result);
}

int PostgresResult::rows() const {
  return PQntuples(result_.get());
}

std::int64_t PostgresResult::touched() const {
  const std::string count = PQcmdTuples(result_.get());
  return count.empty() ? 0 : std::stoll(count);
}

Cell PostgresResult::cell(int row, int column, ColumnType type) const {
  const bool null = PQgetisnull(result_.get(), row, column) == 1;
  return postgres_cell(null ? nullptr : PQgetvalue(result_.get(), row, column),
                       PQgetlength(result_.get(), row, column), type);
}

std::int64_t PostgresResult::integer(int row, int column) const {
  return std::get<std::int64_t>(cell(row, column, ColumnType::Integer));
}

std::string PostgresResult::text(int row, int column) const {
  return std::get<std::string>(cell(row, column, ColumnType::Text));
}

void PostgresConnection::Finish::operator()(pg_conn* connection) const {
  PQfinish(connection);
}

PostgresConnection::PostgresConnection(Options options)
    : options_(std::move(options)), name_(postgres_name(options_.url)) {
  connect();
  check_server();
}

PostgresConnection::~PostgresConnection() = default;

void PostgresConnection::connect() {
  // What stands before the URL can be overridden by it, what stands behind can not.
  const char* const keywords[] = {
      "application_name", "keepalives_idle", "keepalives_interval", "keepalives_count",
      "tcp_user_timeout", "dbname",          "client_encoding",     nullptr};
  const char* const values[] = {"parkwatch",          "15",   "5",    "3", "30000",
                                options_.url.c_str(), "UTF8", nullptr};
  connection_.reset(PQconnectStartParams(keywords, values, 1));
  check(connection_ != nullptr);
  PQsetErrorVerbosity(connection_.get(), PQERRORS_VERBOSE);  // with the state, in any language
  PQsetNoticeReceiver(
      connection_.get(), [](void*, const PGresult*) {}, nullptr);
  const Deadline until = Clock::now() + options_.connect_timeout;
  PostgresPollingStatusType status =
      PQstatus(connection_.get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
  while (status != PGRES_POLLING_OK) {
    if (status == PGRES_POLLING_FAILED) fail_connection("connect");
    const short events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (!wait_for(PQsocket(connection_.get()), events, until)) {
      throw_postgres_failure(name_, "connect", {"", "no answer in time"});
    }
    status = PQconnectPoll(connection_.get());
  }
  PQsetnonblocking(connection_.get(), 1);
}

void PostgresConnection::check_server() {
  const int version = PQserverVersion(connection_.get());
  if (version < server_version_min) {
    throw StoreRefused("store " + name_ + ": the server is PostgreSQL " +
                       std::to_string(version / 10'000) + "; use 15 or newer");
  }
  const char* encoding = PQparameterStatus(connection_.get(), "server_encoding");
  if (encoding == nullptr || std::string_view(encoding) != "UTF8") {
    throw StoreRefused("store " + name_ +
                       ": the database has another encoding than UTF8; create one with "
                       "CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0");
  }
  const auto milliseconds = [](std::chrono::milliseconds span) {
    return std::to_string(span.count());
  };
  execute("SET search_path = parkwatch; SET client_min_messages = warning; SET lock_timeout = " +
          milliseconds(options_.lock_timeout) +
          "; SET statement_timeout = " + milliseconds(options_.statement_timeout) +
          "; SET idle_in_transaction_session_timeout = " +
          milliseconds(options_.statement_timeout * 10));
}

bool PostgresConnection::usable() const {
  return !broken_ && PQstatus(connection_.get()) == CONNECTION_OK;
}

bool PostgresConnection::in_transaction() const {
  const PGTransactionStatusType status = PQtransactionStatus(connection_.get());
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
}

bool PostgresConnection::transaction_failed() const {
  return PQtransactionStatus(connection_.get()) == PQTRANS_INERROR;
}

/// The server ends a statement first; this is for one that does not answer at all.
PostgresConnection::Deadline PostgresConnection::deadline() const {
  return Clock::now() + options_.statement_timeout + options_.connect_timeout;
}

void PostgresConnection::fail_connection(std::string_view doing) {
  broken_ = true;
  PostgresFailure failure = read_failure(PQerrorMessage(connection_.get()));
  // A server that was there and is gone is told from one that never answered.
  if (failure.state.empty() && doing != "connect") failure.state = "08006";
  throw_postgres_failure(name_, doing, failure);
}

void PostgresConnection::fail(const PostgresResult& result) {
  if (PQstatus(connection_.get()) != CONNECTION_OK) broken_ = true;
  PostgresFailure failure{field(result, PG_DIAG_SQLSTATE), field(result, PG_DIAG_MESSAGE_PRIMARY)};
  if (failure.state.empty()) fail_connection("read or write");
  throw_postgres_failure(name_, "read or write", failure);
}

void PostgresConnection::require_sent(int sent) {
  if (sent != 1) fail_connection("send a statement");
}

/// The next result of what was sent, or an empty one at the end of a statement.
PostgresResult PostgresConnection::next(Deadline until) {
  for (;;) {
    const int unsent = PQflush(connection_.get());
    if (unsent < 0) fail_connection("send a statement");
    if (unsent == 0 && PQisBusy(connection_.get()) == 0) {
      return PostgresResult(PQgetResult(connection_.get()));
    }
    const short events = unsent == 0 ? POLLIN : POLLIN | POLLOUT;
    if (!wait_for(PQsocket(connection_.get()), events, until)) {
      broken_ = true;
      throw_postgres_failure(name_, "read or write", {"08006", "no answer in time"});
    }
    if (PQconsumeInput(connection_.get()) == 0) fail_connection("read or write");
  }
}

PostgresResult PostgresConnection::execute(const std::string& sql) {
  require_sent(PQsendQuery(connection_.get(), sql.c_str()));
  row_by_row_ = false;
  return last_result();
}

/// The last result of a statement that was sent alone.
PostgresResult PostgresConnection::last_result() {
  const Deadline until = deadline();
  PostgresResult last(nullptr);
  PostgresResult failed(nullptr);
  for (PostgresResult result = next(until); result.handle() != nullptr; result = next(until)) {
    if (!good(result)) {
      failed = std::move(result);
    } else {
      last = std::move(result);
    }
  }
  if (failed.handle() != nullptr) fail(failed);
  return last;
}

PostgresResult PostgresConnection::run(const std::string& sql,
                                       const PostgresParameters& parameters) {
  send(prepared(sql), parameters);
  row_by_row_ = false;
  return last_result();
}

void PostgresConnection::send(const std::string& name, const PostgresParameters& parameters) {
  const std::size_t count = parameters.count();
  std::vector<const char*> values(count);
  std::vector<int> sizes(count);
  const std::vector<int> formats(count, binary);
  for (std::size_t i = 0; i < count; ++i) {
    values[i] = parameters.data(i);
    sizes[i] = parameters.size(i);
  }
  require_sent(PQsendQueryPrepared(connection_.get(), name.c_str(), static_cast<int>(count),
                                   values.data(), sizes.data(), formats.data(), binary));
}

const std::string& PostgresConnection::prepared(const std::string& sql) {
  const auto found = prepared_.find(sql);
  if (found != prepared_.end()) return found->second;
  const std::string name = "s" + std::to_string(prepared_.size());
  require_sent(PQsendPrepare(connection_.get(), name.c_str(), sql.c_str(), 0, nullptr));
  const Deadline until = deadline();
  PostgresResult failed(nullptr);
  for (PostgresResult result = next(until); result.handle() != nullptr; result = next(until)) {
    if (!good(result)) failed = std::move(result);
  }
  if (failed.handle() != nullptr) fail(failed);
  return prepared_.emplace(sql, name).first->second;
}

std::vector<PostgresResult> PostgresConnection::run(std::span<const PostgresCall> calls) {
  std::vector<const std::string*> names;
  names.reserve(calls.size());
  for (const PostgresCall& call : calls) names.push_back(&prepared(call.sql));
  // libpq gives the first statement of a pipeline row by row too, when the one before it was so.
  if (row_by_row_) execute("SELECT");
  require_sent(PQenterPipelineMode(connection_.get()));
  for (std::size_t i = 0; i < calls.size(); ++i) send(*names[i], calls[i].parameters);
  require_sent(PQpipelineSync(connection_.get()));
  std::vector<PostgresResult> results = collect(calls.size());
  require_sent(PQexitPipelineMode(connection_.get()));
  const auto failed =
      std::find_if(results.begin(), results.end(), [](const auto& each) { return !good(each); });
  if (failed != results.end()) fail(*failed);
  return results;
}

/// One result for each statement of a pipeline, then its end.
std::vector<PostgresResult> PostgresConnection::collect(std::size_t count) {
  const Deadline until = deadline();
  std::vector<PostgresResult> results;
  while (results.size() < count) {
    PostgresResult result = next(until);
    if (result.handle() == nullptr) continue;  // the end of one statement
    if (PQstatus(connection_.get()) != CONNECTION_OK) fail(result);
    results.push_back(std::move(result));
  }
  for (;;) {
    const PostgresResult result = next(until);
    if (result.handle() == nullptr) continue;
    if (PQresultStatus(result.handle()) == PGRES_PIPELINE_SYNC) return results;
    fail(result);
  }
}

void PostgresConnection::stream(const std::string& sql, const PostgresParameters& parameters,
                                const std::function<void(const PostgresResult&)>& sink) {
  send(prepared(sql), parameters);
  require_sent(PQsetSingleRowMode(connection_.get()));
  row_by_row_ = true;
  PostgresResult failed(nullptr);
  try {
    for (PostgresResult row = next(deadline()); row.handle() != nullptr; row = next(deadline())) {
      if (!good(row)) {
        failed = std::move(row);
      } else if (row.rows() > 0) {
        sink(row);
      }
    }
  } catch (...) {
    broken_ = true;  // the rest of the rows is still on its way
    throw;
  }
  if (failed.handle() != nullptr) fail(failed);
}

PostgresTransaction::PostgresTransaction(PostgresConnection& connection, const std::string& begin)
    : connection_(connection) {
  check(!connection.in_transaction());
  connection_.execute(begin);
}

PostgresTransaction::~PostgresTransaction() {
  if (!connection_.usable() || !connection_.in_transaction()) return;
  try {
    connection_.execute("ROLLBACK");
  } catch (const std::exception&) {
    // The server ends the transaction of a connection that is gone.
  }
}

void PostgresTransaction::commit() {
  connection_.execute("COMMIT");
}

std::string postgres_name(std::string_view url) {
  const ConnectionOptions options = parse_url(url);
  const auto value = [&](std::string_view keyword) {
    for (const PQconninfoOption* each = options.get(); each->keyword != nullptr; ++each) {
      if (each->keyword == keyword && each->val != nullptr) return std::string(each->val);
    }
    return std::string();
  };
  const std::string user = value("user");
  const std::string port = value("port");
  return "postgresql://" + user + (user.empty() ? "" : "@") + value("host") +
         (port.empty() ? "" : ":") + port + "/" + value("dbname");
}

}  // namespace parkwatch
