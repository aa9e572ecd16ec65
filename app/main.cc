#include <cstdio>
#include <exception>

#include "app/command_line.h"
#include "app/exit_code.h"
#include "app/faults.h"
#include "ingest/broker.h"
#include "storage/store.h"

namespace {

int end(const std::exception& error, parkwatch::ExitCode code) {
  std::fprintf(stderr, "parkwatch: %s\n", error.what());
  return static_cast<int>(code);
}

}  // namespace

int main(int argc, char** argv) try {
  return parkwatch::run_command_line(argc, argv);
} catch (const parkwatch::UsageError& error) {
  return end(error, parkwatch::ExitCode::Usage);
} catch (const parkwatch::StoreUnavailable& error) {
  return end(error, parkwatch::ExitCode::DependencyDown);
} catch (const parkwatch::BrokerUnavailable& error) {
  return end(error, parkwatch::ExitCode::DependencyDown);
} catch (const parkwatch::StoreRefused& error) {
  return end(error, parkwatch::ExitCode::Configuration);
} catch (const parkwatch::BrokerRefused& error) {
  return end(error, parkwatch::ExitCode::Configuration);
} catch (const std::exception& error) {
  return end(error, parkwatch::ExitCode::Runtime);
}
