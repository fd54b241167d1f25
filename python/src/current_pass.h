#pragma once
// The backward pass that is under way, for hooks that ask what it will compute.

#include <vector>

#include "casters.h"

namespace limpid::python {

/// While one lives, a pass from `outputs` is under way, to all leaves or to `inputs`.
class CurrentPass {
 public:
  CurrentPass(const TensorList& outputs, const TensorList* inputs);
  ~CurrentPass();
  CurrentPass(const CurrentPass&) = delete;
  CurrentPass& operator=(const CurrentPass&) = delete;

  /// Calls what hooks left for the end of the pass. A pass that throws drops it.
  void finish();

 private:
  friend void add_current_pass(nanobind::module_& m);
  std::int64_t number_;
  const TensorList& outputs_;
  const TensorList* inputs_;
  CurrentPass* outer_;  ///< a hook may run another pass
  std::vector<nanobind::object> at_end_;
};

}  // namespace limpid::python
