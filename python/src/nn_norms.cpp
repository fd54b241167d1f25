// Makers of normalisation layers.

#include "limpid/nn/nn.h"
#include "nn.h"

namespace nb = nanobind;

namespace limpid::python {

namespace {

/// Batch norm and instance norm, whose options have the same names.
template <class L, class Options>
void running(nb::module_& m, const char* name) {
  m.def(name, [](std::int64_t features, double eps, std::optional<double> momentum, bool affine,
                 bool track, MaybeDevice device, MaybeDType dtype, bool bias) {
    return layer(L(features, Options{.eps = eps,
                                     .momentum = momentum,
                                     .affine = affine,
                                     .track_running_stats = track,
                                     .device = on(device),
                                     .dtype = of(dtype),
                                     .bias = bias}));
  });
}

}  // namespace

void add_norm_layers(nb::module_& m) {
  running<nn::BatchNorm1d, nn::BatchNormOptions>(m, "BatchNorm1d");
  running<nn::BatchNorm2d, nn::BatchNormOptions>(m, "BatchNorm2d");
  running<nn::BatchNorm3d, nn::BatchNormOptions>(m, "BatchNorm3d");
  running<nn::InstanceNorm1d, nn::InstanceNormOptions>(m, "InstanceNorm1d");
  running<nn::InstanceNorm2d, nn::InstanceNormOptions>(m, "InstanceNorm2d");
  running<nn::InstanceNorm3d, nn::InstanceNormOptions>(m, "InstanceNorm3d");
  m.def("LayerNorm", [](const Shape& shape, double eps, bool affine, bool bias, MaybeDevice device,
                        MaybeDType dtype) {
    return layer(nn::LayerNorm(shape, {eps, affine, bias, on(device), of(dtype)}));
  });
  m.def("RMSNorm", [](const Shape& shape, std::optional<double> eps, bool affine,
                      MaybeDevice device, MaybeDType dtype) {
    return layer(nn::RMSNorm(shape, {eps, affine, on(device), of(dtype)}));
  });
  m.def("GroupNorm", [](std::int64_t groups, std::int64_t channels, double eps, bool affine,
                        MaybeDevice device, MaybeDType dtype, bool bias) {
    return layer(nn::GroupNorm(groups, channels, {eps, affine, on(device), of(dtype), bias}));
  });
  m.def("LocalResponseNorm", [](std::int64_t size, double alpha, double beta, double k) {
    return layer(nn::LocalResponseNorm(size, {alpha, beta, k}));
  });
}

}  // namespace limpid::python
