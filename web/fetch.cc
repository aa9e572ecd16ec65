#include "web/fetch.h"

#include <httplib.h>

namespace parkwatch {

std::string fetch(const std::string& host, int port, const std::string& path) {
  constexpr int patience_s = 10;
  httplib::Client client(host, port);
  client.set_connection_timeout(patience_s);
  client.set_read_timeout(patience_s);
  const auto answer = client.Get(path);
  if (answer) return answer->body;
  return "no answer at http://" + host + ":" + std::to_string(port) + path + ": " +
         httplib::to_string(answer.error()) + "\n";
}

}  // namespace parkwatch
