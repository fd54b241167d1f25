// Where the time goes: limpid.profiler.

#include "limpid/explain/profiler.h"

#include "casters.h"
#include "gil.h"
#include "limpid/explain/timing.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

namespace {

/// A piece of work between __enter__ and __exit__ of a `with`.
struct Range {
  std::string name;
  std::unique_ptr<ProfileRange> scope = {};
};

std::vector<ProfileRow> rows_of(const Profiler& profiler, bool by_layer, bool by_shapes) {
  return profiler.rows({.layer = by_layer, .shapes = by_shapes});
}

}  // namespace

void add_profiler(nb::module_& m) {
  nb::class_<ProfileRow>(m, "_ProfileRow")
      .def_ro("key", &ProfileRow::name)
      .def_ro("layer", &ProfileRow::layer)
      .def_ro("input_shapes", &ProfileRow::shapes)
      .def_ro("count", &ProfileRow::calls)
      .def_ro("seconds", &ProfileRow::seconds)
      .def_ro("total_seconds", &ProfileRow::total_seconds)
      .def_ro("bytes", &ProfileRow::bytes)
      .def_ro("flops", &ProfileRow::flops);
  nb::class_<Profiler>(m, "_Profiler")
      .def(
          "__init__",
          [](Profiler* self, bool shapes, std::int64_t max_events) {
            new (self) Profiler({.shapes = shapes, .max_events = max_events});
          },
          "shapes"_a, "max_events"_a)
      .def("stop", &Profiler::stop)
      .def("seconds", &Profiler::seconds)
      .def("left_out", &Profiler::left_out)
      .def("rows", rows_of, "layer"_a, "shapes"_a)
      .def(
          "write_trace",
          [](const Profiler& self, const std::string& path) {
            const Unlock unlock;
            self.write_trace(path);
          },
          "path"_a);
  m.def(
      "_profile_table",
      [](const std::vector<ProfileRow>& rows, double seconds, std::size_t limit) {
        const Unlock unlock;  // measures the machine the first time
        return profile_table(rows, seconds, limit);
      },
      "rows"_a, "seconds"_a, "limit"_a);
  m.def("_machine_limits", [] {
    const Unlock unlock;
    const Roofline& limits = measured_roofline();
    return std::pair(limits.bytes_per_second, limits.flops_per_second);
  });
  nb::class_<Range>(m, "_ProfileRange")
      .def(nb::init<std::string>(), "name"_a)
      .def("__enter__", [](Range& r) { r.scope = std::make_unique<ProfileRange>(r.name); })
      .def(
          "__exit__", [](Range& r, nb::handle, nb::handle, nb::handle) { r.scope.reset(); },
          "type"_a.none(), "value"_a.none(), "traceback"_a.none());
}

}  // namespace limpid::python
