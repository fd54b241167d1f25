#pragma once
// Memory that lies flush with a page that nobody may touch, so that one element too far ends the
// program.

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace limpid::testing {

enum class Fence { behind, before };

/// Pages of which the first and the last may not be touched.
struct Pages {
  const std::size_t page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE)), bytes;
  char* start;

  explicit Pages(std::size_t inner) : bytes((inner + page - 1) / page * page + 2 * page) {
    start = static_cast<char*>(
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    REQUIRE(start != MAP_FAILED);
    mprotect(start, page, PROT_NONE);
    mprotect(start + bytes - page, page, PROT_NONE);
  }
  ~Pages() { munmap(start, bytes); }
  char* place(std::size_t inner, Fence fence) const {
    return fence == Fence::before ? start + page : start + bytes - page - inner;
  }
};

/// A copy of elements, with no memory behind the last.
template <class T>
class Fenced {
 public:
  explicit Fenced(const std::vector<T>& elements)
      : size_(elements.size()),
        pages_(size_ * sizeof(T)),
        data_(reinterpret_cast<T*>(pages_.place(size_ * sizeof(T), Fence::behind))) {
    std::copy(elements.begin(), elements.end(), data_);
  }
  Fenced(const Fenced&) = delete;
  Fenced& operator=(const Fenced&) = delete;

  T* data() { return data_; }
  T& operator[](std::int64_t i) { return data_[i]; }

 private:
  std::size_t size_;
  Pages pages_;
  T* data_;
};

/// n small whole numbers, so that every order of adding gives the same.
template <class T>
std::vector<T> whole_numbers(std::int64_t n, std::int64_t seed) {
  std::vector<T> out(static_cast<std::size_t>(n));
  for (std::int64_t i = 0; i < n; ++i)
    out[static_cast<std::size_t>(i)] = static_cast<T>((i * 7919 + seed * 31) % 13 - 6);
  return out;
}

}  // namespace limpid::testing
