#pragma once
// limpid._C._modules: the layers of limpid/nn, for the classes of python/limpid/nn/modules/*.py.

#include <nanobind/stl/shared_ptr.h>

#include "casters.h"
#include "gil.h"
#include "limpid/nn/module.h"
#include "limpid/tensor/creation.h"

namespace limpid::python {

/// One size, also as a tuple of one.
struct One {
  std::int64_t size = 0;
  operator std::int64_t() const { return size; }
};

using Layer = std::shared_ptr<nn::Module>;
using MaybeDevice = std::optional<Device>;
using MaybeDType = std::optional<DType>;

template <class M>
Layer layer(M&& module) {
  return std::make_shared<std::remove_cvref_t<M>>(std::forward<M>(module));
}

inline Device on(const MaybeDevice& device) { return device.value_or(kCpu); }
inline DType of(const MaybeDType& dtype) { return dtype.value_or(kDefaultDType); }

/// The layer as what it is, for the calls that only some of them have.
template <class M>
M& as(nn::Module& module) {
  return dynamic_cast<M&>(module);
}

void add_module_class(nanobind::module_& m);
void add_layers(nanobind::module_& m);
void add_norm_layers(nanobind::module_& m);
void add_pool_layers(nanobind::module_& m);
void add_recurrent_layers(nanobind::module_& m);
void add_losses(nanobind::module_& m);
void add_init(nanobind::module_& m);

}  // namespace limpid::python

namespace nanobind::detail {

template <>
struct type_caster<limpid::python::One> {
  NB_TYPE_CASTER(limpid::python::One, const_name("int | tuple[int]"))
  bool from_python(handle source, std::uint8_t, cleanup_list*) noexcept {
    limpid::Shape list;
    if (!limpid::python::to_shape(source.ptr(), list)) return false;
    if (list.rank() != 1) return limpid::python::wrong_count(source.ptr(), 1);
    value.size = list[0];
    return true;
  }
};

}  // namespace nanobind::detail
