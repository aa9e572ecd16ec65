// The contract of every store, on a real server.
#include "tests/integration/postgres_environment.h"
#include "tests/support/store_contract.h"

namespace parkwatch {
namespace {

class PostgresBackend : public Backend {
 public:
  using Backend::open;
  std::unique_ptr<Store> open(StoreOptions options) override {
    return open_store(database_.url(), options);
  }

 private:
  TestDatabase database_;
};

const BackendKind kinds[] = {
    {"postgres", []() -> std::unique_ptr<Backend> { return std::make_unique<PostgresBackend>(); }}};

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract, testing::ValuesIn(kinds), kind_name);
INSTANTIATE_TEST_SUITE_P(Stores, StoreContractDeathTest, testing::ValuesIn(kinds), kind_name);

}  // namespace
}  // namespace parkwatch
