#pragma once
// Where an error arose, for messages that no op completes.

#include <string>

#include "limpid/core/layer_path.h"
#include "limpid/core/str.h"

namespace limpid::nn {

/// " [layer encoder.rnn]", or nothing outside any layer.
inline std::string where() {
  const std::string path = current_layer_path();
  return path.empty() ? "" : str(" [layer ", path, "]");
}

}  // namespace limpid::nn
