#pragma once
// The checks of a composite, with errors as a card's have them.

#include "limpid/op/apply.h"

namespace limpid {

/// Runs `checks`; what they throw gets the composite's name, the shapes of its inputs and the
/// layer's path.
template <class Composite, class F, std::same_as<Tensor>... T>
void named_checks(F&& checks, const T&... in) {
  try {
    checks();
  } catch (Error& error) {
    OpInfo info;
    info.doc = Composite::doc;
    TensorImpl* const inputs[] = {in.impl()...};
    add_context(error, info, Inputs(inputs, sizeof...(T)));
    throw;
  }
}

}  // namespace limpid
