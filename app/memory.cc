#include "app/memory.h"

#include <sys/mman.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <new>

#include "model/check.h"

namespace parkwatch {

void* HeldMemory::Pages::do_allocate(std::size_t bytes, std::size_t alignment) {
  check(alignment <= 4'096);  // pages are aligned to at least as much
  void* pages = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) throw std::bad_alloc();  // NOLINT: the system's macro casts
  return pages;
}

void HeldMemory::Pages::do_deallocate(void* pages, std::size_t bytes, std::size_t) {
  munmap(pages, bytes);
}

void return_freed_memory() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace parkwatch
