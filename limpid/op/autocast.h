#pragma once
// Mixed precision: while an Autocast lives on this thread, ops that are worth it (products,
// convolutions) compute in a 16-bit float, ops that need range or precision (losses, sums,
// exponentials) in float32, and others in what arrives. Which is which: OpTraits::mixed_precision
// on each card; `limpid ops` lists it. Parameters, their gradients and the optimiser's state stay
// float32: the casts are ops, and their gradients cast back.
//
//   Autocast autocast;  // bfloat16
//   const Tensor loss = cross_entropy(model(x), y);
//   ...
//   loss.backward();    // outside or inside: gradients are computed in the dtypes of the forward
//   pass

#include <memory>

#include "limpid/op/op_info.h"

namespace limpid {

struct AutocastState;

namespace detail {
/// Of this thread; null: off. Defined in autocast.cpp.
extern constinit thread_local AutocastState* autocast;
}  // namespace detail

/// Switches mixed precision on (or off) while it lives. They nest; a guard that switches on again
/// inside another shares its memory of cast parameters.
class Autocast {
 public:
  /// DTypeError unless the dtype is bfloat16 or float16.
  explicit Autocast(DType dtype = DType::bf16, bool enabled = true);
  ~Autocast();
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  std::shared_ptr<AutocastState> before_;
};

inline bool is_autocast_enabled() { return detail::autocast != nullptr; }
/// What products compute in: the dtype of the innermost Autocast, bfloat16 where there is none.
DType autocast_dtype();

/// Off while it lives; costs two writes. Gradients run under it.
class AutocastOff {
 public:
  AutocastOff() : before_(detail::autocast) { detail::autocast = nullptr; }
  ~AutocastOff() { detail::autocast = before_; }
  AutocastOff(const AutocastOff&) = delete;
  AutocastOff& operator=(const AutocastOff&) = delete;

 private:
  AutocastState* before_;
};

/// For composites of float32's class: whether mixed precision wants this input wider.
bool autocast_widens(const Tensor& t);
/// For those of the lower class: the input in the 16-bit float, or as it is.
Tensor autocast_lowered(const Tensor& t);

/// The inputs of a call of `info` as mixed precision wants them; undefined ones stay so. Parameters
/// are cast once while the outermost Autocast lives and they stay unchanged.
std::vector<Tensor> autocast_inputs(const OpInfo& info, const Inputs& in);

}  // namespace limpid
