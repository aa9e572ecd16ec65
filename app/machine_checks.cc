#include "app/machine_checks.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <system_error>

#include "app/active_set.h"
#include "model/time.h"

namespace parkwatch {

namespace {

struct AddressDeleter {
  void operator()(addrinfo* found) const { freeaddrinfo(found); }
};

/// Why one cannot listen there; nothing when one can.
std::optional<std::string> why_not_listen(const std::string& address, int port) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* first = nullptr;
  const int status = getaddrinfo(address.c_str(), std::to_string(port).c_str(), &wanted, &first);
  const std::unique_ptr<addrinfo, AddressDeleter> found(first);
  if (status != 0) return std::string(gai_strerror(status));
  const int socket_of = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_of < 0) return std::string(std::strerror(errno));
  const int on = 1;
  setsockopt(socket_of, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const bool bound = bind(socket_of, found->ai_addr, found->ai_addrlen) == 0;
  const bool listening = bound && listen(socket_of, 1) == 0;
  const std::string reason = listening ? "" : std::strerror(errno);
  close(socket_of);
  if (listening) return std::nullopt;
  return reason;
}

std::string mebibytes(std::uint64_t bytes) {
  return std::to_string(bytes >> 20) + " MiB";
}

}  // namespace

Diagnosis check_port(const std::string& subject, const std::string& address, int port,
                     const std::string& setting) {
  const std::string where = address + ":" + std::to_string(port);
  const std::optional<std::string> reason = why_not_listen(address, port);
  if (!reason) return {Health::Good, subject, where + " is free", ""};
  return {Health::Finding, subject, "cannot listen on " + where + ": " + *reason,
          "if a Parkwatch already runs here this is right, else choose another " + setting};
}

Diagnosis check_room(const std::string& subject, const std::filesystem::path& file,
                     std::uint64_t bytes_wanted) {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::absolute(file, error).parent_path();
  const std::string name = folder.string();
  if (!std::filesystem::is_directory(folder, error)) {
    return {Health::Misconfigured, subject, "there is no folder " + name, "make it"};
  }
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    return {Health::Misconfigured, subject, name + " cannot be written by this user",
            "give it to the user that runs Parkwatch"};
  }
  const std::filesystem::space_info space = std::filesystem::space(folder, error);
  if (error) return {Health::Away, subject, name + ": " + error.message(), "is it mounted?"};
  const std::string room = mebibytes(space.available) + " free in " + name;
  constexpr std::uint64_t least_share = 20;
  if (space.available < bytes_wanted || space.available < space.capacity / least_share) {
    return {Health::Finding, subject, room,
            "make room: at least " + mebibytes(bytes_wanted) + " and 5 % of the disk"};
  }
  return {Health::Good, subject, room, ""};
}

Diagnosis check_clock(std::int64_t now_ms, std::int64_t not_before_ms) {
  constexpr std::int64_t allowance_ms = 5LL * 60 * 1000;
  const std::string now = utc_text(now_ms / 1000 * 1000);
  if (now_ms + allowance_ms < not_before_ms) {
    return {Health::Misconfigured, "clock",
            "it says " + now + ", but " + utc_text(not_before_ms) + " has already been",
            "set the clock; readings would be refused as coming from the future"};
  }
  timex state{};
  const int kept = adjtimex(&state);
  if (kept < 0)
    return {Health::Note, "clock", now + "; the kernel does not tell how it is kept", ""};
  if (kept == TIME_ERROR || (state.status & STA_UNSYNC) != 0) {
    return {Health::Finding, "clock", now + ", but no time service keeps it",
            "run chrony or systemd-timesyncd (on the host, if this is a container)"};
  }
  return {Health::Good, "clock", now + ", kept by a time service", ""};
}

Diagnosis check_zones() {
  if (load_zone("Asia/Shanghai")) return {Health::Good, "zones", "time zones are installed", ""};
  return {Health::Misconfigured, "zones", "there is no time zone Asia/Shanghai",
          "install the package tzdata"};
}

Diagnosis check_descriptors(std::uint64_t connections_max) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return {Health::Note, "files", std::strerror(errno), ""};
  }
  constexpr std::uint64_t others = 256;  // store, brokers, web, libraries
  const std::string text = std::to_string(limit.rlim_cur) + " open files allowed";
  if (limit.rlim_cur >= connections_max + others) return {Health::Good, "files", text, ""};
  return {Health::Finding, "files",
          text + ", but gateway.connections_max is " + std::to_string(connections_max),
          "raise the limit (ulimit -n, LimitNOFILE=) to " +
              std::to_string(connections_max + others) + " or lower the setting"};
}

}  // namespace parkwatch
