#pragma once
// Data in Python's pickle format (protocols 2 and 3), as CIFAR's Python files use it. A pickle is a
// program for a small machine and can call any Python function; this reader runs none. It knows the
// instructions that build dictionaries, lists, tuples, texts, whole numbers and NumPy arrays of
// uint8, and refuses every other one by name and place.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "limpid/tensor/tensor.h"

namespace limpid {

struct PickleValue {
  enum class Kind { none, boolean, integer, text, list, tuple, dict, array, dtype, global };
  Kind kind = Kind::none;
  std::int64_t at = 0;                    ///< the byte of the file where it begins
  std::int64_t integer = 0;               ///< of integers and booleans
  std::string text = {};                  ///< bytes and texts alike; "numpy.dtype" of a global
  std::vector<std::uint32_t> items = {};  ///< of lists and tuples; of a dict key, value, key, ...
  Tensor array = {};                      ///< uint8
};

/// All values of a file. They refer to each other by number, so that a list which holds itself is
/// no trouble.
class Pickle {
 public:
  Pickle(std::vector<PickleValue> values, std::uint32_t root, std::string name)
      : values_(std::move(values)), root_(root), name_(std::move(name)) {}

  const PickleValue& root() const { return values_[root_]; }
  const PickleValue& operator[](std::uint32_t id) const { return values_[id]; }

  /// What a dict has under a text. FileError when it is no dict, lacks the key (naming the
  /// nearest), or has another kind of value there.
  const PickleValue& member(const PickleValue& dict, std::string_view key,
                            PickleValue::Kind kind) const;
  bool has(const PickleValue& dict, std::string_view key) const;
  /// FileError "NAME: byte AT: problem".
  [[noreturn]] void fail(const PickleValue& value, std::string_view problem) const;

 private:
  std::vector<PickleValue> values_;
  std::uint32_t root_;
  std::string name_;
};

/// FileError names the file, the instruction and the byte of what is wrong. Files have at most 1
/// GiB and 2^20 values.
Pickle load_pickle(const std::filesystem::path& path);
/// The same of a file that lies in memory.
Pickle parse_pickle(std::span<const std::byte> bytes, std::string_view name = "pickle");

/// "a list", "an array", ...
std::string_view name_of(PickleValue::Kind kind);

}  // namespace limpid
