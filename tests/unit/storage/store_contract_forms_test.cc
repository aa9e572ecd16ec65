// The forms of the store that need no server.
#include <gtest/gtest.h>

#include "storage/memory_store.h"
#include "tests/support/store_contract.h"
#include "tests/support/temporary_folder.h"

namespace parkwatch {
namespace {

class SqliteBackend : public Backend {
 public:
  using Backend::open;
  std::unique_ptr<Store> open(StoreOptions options) override {
    return open_store("sqlite:" + (folder_.path() / "store.db").string(), options);
  }

 private:
  TemporaryFolder folder_;
};

class MemoryBackend : public Backend {
 public:
  using Backend::open;
  std::unique_ptr<Store> open(StoreOptions options) override {
    return std::make_unique<MemoryStore>(first_, options);
  }

 private:
  MemoryStore first_;
};

const BackendKind kinds[] = {
    {"sqlite", []() -> std::unique_ptr<Backend> { return std::make_unique<SqliteBackend>(); }},
    {"memory", []() -> std::unique_ptr<Backend> { return std::make_unique<MemoryBackend>(); }}};

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract, testing::ValuesIn(kinds), kind_name);
INSTANTIATE_TEST_SUITE_P(Stores, StoreContractDeathTest, testing::ValuesIn(kinds), kind_name);

}  // namespace
}  // namespace parkwatch
