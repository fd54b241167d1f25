// Reading and writing files of tensors.

#include <nanobind/stl/map.h>

#include <filesystem>

#include "casters.h"
#include "gil.h"
#include "limpid/io/safetensors.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

namespace {

using Pairs = std::vector<std::pair<std::string, Tensor>>;

NamedTensors named(const Pairs& pairs) {
  NamedTensors tensors;
  for (const auto& [name, tensor] : pairs) tensors.push_back({name, tensor});
  return tensors;
}

nb::object to_python(const SafetensorsFile& file) {
  nb::dict tensors;
  for (const auto& [name, tensor] : file.tensors) tensors[name.c_str()] = tensor;
  return nb::make_tuple(tensors, nb::cast(file.metadata));
}

}  // namespace

void add_files(nb::module_& m) {
  m.def(
      "_load_safetensors",
      [](const std::string& path) {
        SafetensorsFile file;
        {
          const Unlock unlock;
          file = load_safetensors(path);
        }
        return to_python(file);
      },
      "path"_a);
  m.def(
      "_parse_safetensors",
      [](nb::bytes data, const std::string& name) {
        return to_python(parse_safetensors(
            {reinterpret_cast<const std::byte*>(data.c_str()), data.size()}, name));
      },
      "data"_a, "name"_a);
  m.def(
      "_save_safetensors",
      [](const std::string& path, const Pairs& tensors, const Metadata& metadata) {
        const Unlock unlock;
        save_safetensors(path, named(tensors), metadata);
      },
      "path"_a, "tensors"_a, "metadata"_a);
  m.def(
      "_safetensors_bytes",
      [](const Pairs& tensors, const Metadata& metadata) {
        const std::vector<std::byte> bytes = safetensors_bytes(named(tensors), metadata);
        return nb::bytes(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      },
      "tensors"_a, "metadata"_a);
}

}  // namespace limpid::python
