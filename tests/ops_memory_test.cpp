// Kernels, and references, touch nothing beside their operands: these lie flush with a page that
// nobody may touch, behind the last element or before the first, so that one element too far ends
// the program. Memory from the allocator would hide it, since blocks are larger than what was asked
// for.

#include <doctest/doctest.h>

#if __has_include(<sys/mman.h>)
#include <cstring>

#include "limpid/autograd/engine.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/core/str.h"
#include "tests/fenced_pages.h"
#include "tests/op_harness.h"

namespace limpid::ops_memory_test {

using namespace testing;

namespace {

/// A tensor with the elements and strides of `t`, and no memory but that between its first and its
/// last element.
Tensor fenced(const Tensor& t, Fence fence) {
  if (!t.defined()) return t;
  std::int64_t before = 0, behind = t.numel() > 0;
  for (int i = 0; i < t.dim() && t.numel() > 0; ++i) {
    const std::int64_t way = (t.shape()[i] - 1) * t->strides[i];
    (way < 0 ? before : behind) += std::abs(way);
  }
  const std::size_t item = size_of(t.dtype());
  const std::size_t inner = static_cast<std::size_t>(before + behind) * item;
  auto* pages = new Pages(inner);
  char* place = pages->place(inner, fence);
  const std::size_t first = static_cast<std::size_t>(before) * item;
  if (inner) std::memcpy(place, static_cast<const char*>(t->data) - first, inner);
  Tensor out{Ptr<TensorImpl>::adopt(new TensorImpl)};
  out->spec = t.spec();
  out->strides = t->strides;
  out->numel = t->numel;
  out->contiguous = t->contiguous;
  out->storage = Storage::borrow(place, inner, kCpu, pages,
                                 [](void* owner) { delete static_cast<Pages*>(owner); });
  out->data = place + first;
  if (t.requires_grad()) out.requires_grad_();
  return out;
}

std::vector<AnyView> views_of(std::span<const Tensor> tensors) {
  std::vector<AnyView> out;
  for (const Tensor& t : tensors) out.push_back(t.defined() ? t->as_view() : AnyView{});
  return out;
}

/// Runs the kernel between fences, into memory full of NaN, and compares with what apply() gives.
void check_kernel(Kernel kernel, const OpEntry& entry, const Case& c, const Variation& v,
                  Fence fence) {
  NoGrad guard;
  const std::vector<Tensor> inputs = promoted(*entry.info, make_inputs(entry, c, v));
  Tensors expected;
  try {
    expected = run(c, inputs);
  } catch (const Error&) {  // said to be allowed, or not, in ops_kernels_test.cpp
    return;
  }
  std::vector<Tensor> in, out;
  for (const Tensor& t : inputs) in.push_back(fenced(t, fence));
  for (const Tensor& t : expected) {
    const bool row_major = kernel == entry.info->reference;  // all that references know
    out.push_back(fenced(row_major ? t.contiguous() : t, fence));
    std::memset(out.back()->storage->data, 0xff, out.back()->storage->bytes);
  }
  kernel(c.op->get(), Io{views_of(in), views_of(out)});
  for (std::size_t i = 0; i < out.size(); ++i) {
    const Tensor scale = term_sums(*entry.info, *c.op, inputs, expected[i], i);
    const std::string problem = difference(out[i], expected[i], scale, 2);
    CHECK_MESSAGE(problem == "", problem);
  }
}

/// The gradient of fenced inputs; what it computes is checked elsewhere.
void run_gradient(const OpEntry& entry, const Case& c, DType dtype, Fence fence) {
  std::vector<Tensor> inputs, wanted, heads;
  for (const Tensor& t : make_inputs(entry, c, {.dtype = dtype})) {
    inputs.push_back(fenced(t, fence));
    if (t.defined() && t.requires_grad()) wanted.push_back(inputs.back());
  }
  std::vector<Tensor> seeds;
  try {
    for (const Tensor& y : run(c, inputs)) {
      if (!y.requires_grad()) continue;
      heads.push_back(y);
      seeds.push_back(fenced(y.detach(), fence));
    }
  } catch (const DTypeError&) {
    return;
  }
  if (!heads.empty() && !wanted.empty()) grad(heads, wanted, seeds, {.allow_unused = true});
}

bool has_map(const Case& c) {
  return std::any_of(c.inputs.begin(), c.inputs.end(), [](const CaseInput& input) {
    return input.defined && input.shape.rank() == 4;
  });
}

}  // namespace

TEST_CASE("kernels touch nothing beside their operands") {
  for (const OpEntry& entry : entries_under_test()) {
    if (!entry.info || entry.info->layout) continue;
    const Kernel kernel = entry.info->kernels[static_cast<std::size_t>(DeviceType::cpu)];
    for (const Case& c : entry.cases()) {
      if (!is_test(c)) continue;
      std::vector<Variation> variations{{}};
      for (DType d : {DType::f64, DType::bf16, DType::i32})
        variations.push_back({.dtype = d, .name = to_string(d)});
      variations.push_back({.arrangement = Arrangement::transposed, .name = "transposed"});
      if (has_map(c)) variations.push_back({.maps = Maps::channels_last, .name = "channels-last"});
      for (const Variation& v : variations)
        for (Fence fence : {Fence::behind, Fence::before}) {
          INFO(label(entry, c, v), fence == Fence::behind ? ", fence behind" : ", fence before");
          check_kernel(kernel, entry, c, v, fence);
        }
      for (Fence fence : {Fence::behind, Fence::before}) {
        INFO(label(entry, c), ", reference",
             fence == Fence::behind ? ", fence behind" : ", fence before");
        check_kernel(entry.info->reference, entry, c, {}, fence);
      }
    }
  }
}

TEST_CASE("gradients read nothing beside their inputs") {
  for (const OpEntry& entry : entries_under_test()) {
    if (!entry.info || !entry.info->gradient) continue;
    for (const Case& c : entry.cases()) {
      if (!is_test(c)) continue;
      for (DType dtype : {DType::f32, DType::f64, DType::bf16})
        for (Fence fence : {Fence::behind, Fence::before}) {
          INFO(label(entry, c), " ", name_of(dtype));
          CHECK_NOTHROW(run_gradient(entry, c, dtype, fence));
        }
    }
  }
}

}  // namespace limpid::ops_memory_test

#endif
