// Each tensor becomes one with a label an axis, all different. Two of them are joined by sorting
// their labels into those that both have and that are still needed (a batch), those that both have
// and nobody needs any more (summed), and those of one alone:
//   (batch, own of a, summed) times (batch, summed, own of b) -> (batch, own of a, own of b).

#include "limpid/ops/einsum/einsum.h"

#include <algorithm>
#include <map>

#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/op/composite.h"
#include "limpid/ops/einsum/equation.h"
#include "limpid/ops/matmul/matmul.h"
#include "limpid/ops/pointwise/arithmetic.h"
#include "limpid/ops/sum/sum.h"

namespace limpid {

namespace {

struct Labelled {
  Tensor tensor;
  Labels labels;

  int axis(Label label) const {
    const auto at = std::find(labels.begin(), labels.end(), label);
    return at == labels.end() ? -1 : static_cast<int>(at - labels.begin());
  }
  bool has(Label label) const { return axis(label) >= 0; }
};

bool contains(const Labels& labels, Label label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

/// A letter that repeats: its diagonal, which becomes the last axis.
Labelled without_repeats(Labelled x) {
  for (std::size_t i = 0; i < x.labels.size(); ++i)
    for (std::size_t j = i + 1; j < x.labels.size(); ++j) {
      const Label label = x.labels[i];
      if (x.labels[j] != label) continue;
      const int first = static_cast<int>(i), second = static_cast<int>(j);
      if (x.tensor.shape()[first] != x.tensor.shape()[second])
        throw ShapeError(str(axis_name(label), " has sizes ", x.tensor.shape()[first], " and ",
                             x.tensor.shape()[second], " in one tensor of shape ", x.tensor.shape(),
                             "; its diagonal needs equal ones"));
      x.tensor = x.tensor.diagonal(0, first, second);
      x.labels.erase(x.labels.begin() + second);
      x.labels.erase(x.labels.begin() + first);
      x.labels.push_back(label);
      return without_repeats(std::move(x));
    }
  return x;
}

/// Sums over the labels that are not in `kept`. (Sums of small integers are int64.)
Labelled summed(const Labelled& x, const Labels& kept) {
  Shape axes;
  Labels left;
  for (std::size_t i = 0; i < x.labels.size(); ++i) {
    if (contains(kept, x.labels[i])) left.push_back(x.labels[i]);
    else axes.push_back(static_cast<std::int64_t>(i));
  }
  if (axes.empty()) return x;
  return {sum(x.tensor, axes), left};
}

/// The size of every label: that of all tensors, where some may have 1.
std::map<Label, std::int64_t> sizes_of(const std::vector<Labelled>& tensors) {
  std::map<Label, std::int64_t> sizes;
  for (std::size_t k = 0; k < tensors.size(); ++k)
    for (std::size_t i = 0; i < tensors[k].labels.size(); ++i) {
      const Label label = tensors[k].labels[i];
      const std::int64_t size = tensors[k].tensor.shape()[static_cast<int>(i)];
      const auto [at, is_new] = sizes.emplace(label, size);
      if (is_new || size == at->second || size == 1) continue;
      if (at->second != 1)
        throw ShapeError(str(axis_name(label), " has size ", size, " in tensor ", k, " but ",
                             at->second, " in one before it; they must be equal, or 1"));
      at->second = size;
    }
  return sizes;
}

/// The tensor with its axes in the order of `labels`, of which those that it lacks get size 1; axes
/// of size 1 grow to what `sizes` says where `grow` is set.
Tensor arranged(const Labelled& x, const Labels& labels,
                const std::map<Label, std::int64_t>* grow = nullptr) {
  Shape order, size;
  int next = x.tensor.dim();
  Tensor t = x.tensor;
  for (Label label : labels) {
    const int axis = x.axis(label);
    if (axis < 0) t = t.unsqueeze(-1);
    order.push_back(axis < 0 ? next++ : axis);
    size.push_back(grow ? grow->at(label) : -1);
  }
  t = t.permute(order);
  return grow ? t.expand(size) : t;
}

std::int64_t product_of(const Labels& labels, const std::map<Label, std::int64_t>& sizes) {
  std::int64_t n = 1;
  for (Label label : labels) n *= sizes.at(label);
  return n;
}

Labels joined(const Labels& a, const Labels& b, const Labels& c = {}) {
  Labels out = a;
  out.insert(out.end(), b.begin(), b.end());
  out.insert(out.end(), c.begin(), c.end());
  return out;
}

/// a and b multiplied, and summed over the labels that both have and `needed` does not.
Labelled contract(const Labelled& a, const Labelled& b, const Labels& needed) {
  Labels batch, inner, own_a, own_b;
  for (Label label : a.labels)
    (!b.has(label) ? own_a : contains(needed, label) ? batch : inner).push_back(label);
  for (Label label : b.labels)
    if (!a.has(label)) own_b.push_back(label);
  const Labels labels = joined(batch, own_a, own_b);
  if (inner.empty())  // nothing to sum: elementwise
    return {arranged(a, labels) * arranged(b, labels), labels};
  // Sizes among these two: a label of size 1 here may be larger in a later tensor.
  const std::map<Label, std::int64_t> sizes = sizes_of({a, b});
  const std::int64_t n = product_of(batch, sizes), k = product_of(inner, sizes);
  const std::int64_t rows = product_of(own_a, sizes), columns = product_of(own_b, sizes);
  const Tensor left = arranged(a, joined(batch, own_a, inner), &sizes).reshape({n, rows, k});
  const Tensor right = arranged(b, joined(batch, inner, own_b), &sizes).reshape({n, k, columns});
  Shape shape;
  for (Label label : labels) shape.push_back(sizes.at(label));
  return {matmul(left, right).reshape(shape), labels};
}

/// Labels of the tensors from `first` on, and of the result.
Labels needed_later(const std::vector<Labelled>& tensors, std::size_t first, const Labels& output) {
  Labels out = output;
  for (std::size_t k = first; k < tensors.size(); ++k)
    out.insert(out.end(), tensors[k].labels.begin(), tensors[k].labels.end());
  return out;
}

}  // namespace

Tensor einsum(const std::string& equation, std::span<const Tensor> tensors) {
  return composite<Einsum>(tensors, [&] {
    if (tensors.empty()) throw ValueError("needs at least one tensor");
    std::vector<Shape> shapes;
    for (const Tensor& t : tensors) shapes.push_back(t.shape());
    const Equation read = parse_equation(equation, shapes);
    std::vector<Labelled> all;
    for (std::size_t k = 0; k < tensors.size(); ++k)
      all.push_back(without_repeats({tensors[k], read.inputs[k]}));
    sizes_of(all);  // checks that all sizes fit, before anything is computed
    Labelled y = all[0];
    for (std::size_t k = 1; k < all.size(); ++k) {
      // What only one of the two has and nobody else needs is summed before they meet.
      const Labels later = needed_later(all, k + 1, read.output);
      const Labelled left = summed(y, joined(later, all[k].labels));
      const Labelled right = summed(all[k], joined(later, y.labels));
      y = contract({left.tensor.to(y.tensor.dtype()), left.labels},
                   {right.tensor.to(all[k].tensor.dtype()), right.labels}, later);
    }
    y = summed(y, read.output);
    return arranged(y, read.output);
  });
}

Tensor tensordot(const Tensor& input, const Tensor& other, std::int64_t dims) {
  return composite<Tensordot>({input, other}, [&] {
    if (dims < 0 || dims > std::min(input.dim(), other.dim()))
      throw ShapeError(
          str("cannot sum over ", dims, " axes of shapes ", input.shape(), " and ", other.shape()));
    Shape from_input, from_other;
    for (std::int64_t i = 0; i < dims; ++i) {
      from_input.push_back(input.dim() - dims + i);
      from_other.push_back(i);
    }
    return tensordot(input, other, from_input, from_other);
  });
}

Tensor tensordot(const Tensor& input, const Tensor& other, const Shape& dims_input,
                 const Shape& dims_other) {
  return composite<Tensordot>({input, other}, [&] {
    if (dims_input.rank() != dims_other.rank())
      throw ShapeError(str("dims ", dims_input, " and ", dims_other, " must pair up"));
    if (dims_input.rank() && (input.dim() == 0 || other.dim() == 0))
      throw ShapeError("a 0-d tensor has no axis to sum over");
    Labels a, b, output;  // numbers of axes: those of other behind those of input
    for (int i = 0; i < input.dim(); ++i) a.push_back(i);
    for (int i = 0; i < other.dim(); ++i) b.push_back(input.dim() + i);
    for (int i = 0; i < dims_input.rank(); ++i) {
      const int left = normalize_axis(dims_input[i], input.dim());
      const int right = normalize_axis(dims_other[i], other.dim());
      if (a[static_cast<std::size_t>(left)] < 0 || b[static_cast<std::size_t>(right)] < input.dim())
        throw ShapeError(str("dims ", dims_input, " and ", dims_other, " name an axis twice"));
      if (input.shape()[left] != other.shape()[right])
        throw ShapeError(str("dimension ", left, " of input ", input.shape(), " has size ",
                             input.shape()[left], " but dimension ", right, " of other ",
                             other.shape(), " has size ", other.shape()[right]));
      a[static_cast<std::size_t>(left)] = -1 - i;
      b[static_cast<std::size_t>(right)] = -1 - i;
    }
    for (Label label : joined(a, b))
      if (label >= 0) output.push_back(label);
    const Labelled y = contract({input, a}, {other, b}, output);
    return arranged(y, output);
  });
}

}  // namespace limpid
