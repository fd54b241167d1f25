#include "limpid/nn/state_dict.h"

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/core/suggest.h"
#include "limpid/tensor/creation.h"

namespace limpid {

const Tensor* find(const StateDict& state, std::string_view name) {
  for (const NamedTensor& entry : state)
    if (entry.name == name) return &entry.tensor;
  return nullptr;
}

void put_number(StateDict& state, std::string name, Scalar value) {
  const DType dtype = value.kind() == Scalar::Kind::floating ? DType::f64 : value.dtype();
  state.push_back({std::move(name), full({}, value, {.dtype = dtype})});
}

Scalar get_number(const StateDict& state, std::string_view name, std::string_view who) {
  const Tensor* found = find(state, name);
  if (!found || !found->defined()) {
    std::vector<std::string> names;
    for (const NamedTensor& entry : state) names.push_back(entry.name);
    const std::string nearest = nearest_name(name, names);
    throw ValueError(str(who, ": the state has no entry '", name, "'",
                         nearest.empty() ? "" : " (did you mean " + quote(nearest) + "?)"));
  }
  if (found->dim() != 0)
    throw ValueError(str(who, ": '", name, "' must be one number, got shape ", found->shape()));
  return found->item_scalar();
}

}  // namespace limpid
