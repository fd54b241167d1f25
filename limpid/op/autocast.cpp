#include "limpid/op/autocast.h"

#include <unordered_map>

#include "limpid/autograd/grad_mode.h"
#include "limpid/autograd/inplace.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid {

namespace detail {
constinit thread_local AutocastState* autocast = nullptr;
}  // namespace detail

namespace {

/// A parameter's cast, good as long as the parameter has that memory, version and place in the
/// record.
struct CastParameter {
  Tensor parameter, cast;  // the first keeps its address from being used anew
  Ptr<Storage> storage;
  const Node* node = nullptr;
  std::uint32_t version = 0;

  bool is_of(const TensorImpl& impl) const {
    return cast.defined() && storage.get() == impl.storage.get() && node == impl.node_ &&
           version == impl.storage->version;
  }
};

/// Casts by parameter, dtype, and whether they were recorded: a cast made under no_grad leads no
/// gradient back.
using CastParameters = std::unordered_map<std::uintptr_t, CastParameter>;

std::uintptr_t key_of(const TensorImpl* impl, DType dtype) {
  const std::uintptr_t variant = (dtype == DType::f16 ? 2u : 0u) + (is_grad_enabled() ? 1u : 0u);
  return reinterpret_cast<std::uintptr_t>(impl) + variant;  // impls lie at least 4 bytes apart
}

}  // namespace

struct AutocastState {
  DType dtype;
  std::shared_ptr<CastParameters> parameters;
};

namespace {

bool is_parameter(TensorImpl* impl) {
  const Tensor t{Ptr<TensorImpl>::share(impl)};
  return t.is_leaf() && t.requires_grad();
}

Tensor cast_parameter(AutocastState& state, TensorImpl* impl) {
  Tensor parameter{Ptr<TensorImpl>::share(impl)};
  if (impl->storage->exposed) return parameter.to(state.dtype);  // may change unseen
  CastParameter& slot = (*state.parameters)[key_of(impl, state.dtype)];
  if (!slot.is_of(*impl))
    slot = {parameter, parameter.to(state.dtype), impl->storage, impl->node_,
            impl->storage->version};
  return slot.cast;
}

/// The owner of what detail::autocast points to. Guards may end in any order (Python's generators
/// do), so each holds the state that it goes back to.
std::shared_ptr<AutocastState>& current() {
  static thread_local std::shared_ptr<AutocastState> state;
  return state;
}

void set_current(std::shared_ptr<AutocastState> state) {
  detail::autocast = state.get();
  current() = std::move(state);
}

}  // namespace

Autocast::Autocast(DType dtype, bool enabled) : before_(current()) {
  if (dtype != DType::bf16 && dtype != DType::f16)
    throw DTypeError(str("autocast: the dtype is ", dtype, "; it must be bfloat16 or float16"));
  if (!enabled) {
    set_current(nullptr);
    return;
  }
  set_current(std::make_shared<AutocastState>(
      AutocastState{dtype, before_ ? before_->parameters : std::make_shared<CastParameters>()}));
}

Autocast::~Autocast() { set_current(std::move(before_)); }

DType autocast_dtype() { return detail::autocast ? detail::autocast->dtype : DType::bf16; }

namespace {

bool is_narrow(DType dtype) { return dtype == DType::bf16 || dtype == DType::f16; }

Tensor lowered(AutocastState& state, TensorImpl* impl) {
  Tensor t{Ptr<TensorImpl>::share(impl)};
  if (!impl) return t;
  if (impl->spec.dtype == DType::f32)
    return is_parameter(impl) ? cast_parameter(state, impl) : t.to(state.dtype);
  return is_narrow(impl->spec.dtype) && impl->spec.dtype != state.dtype ? t.to(state.dtype) : t;
}

}  // namespace

bool autocast_widens(const Tensor& t) {
  return detail::autocast && t.defined() && is_narrow(t.dtype());
}

Tensor autocast_lowered(const Tensor& t) {
  if (!detail::autocast) return t;
  AutocastState& state = *detail::autocast;
  const AutocastOff off;  // of the cast itself
  return lowered(state, t.impl());
}

std::vector<Tensor> autocast_inputs(const OpInfo& info, const Inputs& in) {
  AutocastState& state = *detail::autocast;
  const AutocastOff off;  // of the casts themselves
  const bool lower = info.traits.mixed_precision == MixedPrecision::lower;
  std::vector<Tensor> out;
  out.reserve(static_cast<std::size_t>(in.size()));
  for (TensorImpl* impl : in) {
    Tensor t{Ptr<TensorImpl>::share(impl)};
    if (lower) t = lowered(state, impl);
    else if (impl && is_narrow(impl->spec.dtype)) t = t.to(DType::f32);
    out.push_back(std::move(t));
  }
  return out;
}

}  // namespace limpid
