#pragma once
// Errors of composites say what those of cards do: the op, the shapes of its inputs, the layer.

#include <initializer_list>
#include <string_view>

#include "limpid/core/error.h"
#include "limpid/tensor/tensor.h"

namespace limpid {

struct NamedInput {
  const char* name;
  const Tensor& tensor;  ///< undefined ones are left out
};

void add_composite_context(Error& error, std::string_view op,
                           std::initializer_list<NamedInput> inputs);

/// Calls `check()`, and adds the context to an error that it throws.
template <class F>
void check_inputs(std::string_view op, std::initializer_list<NamedInput> inputs, const F& check) {
  try {
    check();
  } catch (Error& error) {
    add_composite_context(error, op, inputs);
    throw;
  }
}

}  // namespace limpid
