// The fast group normalisation. A group of one sample lies in one piece of contiguous memory, and
// each of its channels in a piece of that: the group is measured as a row, then each channel is
// written with its weight and bias. Statistics are measured again for the gradient while
// the group is in the cache.

#include "limpid/backends/cpu/dense_copy.h"
#include "limpid/backends/cpu/dense_rows.h"
#include "limpid/backends/cpu/row_statistics.h"
#include "limpid/ops/group_norm/group_norm.h"
#include "limpid/ops/layer_norm/norm_inputs.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// A contiguous (N, C, ...) tensor as rows, one a group of one sample.
struct Groups {
  std::int64_t samples, channels, groups, plane, width;  // plane: values of a channel
  Shape shape, strides;

  Groups(std::span<const std::int64_t> sizes, std::int64_t num_groups)
      : samples(sizes[0]), channels(sizes[1]), groups(num_groups), plane(1) {
    for (std::size_t i = 2; i < sizes.size(); ++i) plane *= sizes[i];
    width = channels / groups;
    shape = {samples * groups, width * plane};
    strides = {width * plane, 1};
  }
  AnyView rows(AnyView contiguous) const {
    contiguous.shape = shape.data();
    contiguous.strides = strides.data();
    contiguous.rank = 2;
    return contiguous;
  }
  std::int64_t length() const { return shape[1]; }
  /// Channel k of the group of a row, as a channel of the tensor.
  std::int64_t channel(std::int64_t row, std::int64_t k) const { return row % groups * width + k; }
};

/// An optional (C,) tensor in the type that rows are computed in.
template <class C>
class Channels {
 public:
  Channels(const AnyView& from, std::int64_t channels, double otherwise) : values_(channels) {
    for (std::int64_t c = 0; c < channels; ++c)
      values_.data()[c] = from.defined()
                              ? static_cast<C>(float_element(from, c * from.strides[0], otherwise))
                              : static_cast<C>(otherwise);
  }
  C operator[](std::int64_t c) const { return values_.data()[c]; }

 private:
  Scratch<C> values_;
};

template <class T>
void run_forward(const GroupNorm& op, const AnyView& x, const Io& io) {
  using C = RowType<T>;
  const Groups groups(shape_of(x), op.num_groups);
  const Channels<C> weight(io.in[1], groups.channels, 1), bias(io.in[2], groups.channels, 0);
  const NormLoops<C>& loops = norm_loops().of<C>();
  const AnyView out = groups.rows(io.out[0]);
  for_each_row<T, 1>({groups.rows(x)}, &out, 1, [&](std::int64_t row, const auto& from, C* to) {
    const Line<C> h = centred_line(from[0], groups.length(), op.eps);
    for (std::int64_t k = 0; k < groups.width; ++k) {
      const std::int64_t c = groups.channel(row, k), at = k * groups.plane;
      loops.line(from[0] + at, h, weight[c], bias[c], to + at, groups.plane);
    }
  });
}

/// Writes dx (unless absent) and, in `sums`, those of dy and dy h over each channel of each sample.
template <class T>
void run_backward(const GroupNorm& op, const AnyView& dy, const AnyView& x, const AnyView& weights,
                  const AnyView& dx, TwoSums* sums) {
  using C = RowType<T>;
  const Groups groups(shape_of(x), op.num_groups);
  const Channels<C> weight(weights, groups.channels, 1);
  const NormLoops<C>& loops = norm_loops().of<C>();
  const AnyView out = dx.defined() ? groups.rows(dx) : AnyView{};
  const double share = groups.length() ? 1 / static_cast<double>(groups.length()) : 0;
  for_each_row<T, 2>({groups.rows(dy), groups.rows(x)}, dx.defined() ? &out : nullptr, 1,
                     [&](std::int64_t row, const auto& from, C* to) {
                       const Line<C> h = centred_line(from[1], groups.length(), op.eps);
                       TwoSums* of_row = sums + row * groups.width;
                       TwoSums g;  // of dy weight, and of that times h, over the group
                       for (std::int64_t k = 0; k < groups.width; ++k) {
                         const std::int64_t at = k * groups.plane;
                         of_row[k] = loops.sums(from[0] + at, from[1] + at, h, groups.plane);
                         const auto w = static_cast<double>(weight[groups.channel(row, k)]);
                         g.first += w * of_row[k].first;
                         g.second += w * of_row[k].second;
                       }
                       const double r = static_cast<double>(h.factor) * share;
                       for (std::int64_t k = 0; to && k < groups.width; ++k) {
                         const std::int64_t at = k * groups.plane;
                         loops.slope(from[0] + at, from[1] + at, h,
                                     h.factor * weight[groups.channel(row, k)],
                                     static_cast<C>(g.second * r), static_cast<C>(g.first * r),
                                     to + at, groups.plane);
                       }
                     });
}

/// A (C,) tensor of sums over the samples.
template <class Value>
Tensor over_samples(const Groups& groups, const Spec& spec, const Value& value) {
  Tensor out = empty(spec.shape, {.dtype = spec.dtype, .device = spec.device});
  visit_float(spec.dtype, [&](auto tag) {
    using P = typename decltype(tag)::type;
    for (std::int64_t c = 0; c < groups.channels; ++c) {
      double total = 0;
      for (std::int64_t n = 0; n < groups.samples; ++n) total += value(n * groups.channels + c);
      out.data<P>()[c] = convert<P>(total);
    }
  });
  return out;
}

}  // namespace

void GroupNorm::forward(Cpu, const Io& io) const {
  const DenseCopy x(io.in[0]);
  visit_float(io.in[0].dtype,
              [&](auto tag) { run_forward<typename decltype(tag)::type>(*this, x.view(), io); });
}

Tensors GroupNorm::backward(Cpu, const Backward& b) const {
  if (!b.needs(0) && !b.needs(1)) return gradient(b);  // a plain sum
  const Tensor x = b.input(0).contiguous(), dy = b.dy().contiguous();
  const Tensor weight = b.needs(0) ? b.input(1) : Tensor();
  Tensors out(3);
  if (b.needs(0)) out[0] = empty_like(x);
  const auto view = [](const Tensor& t) { return t.defined() ? t->as_view() : AnyView{}; };
  const Groups groups(x.shape(), num_groups);
  const Scratch<TwoSums> sums(groups.samples * groups.channels);
  visit_float(x.dtype(), [&](auto tag) {
    run_backward<typename decltype(tag)::type>(*this, view(dy), view(x), view(weight), view(out[0]),
                                               sums.data());
  });
  if (b.needs(1))
    out[1] = over_samples(groups, b.input_spec(1),
                          [&](std::int64_t i) { return sums.data()[i].second; });
  if (b.needs(2))
    out[2] =
        over_samples(groups, b.input_spec(2), [&](std::int64_t i) { return sums.data()[i].first; });
  return out;
}

}  // namespace limpid
