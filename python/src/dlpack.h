#pragma once
// The structures of DLPack 1.0 (https://dmlc.github.io/dlpack), in which array libraries hand each
// other memory.

#include <cstdint>

namespace limpid::python::dlpack {

enum DeviceCode : std::int32_t { kCpuCode = 1, kCudaHostCode = 3 };
enum TypeCode : std::uint8_t { kInt = 0, kUnsigned = 1, kFloat = 2, kBfloat = 4, kBool = 6 };
inline constexpr std::uint64_t kReadOnly = 1;

struct Device {
  std::int32_t type, id;
};
struct DataType {
  std::uint8_t code, bits;
  std::uint16_t lanes;
};
struct Array {
  void* data;
  Device device;
  std::int32_t ndim;
  DataType dtype;
  std::int64_t *shape, *strides;  ///< strides in elements; null: row-major
  std::uint64_t byte_offset;
};
/// In a capsule "dltensor".
struct Managed {
  Array array;
  void* context;
  void (*deleter)(Managed*);
};
/// In a capsule "dltensor_versioned".
struct ManagedVersioned {
  std::uint32_t major, minor;
  void* context;
  void (*deleter)(ManagedVersioned*);
  std::uint64_t flags;
  Array array;
};

}  // namespace limpid::python::dlpack
