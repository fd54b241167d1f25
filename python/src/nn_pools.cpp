// Makers of pooling layers. A stride is always given: limpid/nn/modules/pooling.py fills it in.

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/nn/nn.h"
#include "nn.h"

namespace nb = nanobind;

namespace limpid::python {

namespace {

/// True for a tuple or list of `wanted`, false for one number; ValueError for other lengths.
bool has_sizes(nb::handle given, std::size_t wanted) {
  if (!nb::isinstance<nb::tuple>(given) && !nb::isinstance<nb::list>(given)) return false;
  if (nb::len(given) != wanted)
    throw ValueError(str("output_size must be an int or ", wanted, " ints, got ",
                         nb::cast<std::string>(nb::str(given))));
  return true;
}

/// None keeps the input's size.
std::optional<std::int64_t> size_or_none(nb::handle given) {
  std::int64_t size = 0;
  if (given.is_none()) return std::nullopt;
  if (!to_int(given.ptr(), size))
    throw nb::type_error("{}: output_size must be an int, None or a tuple of such");
  return size;
}

/// An int, or a tuple of two of which None keeps the input's size.
AdaptiveSize adaptive(nb::handle given) {
  if (has_sizes(given, 2)) return {size_or_none(given[0]), size_or_none(given[1])};
  const auto size = size_or_none(given);
  return {size, size};
}

/// The same for three axes.
AdaptiveSize3d adaptive3d(nb::handle given) {
  if (has_sizes(given, 3))
    return {size_or_none(given[0]), size_or_none(given[1]), size_or_none(given[2])};
  const auto size = size_or_none(given);
  return {size, size, size};
}

template <class L, class Sizes>
void max_pool(nb::module_& m, const char* name) {
  m.def(name, [](Sizes kernel, Sizes stride, Sizes padding, Sizes dilation, bool ceil_mode) {
    return layer(L(kernel, {stride, padding, dilation, ceil_mode}));
  });
}

template <class Sizes, class Options, class Result, class Native>
void with_indices(nb::module_& m, const char* name, Result (*f)(const Tensor&, Native, Options)) {
  m.def(name, [f](const Tensor& x, Sizes kernel, Sizes stride, Sizes padding, Sizes dilation,
                  bool ceil_mode) {
    Result out = unlocked(
        [&] {
          return f(x, kernel, Options{stride, padding, dilation, ceil_mode});
        },
        x);
    return nb::make_tuple(out.values, out.indices);
  });
}

void add_max_pools(nb::module_& m) {
  max_pool<nn::MaxPool1d, One>(m, "MaxPool1d");
  max_pool<nn::MaxPool2d, IntPair>(m, "MaxPool2d");
  max_pool<nn::MaxPool3d, IntTriple>(m, "MaxPool3d");
  with_indices<One>(m, "max_pool1d_with_indices", max_pool1d_with_indices);
  with_indices<IntPair>(m, "max_pool2d_with_indices", max_pool2d_with_indices);
  with_indices<IntTriple>(m, "max_pool3d_with_indices", max_pool3d_with_indices);
  m.def("max_unpool1d", [](const Tensor& x, const Tensor& indices, One kernel, One stride,
                           One padding, std::optional<One> size) {
    MaxUnpool1dOptions options{stride, padding, {}};
    if (size) options.output_size = *size;
    return max_unpool1d(x, indices, kernel, options);
  });
  m.def("max_unpool2d", [](const Tensor& x, const Tensor& indices, IntPair kernel, IntPair stride,
                           IntPair padding, std::optional<IntPair> size) {
    return max_unpool2d(x, indices, kernel, {stride, padding, size});
  });
  m.def("max_unpool3d", [](const Tensor& x, const Tensor& indices, IntTriple kernel,
                           IntTriple stride, IntTriple padding, std::optional<IntTriple> size) {
    return max_unpool3d(x, indices, kernel, {stride, padding, size});
  });
}

void add_average_pools(nb::module_& m) {
  m.def("AvgPool1d",
        [](One kernel, One stride, One padding, bool ceil_mode, bool count_include_pad) {
          return layer(nn::AvgPool1d(kernel, {stride, padding, ceil_mode, count_include_pad}));
        });
  m.def("AvgPool2d", [](IntPair kernel, IntPair stride, IntPair padding, bool ceil_mode,
                        bool count_include_pad, std::optional<std::int64_t> divisor) {
    return layer(nn::AvgPool2d(kernel, {stride, padding, ceil_mode, count_include_pad, divisor}));
  });
  m.def("AvgPool3d", [](IntTriple kernel, IntTriple stride, IntTriple padding, bool ceil_mode,
                        bool count_include_pad, std::optional<std::int64_t> divisor) {
    return layer(nn::AvgPool3d(kernel, {stride, padding, ceil_mode, count_include_pad, divisor}));
  });
  m.def("LPPool1d", [](double p, One kernel, One stride, bool ceil_mode) {
    return layer(nn::LPPool1d(p, kernel, {stride, ceil_mode}));
  });
  m.def("LPPool2d", [](double p, IntPair kernel, IntPair stride, bool ceil_mode) {
    return layer(nn::LPPool2d(p, kernel, {stride, ceil_mode}));
  });
  m.def("LPPool3d", [](double p, IntTriple kernel, IntTriple stride, bool ceil_mode) {
    return layer(nn::LPPool3d(p, kernel, {stride, ceil_mode}));
  });
}

void add_adaptive_pools(nb::module_& m) {
  m.def("AdaptiveAvgPool1d", [](One size) { return layer(nn::AdaptiveAvgPool1d(size)); });
  m.def(
      "AdaptiveAvgPool2d",
      [](nb::handle size) { return layer(nn::AdaptiveAvgPool2d(adaptive(size))); },
      nb::arg().none());
  m.def("AdaptiveMaxPool1d", [](One size) { return layer(nn::AdaptiveMaxPool1d(size)); });
  m.def(
      "AdaptiveMaxPool2d",
      [](nb::handle size) { return layer(nn::AdaptiveMaxPool2d(adaptive(size))); },
      nb::arg().none());
  m.def(
      "AdaptiveAvgPool3d",
      [](nb::handle size) { return layer(nn::AdaptiveAvgPool3d(adaptive3d(size))); },
      nb::arg().none());
  m.def(
      "AdaptiveMaxPool3d",
      [](nb::handle size) { return layer(nn::AdaptiveMaxPool3d(adaptive3d(size))); },
      nb::arg().none());
  m.def("adaptive_max_pool1d_with_indices", [](const Tensor& x, One size) {
    AdaptiveMaxPoolResult out = adaptive_max_pool1d_with_indices(x, size);
    return nb::make_tuple(out.values, out.indices);
  });
  m.def(
      "adaptive_max_pool2d_with_indices",
      [](const Tensor& x, nb::handle size) {
        AdaptiveMaxPoolResult out = adaptive_max_pool2d_with_indices(x, adaptive(size));
        return nb::make_tuple(out.values, out.indices);
      },
      nb::arg(), nb::arg().none());
  m.def(
      "adaptive_max_pool3d_with_indices",
      [](const Tensor& x, nb::handle size) {
        AdaptiveMaxPoolResult out = adaptive_max_pool3d_with_indices(x, adaptive3d(size));
        return nb::make_tuple(out.values, out.indices);
      },
      nb::arg(), nb::arg().none());
}

}  // namespace

void add_pool_layers(nb::module_& m) {
  add_max_pools(m);
  add_average_pools(m);
  add_adaptive_pools(m);
}

}  // namespace limpid::python
