// limpid.device.

#include "limpid/core/device.h"

#include "casters.h"
#include "limpid/core/str.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

void add_device(nb::module_& m) {
  nb::class_<Device>(m, "device", "Where a tensor's elements live: limpid.device('cpu').")
      .def(nb::init_implicit<std::string_view>(), "type"_a)
      .def(
          "__init__",
          [](Device* self, std::string_view type, int index) {
            new (self) Device(str(type, ":", index));
          },
          "type"_a, "index"_a)
      .def_prop_ro("type",
                   [](const Device& d) {
                     const std::string text = to_string(Device(d.type));
                     return text.substr(0, text.find(':'));
                   })
      .def_prop_ro("index",
                   [](const Device& d) -> std::optional<int> {
                     if (d.type != DeviceType::cuda) return std::nullopt;
                     return d.index;
                   })
      .def(
          "__eq__",
          [](const Device& a, nb::handle b) {
            Device other;
            return nb::try_cast<Device>(b, other) && a == other;
          },
          "other"_a.none())
      .def("__hash__", [](const Device& d) { return static_cast<int>(d.type) * 256 + d.index; })
      .def("__str__", [](const Device& d) { return to_string(d); })
      .def("__repr__", [](const Device& d) { return str("device(type='", to_string(d), "')"); })
      .def("__reduce__", [](const Device& d) {
        return nb::make_tuple(nb::type<Device>(), nb::make_tuple(to_string(d)));
      });
}

}  // namespace limpid::python
