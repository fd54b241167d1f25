#pragma once
// Where an error arose, for messages that no op completes.

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "limpid/core/error.h"
#include "limpid/core/layer_path.h"
#include "limpid/core/str.h"
#include "limpid/tensor/tensor.h"

namespace limpid::nn {

/// " [layer encoder.rnn]", or nothing outside any layer.
inline std::string where() {
  const std::string path = current_layer_path();
  return path.empty() ? "" : str(" [layer ", path, "]");
}

/// ValueError "LSTM: input is undefined [layer encoder.rnn]".
inline void require_defined(std::string_view layer, const char* argument, const Tensor& tensor) {
  if (!tensor.defined()) throw ValueError(str(layer, ": ", argument, " is undefined", where()));
}

/// " [input (2, 5, 4), h0 (1, 2, 6), layer encoder.rnn]", as the errors of ops end.
inline std::string where(
    std::initializer_list<std::pair<const char*, std::reference_wrapper<const Tensor>>> tensors) {
  std::string out;
  for (const auto& [name, tensor] : tensors)
    if (tensor.get().defined())
      out += str(out.empty() ? " [" : ", ", name, " ", tensor.get().shape());
  const std::string path = current_layer_path();
  return out + (path.empty() ? "]" : str(", layer ", path, "]"));
}

}  // namespace limpid::nn
