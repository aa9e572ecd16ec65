#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "storage/store.h"

namespace parkwatch {

/// Opens objects on one store, as the workers of one process do.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::unique_ptr<Store> open(StoreOptions options) = 0;
  std::unique_ptr<Store> open() { return open(StoreOptions{}); }
};

struct BackendKind {
  const char* name;
  std::unique_ptr<Backend> (*make)();
};

class StoreContract : public testing::TestWithParam<BackendKind> {
 protected:
  std::unique_ptr<Backend> backend_ = GetParam().make();
  std::unique_ptr<Store> store_ = backend_->open();
};
using StoreContractDeathTest = StoreContract;

inline std::string kind_name(const testing::TestParamInfo<BackendKind>& info) {
  return info.param.name;
}

}  // namespace parkwatch
