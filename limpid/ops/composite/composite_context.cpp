#include "limpid/ops/composite/composite_context.h"

#include "limpid/core/layer_path.h"
#include "limpid/core/str.h"

namespace limpid {

void add_composite_context(Error& error, std::string_view op,
                           std::initializer_list<NamedInput> inputs) {
  if (error.has_context()) return;
  std::string suffix;
  for (const NamedInput& input : inputs) {
    if (!input.tensor.defined()) continue;
    suffix += str(suffix.empty() ? "" : ", ", input.name, " ");
    if (dynamic_cast<DTypeError*>(&error)) suffix += str(input.tensor.dtype(), " ");
    suffix += to_string(input.tensor.shape());
  }
  if (const std::string layer = current_layer_path(); !layer.empty())
    suffix += str(suffix.empty() ? "" : ", ", "layer ", layer);
  error.add_context(std::string(op), suffix);
}

}  // namespace limpid
