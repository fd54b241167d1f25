// limpid._C._op_names(): every op and composite of the lists in limpid/ops/all_ops, for the test
// that none is missing here.

#include "limpid/ops/ops.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

namespace {

template <class... O>
void append_names(OpList<O...>, std::vector<std::string>& names) {
  (names.emplace_back(O::doc.name), ...);
}
template <class... C>
void append_names(CompositeList<C...>, std::vector<std::string>& names) {
  (names.emplace_back(C::doc.name), ...);
}

template <class... Lists>
std::vector<std::string> names_of() {
  std::vector<std::string> names;
  (append_names(Lists{}, names), ...);
  return names;
}

}  // namespace

void add_op_names(nb::module_& m) {
  m.def("_op_names", [] {
    return names_of<PointwiseOps, PointwiseComposites, ActivationOps, ActivationComposites,
                    SpecialOps, SpecialComposites, ViewOps, ViewComposites, ReductionOps,
                    ReductionComposites, OrderingOps, OrderingComposites, IndexingOps,
                    IndexingComposites, RearrangeOps, RearrangeComposites, MatrixOps,
                    MatrixComposites, ConvolutionOps, ConvolutionComposites, LayerOps,
                    LayerComposites, LossOps, LossComposites>();
  });
}

}  // namespace limpid::python
