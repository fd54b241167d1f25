// Threads, memory, printing, versions.

#include <limits>

#include "casters.h"
#include "limpid/backends/cpu/threads.h"
#include "limpid/core/version.h"
#include "limpid/tensor/allocator.h"
#include "limpid/tensor/layout.h"
#include "limpid/tensor/print.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

namespace {

nb::dict memory_dict() {
  const MemoryStats stats = memory_stats();
  nb::dict out;
  out["in_use"] = stats.in_use;
  out["peak_in_use"] = stats.peak_in_use;
  out["cached"] = stats.cached;
  out["reserved"] = stats.reserved;
  out["packed"] = stats.packed;
  out["large_blocks"] = stats.large_blocks;
  out["system_calls"] = stats.system_calls;
  return out;
}

void set_printing(std::optional<int> precision, std::optional<double> threshold,
                  std::optional<std::int64_t> edgeitems, std::optional<int> linewidth,
                  const std::optional<std::string>& profile, std::optional<bool> sci_mode) {
  PrintOptions options = get_print_options();
  if (profile) {
    options = PrintOptions();
    if (*profile == "short") options.precision = 2, options.edgeitems = 2;
    else if (*profile == "full") options.threshold = std::numeric_limits<std::int64_t>::max();
    else if (*profile != "default")
      throw ValueError("profile must be 'default', 'short' or 'full'");
  }
  if (precision) options.precision = *precision;
  if (threshold)
    options.threshold = *threshold < 9e18 ? static_cast<std::int64_t>(*threshold)
                                          : std::numeric_limits<std::int64_t>::max();  // inf: all
  if (edgeitems) options.edgeitems = *edgeitems;
  if (linewidth) options.linewidth = *linewidth;
  options.sci_mode = sci_mode;
  set_print_options(options);
}

}  // namespace

void add_runtime(nb::module_& m) {
  m.attr("__version__") = build_info().version;
  m.def("set_num_threads", set_num_threads, "num"_a, "Sets how many threads large operations use.");
  m.def("get_num_threads", get_num_threads, "How many threads large operations use.");
  m.def("layout_copies", &layout_copies,
        "How many whole maps were copied, or read, across the other layout so far: channels-last "
        "and row-major ones that met. A training step of a convolutional network makes few.");
  m.def("memory_stats", memory_dict,
        "A picture of the memory of tensors: a dict of bytes and counts.");
  m.def("memory_summary", memory_summary, "The same as a table for people.");
  m.def("reset_peak_memory", reset_peak_memory);
  m.def("empty_cache", empty_cache, "Gives cached memory back to the system.");
  m.def("set_printoptions", set_printing, "precision"_a = nb::none(), "threshold"_a = nb::none(),
        "edgeitems"_a = nb::none(), "linewidth"_a = nb::none(), "profile"_a = nb::none(),
        "sci_mode"_a = nb::none(), "How tensors are printed, as NumPy's function of that name.");
}

}  // namespace limpid::python
