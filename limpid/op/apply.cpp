#include "limpid/op/apply.h"

#include <algorithm>

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/error.h"
#include "limpid/core/layer_path.h"
#include "limpid/core/str.h"
#include "limpid/op/autocast.h"
#include "limpid/op/composite.h"
#include "limpid/op/observe.h"
#include "limpid/op/op_node.h"
#include "limpid/tensor/layout.h"

namespace limpid {

namespace {

/// Inputs of a call after promotion, and handles that keep the converted ones alive.
struct Prepared {
  std::vector<Tensor> tensors;
  std::vector<TensorImpl*> impls;
};

/// Of a list, what the last of the first 64 inputs is: in lists nothing is optional.
bool is_optional(const OpInfo& info, int i) { return info.optional_inputs >> std::min(i, 63) & 1; }

/// True when every input is there, on one device and, where the op wants it, of one fitting dtype.
inline bool is_ready(const OpInfo& info, const Inputs& in) {
  const bool fixed = info.traits.promotion == Promotion::none;
  if (in.size() == 0 || !in.impl(0)) return false;
  const Spec& first = in[0];
  if (info.traits.promotion == Promotion::floating && !is_floating(first.dtype)) return false;
  for (int i = 1; i < in.size(); ++i) {
    if (!in.impl(i)) {
      if (is_optional(info, i)) continue;
      return false;
    }
    if (!(in[i].device == first.device) || (!fixed && in[i].dtype != first.dtype)) return false;
  }
  return is_available(first.device);
}

void check_inputs(const OpInfo& info, const Inputs& in) {
  if (info.input_count >= 0 && in.size() != info.input_count)
    throw ValueError(str("takes ", info.input_count, " tensors, got ", in.size()));
  if (in.size() == 0) throw ValueError("needs at least one tensor");
  require_defined(info, in);
  int first = 0;
  while (first < in.size() && !in.defined(first)) ++first;
  if (first == in.size()) throw ValueError("needs at least one tensor");
  for (int i = first + 1; i < in.size(); ++i)
    if (in.defined(i) && !(in[i].device == in[first].device))
      throw DeviceError(str(info.input_name(first), " is on ", in[first].device, " but ",
                            info.input_name(i), " is on ", in[i].device,
                            "; move one with .to(device)"));
  require_available(in[first].device);
}

/// Casts inputs to the dtype in which they meet. The casts are ops, so gradients come back through.
[[gnu::cold]] Prepared prepare(const OpInfo& info, const Inputs& in) {
  check_inputs(info, in);
  Prepared out;
  DType dtype = result_type(in);
  if (info.traits.promotion == Promotion::floating && !is_floating(dtype)) dtype = kDefaultDType;
  for (TensorImpl* impl : in) {
    Tensor t{Ptr<TensorImpl>::share(impl)};
    if (impl && info.traits.promotion != Promotion::none && impl->spec.dtype != dtype)
      t = t.to(dtype);
    out.impls.push_back(t.impl());
    out.tensors.push_back(std::move(t));
  }
  return out;
}

/// True under an Autocast that has a say in this op.
inline bool casts(const OpInfo& info) {
  return is_autocast_enabled() && info.traits.mixed_precision != MixedPrecision::follow;
}

[[gnu::cold]] Prepared autocasted(const OpInfo& info, const Inputs& in) {
  Prepared out;
  out.tensors = autocast_inputs(info, in);
  for (const Tensor& t : out.tensors) out.impls.push_back(t.impl());
  return out;
}

[[gnu::cold]] [[noreturn]] void throw_no_kernel(const OpInfo& info, Device device) {
  std::string there = "reference";
  for (int d = 0; d < kDeviceTypes; ++d)
    if (info.kernels[static_cast<std::size_t>(d)])
      there += str(", ", Device(static_cast<DeviceType>(d)));
  throw DeviceError(str("there is no kernel for ", device, "; kernels here: ", there));
}

Needs needs_of(const Inputs& in) {
  Needs needs;
  for (int i = 0; i < in.size(); ++i)
    if (TensorImpl* t = in.impl(i); t && t->node())
      needs.bits |= std::uint64_t{1} << std::min(i, 63);
  return needs;
}

void run_kernel(const OpInfo& info, const void* op, const Inputs& in, std::span<const Tensor> out) {
  const Device device = out[0]->spec.device;
  if (device.type == DeviceType::meta) return;
  const Kernel kernel = info.kernels[static_cast<std::size_t>(device.type)];
  if (!kernel) [[unlikely]]
    throw_no_kernel(info, device);
  constexpr std::size_t kFew = 8;
  union Slots {  // views that nobody initialises twice
    AnyView views[kFew];
    Slots() {}
  } few;
  std::vector<AnyView> many;
  const std::size_t inputs = static_cast<std::size_t>(in.size()), total = inputs + out.size();
  AnyView* views = few.views;
  if (total > kFew) [[unlikely]] {
    many.resize(total);
    views = many.data();
  }
  for (std::size_t i = 0; i < inputs; ++i) new (&views[i]) AnyView(in.view(static_cast<int>(i)));
  for (std::size_t i = 0; i < out.size(); ++i) new (&views[inputs + i]) AnyView(out[i]->as_view());
  WorkScope scope(info.doc.name);
  if (scope.watched()) [[unlikely]]
    scope.describe(info, op, in, {views + inputs, out.size()});
  kernel(op, Io{{views, inputs}, {views + inputs, out.size()}});
}

/// A view op: a new layout over the same storage, and the step that leads there.
struct OpViewStep final : ViewStep {
  AnyOp op;
  explicit OpViewStep(AnyOp o) : op(std::move(o)) {}
  Tensor replay(const Tensor& source) const override {
    TensorImpl* in[] = {source.impl()};
    return apply_one(op.info(), op.get(), Inputs(in, std::size(in)));
  }
};

Tensor make_view(const OpInfo& info, const void* op, const Inputs& in) {
  TensorImpl* source = in.impl(0);
  // A layout that the engine chose gives way before anybody looks through a view, so that strides,
  // and what is a copy of what, are PyTorch's (docs/decisions/0017-channels-last.md).
  if (source->chosen) [[unlikely]]
    lay_row_major(*source);
  Layout layout = info.layout(op, in);
  Tensor out = alias(Tensor(Ptr<TensorImpl>::share(source)));
  out->spec.shape = std::move(layout.shape);
  out->strides = std::move(layout.strides);
  out->numel = checked_numel(out->spec.shape);
  out->contiguous = is_contiguous(out->spec.shape, out->strides);
  if (out->data)
    out->data = static_cast<char*>(out->data) +
                layout.offset * static_cast<std::int64_t>(size_of(out->spec.dtype));
  auto* step = new OpViewStep(AnyOp(info, op));
  step->parent = source->view;
  step->made_without_grad = !is_grad_enabled();
  out->view = Ptr<ViewStep>::adopt(step);
  out->view_base = source->view ? source->view_base : Ptr<TensorImpl>::share(source);
  source->node();  // brings the history of a view up to date before it is counted as seen
  out->history = out->view_base->history;
  return out;
}

/// Fills in the sizes that only the data tell.
[[gnu::cold]] Spec measure(const OpInfo& info, const void* op, const Inputs& in, Spec spec) {
  const Measure measure = info.measure[static_cast<std::size_t>(spec.device.type)];
  if (spec.device.type == DeviceType::meta)
    throw DeviceError(
        "the shape of the result depends on elements, which meta tensors do not have");
  if (!measure) throw_no_kernel(info, spec.device);
  spec.shape = measure(op, in);
  return spec;
}

/// Whether outputs lie channels-last: the card says so, or they keep the layout of an input. Of
/// several maps that meet in a pointwise op one is enough, since convolutions are near then.
[[gnu::noinline]] bool wants_channels_last(const OpInfo& info, const void* op, const Inputs& in,
                                           std::int64_t numel) {
  if (info.channels_last) return info.channels_last(op, in);
  for (TensorImpl* t : in)
    if (!info.traits.pointwise) return is_channels_last(*t);
    else if (t && t->numel == numel && has_channels_last_order(*t)) return true;
  return false;
}

/// Fresh outputs in another order than row-major, for the few ops and inputs that want it.
inline void choose_layout(const OpInfo& info, const void* op, const Inputs& in,
                          std::span<const Tensor> out) {
  if (!info.has_layout_rule || !kBuilt<Cpu>) return;  // references write row-major outputs only
  bool dense = info.channels_last == nullptr;
  for (TensorImpl* t : in) dense &= !t || t->contiguous;
  if (dense) [[likely]]
    return;
  if (!wants_channels_last(info, op, in, out[0]->numel)) return;
  for (const Tensor& t : out) lay_channels_last(*t.impl());
  if (info.traits.pointwise)
    for (TensorImpl* t : in)
      if (t) count_meeting(*t, *out[0].impl());
}

void record(const OpInfo& info, const void* op, const Inputs& in, std::span<Tensor> out) {
  if (const Needs needs = needs_of(in)) OpNode::record(info, op, in, needs, out);
}

Tensor run_one(const OpInfo& info, const void* op, const Inputs& in) {
  Tensor out;
  if (info.layout) {
    out = make_view(info, op, in);
  } else {
    const bool dynamic = info.traits.data_dependent;
    out = Tensor(Ptr<TensorImpl>::adopt(new TensorImpl([&]() -> Spec {
      if (dynamic) [[unlikely]]
        return measure(info, op, in, info.infer(op, in));
      return info.infer(op, in);
    })));
    choose_layout(info, op, in, std::span(&out, 1));
    run_kernel(info, op, in, std::span(&out, 1));
  }
  if (is_grad_enabled() && info.saves) record(info, op, in, std::span(&out, 1));
  return out;
}

Tensors run_all(const OpInfo& info, const void* op, const Inputs& in) {
  const auto count = static_cast<std::size_t>(info.output_count);
  std::vector<Spec> specs(count);
  info.infer_all(op, in, specs.data());
  Tensors out(count);
  for (std::size_t i = 0; i < count; ++i)
    out[i] = Tensor(Ptr<TensorImpl>::adopt(new TensorImpl([&] { return std::move(specs[i]); })));
  choose_layout(info, op, in, {out.data(), count});
  run_kernel(info, op, in, {out.data(), count});
  if (is_grad_enabled() && info.saves) record(info, op, in, {out.data(), count});
  return out;
}

}  // namespace

DType result_type(const Inputs& in) {
  const auto kind = [](DType d) { return is_floating(d) ? 2 : is_bool(d) ? 0 : 1; };
  std::optional<DType> sized, zero;  // among tensors with axes, and among 0-d ones
  for (TensorImpl* t : in) {
    if (!t) continue;
    std::optional<DType>& group = t->spec.rank() ? sized : zero;
    group = group ? promote_types(*group, t->spec.dtype) : t->spec.dtype;
  }
  if (!sized || !zero) return sized ? *sized : zero.value_or(kDefaultDType);
  return kind(*zero) > kind(*sized) ? promote_types(*sized, *zero) : *sized;
}

[[gnu::cold]] void require_defined(const OpInfo& info, Inputs in) {
  for (int i = 0; i < in.size(); ++i)
    if (!in.defined(i) && !is_optional(info, i))
      throw ValueError(str(info.input_name(i), " is undefined"));
}

[[gnu::cold]] std::string inputs_text(const OpInfo& info, Inputs in, bool with_dtypes) {
  std::string text;
  for (int i = 0; i < in.size(); ++i) {
    if (!in.defined(i)) continue;
    text += str(text.empty() ? "" : ", ", info.input_name(i), " ");
    if (with_dtypes) text += str(in[i].dtype, " ");
    text += to_string(in[i].shape);
  }
  return text;
}

[[gnu::cold]] void add_context(Error& error, const OpInfo& info, Inputs in) {
  if (error.has_context()) return;
  const bool with_dtypes = dynamic_cast<DTypeError*>(&error) != nullptr;
  std::string_view name = info.doc.name;
  std::string suffix = inputs_text(info, in, with_dtypes);
  if (const CompositeCall* outer = CompositeCall::outermost()) {
    const std::string inner = std::exchange(suffix, outer->inputs_text(with_dtypes));
    const bool told = inner.empty() || inner == suffix;
    if (outer->name() != name)
      suffix += str(suffix.empty() ? "in " : "; in ", name, told ? "" : " of " + inner);
    name = outer->name();
  }
  if (const std::string layer = current_layer_path(); !layer.empty())
    suffix += str(suffix.empty() ? "" : ", ", "layer ", layer);
  error.add_context(std::string(name), suffix);
}

static Tensor checked_one(const OpInfo& info, const void* op, const Inputs& in) {
  try {
    if (is_ready(info, in)) [[likely]]
      return run_one(info, op, in);
    const Prepared ready = prepare(info, in);
    return run_one(info, op, Inputs(ready.impls.data(), ready.impls.size()));
  } catch (Error& error) {
    add_context(error, info, in);
    throw;
  }
}

Tensor apply_one(const OpInfo& info, const void* op, Inputs in) {
  if (casts(info)) [[unlikely]] {
    const Prepared cast = autocasted(info, in);
    return checked_one(info, op, Inputs(cast.impls.data(), cast.impls.size()));
  }
  return checked_one(info, op, in);
}

static Tensors checked_all(const OpInfo& info, const void* op, const Inputs& in) {
  try {
    if (is_ready(info, in)) [[likely]]
      return run_all(info, op, in);
    const Prepared ready = prepare(info, in);
    return run_all(info, op, Inputs(ready.impls.data(), ready.impls.size()));
  } catch (Error& error) {
    add_context(error, info, in);
    throw;
  }
}

Tensors apply_all(const OpInfo& info, const void* op, Inputs in) {
  if (casts(info)) [[unlikely]] {
    const Prepared cast = autocasted(info, in);
    return checked_all(info, op, Inputs(cast.impls.data(), cast.impls.size()));
  }
  return checked_all(info, op, in);
}

Tensors apply(const AnyOp& op, std::span<const Tensor> in) {
  std::vector<TensorImpl*> inputs;
  for (const Tensor& t : in) inputs.push_back(t.impl());
  const Inputs list(inputs.data(), inputs.size());
  if (op.info().output_count == 1) return Tensors(apply_one(op.info(), op.get(), list));
  return apply_all(op.info(), op.get(), list);
}

}  // namespace limpid
