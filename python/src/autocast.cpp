// Mixed precision: limpid.autocast.

#include "limpid/op/autocast.h"

#include "casters.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

namespace {

/// An Autocast between enter() and exit().
class AutocastGuard {
 public:
  AutocastGuard(DType dtype, bool enabled) : dtype_(dtype), enabled_(enabled) {
    const Autocast names_a_wrong_dtype(dtype, enabled);
  }
  void enter() { guard_ = std::make_unique<Autocast>(dtype_, enabled_); }
  void exit() { guard_.reset(); }

 private:
  DType dtype_;
  bool enabled_;
  std::unique_ptr<Autocast> guard_;
};

}  // namespace

void add_autocast(nb::module_& m) {
  nb::class_<AutocastGuard>(m, "_Autocast")
      .def(nb::init<DType, bool>(), "dtype"_a, "enabled"_a)
      .def("enter", &AutocastGuard::enter)
      .def("exit", &AutocastGuard::exit);
  m.def(
      "is_autocast_enabled",
      [](const std::optional<std::string>& device) {
        return (!device || *device == "cpu") && is_autocast_enabled();
      },
      "device_type"_a = nb::none(), "Whether ops of this thread compute in mixed precision.");
  m.def(
      "get_autocast_dtype", [](const std::string&) { return autocast_dtype(); },
      "device_type"_a = "cpu", "What products compute in under autocast.");
}

}  // namespace limpid::python
