#pragma once

#include <cstddef>
#include <memory_resource>

namespace parkwatch {

/// Memory for what is held for long in very many small pieces, apart from what a batch needs for a
/// moment: between pieces that stay, the allocator could not give back the pages of those that go.
/// What is freed here is used again here. Threads: used by one at a time.
class HeldMemory {
 public:
  HeldMemory() = default;
  HeldMemory(const HeldMemory&) = delete;
  HeldMemory& operator=(const HeldMemory&) = delete;

  std::pmr::memory_resource* get() { return &pool_; }

 private:
  /// Pages of the system, of which none are left over for others.
  class Pages final : public std::pmr::memory_resource {
    void* do_allocate(std::size_t bytes, std::size_t alignment) override;
    void do_deallocate(void* pages, std::size_t bytes, std::size_t alignment) override;
    bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
      return this == &other;
    }
  };

  Pages pages_;
  std::pmr::unsynchronized_pool_resource pool_{
      {.max_blocks_per_chunk = 4'096, .largest_required_pool_block = 4'096}, &pages_};
};

/// Gives freed memory back to the system: what a large piece of work needs for a moment, which the
/// allocator would hold for itself otherwise. Takes milliseconds.
void return_freed_memory();

}  // namespace parkwatch
