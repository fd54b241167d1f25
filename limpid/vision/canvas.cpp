#include "limpid/vision/canvas.h"

#include "limpid/config.h"
#include "limpid/core/error.h"

namespace limpid {

#if !LIMPID_HAS_CAIRO
std::unique_ptr<Canvas> make_canvas(double, double, double) {
  throw FileError(
      "this build of limpid cannot draw pictures; configure it with -DLIMPID_CAIRO=ON and cairo "
      "(Debian: libcairo2-dev)");
}
#endif

}  // namespace limpid
