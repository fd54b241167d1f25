#include "limpid/explain/libraries.h"

#include <fstream>

#include "limpid/config.h"
#include "limpid/core/str.h"
#include "limpid/io/inflate.h"
#if LIMPID_HAS_CPU
#include "limpid/backends/cpu/simd.h"
#include "limpid/backends/cpu/threads.h"
#endif
#if LIMPID_HAS_ONEDNN
#include "limpid/backends/cpu/onednn.h"
#endif
#if LIMPID_HAS_CAIRO
#include <cairo.h>
#endif
#if LIMPID_HAS_PNG
#include <spng.h>
#endif
#if LIMPID_HAS_OPENMP
#include <omp.h>
#endif

namespace limpid {

namespace {
/// "model name" of /proc/cpuinfo, which Arm's has not.
std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line))
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
#if defined(__aarch64__)
  return "64-bit Arm processor";
#else
  return "unknown processor";
#endif
}
}  // namespace

std::vector<std::pair<std::string, std::string>> library_versions() {
  std::vector<std::pair<std::string, std::string>> out;
#if LIMPID_HAS_ONEDNN
  const std::string dnnl = onednn_version();
  out.emplace_back("oneDNN", dnnl.substr(dnnl.find(' ') + 1));
#endif
#if LIMPID_HAS_OPENMP
  out.emplace_back("OpenMP", std::to_string(_OPENMP));
#endif
#if LIMPID_HAS_PNG
  out.emplace_back("libspng", spng_version_string());
#endif
  if (const std::string zlib = inflate_version(); !zlib.empty()) out.emplace_back("zlib", zlib);
#if LIMPID_HAS_CAIRO
  out.emplace_back("cairo", cairo_version_string());
#endif
  return out;
}

std::string processor_text() {
  std::string out = processor_name();
#if LIMPID_HAS_CPU
  std::string levels;
  for (SimdLevel level : available_simd_levels())
    levels += str(levels.empty() ? "" : ", ", name_of(level));
  out += str("; kernels for ", name_of(simd_level()), " (it can run: ", levels, "); ",
             get_num_threads(), " threads");
#else
  out += "; reference kernels";
#endif
  return out;
}

}  // namespace limpid
