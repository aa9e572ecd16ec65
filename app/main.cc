#include <cstdio>
#include <exception>

#include "app/command_line.h"
#include "app/exit_code.h"
#include "ingest/broker.h"
#include "storage/store.h"

namespace {

int end_with(parkwatch::ExitCode code, const std::exception& error) {
  std::fprintf(stderr, "parkwatch: %s\n", error.what());
  return static_cast<int>(code);
}

}  // namespace

int main(int argc, char** argv) try {
  return parkwatch::run_command_line(argc, argv);
} catch (const parkwatch::BrokerUnavailable& error) {
  return end_with(parkwatch::ExitCode::DependencyDown, error);
} catch (const parkwatch::StoreUnavailable& error) {
  return end_with(parkwatch::ExitCode::DependencyDown, error);
} catch (const parkwatch::BrokerRefused& error) {
  return end_with(parkwatch::ExitCode::Configuration, error);
} catch (const parkwatch::StoreRefused& error) {
  return end_with(parkwatch::ExitCode::Configuration, error);
} catch (const std::exception& error) {
  return end_with(parkwatch::ExitCode::Runtime, error);
}
