#pragma once
// Tags that choose a kernel: `void forward(Cpu, const Io&) const`. A tag may carry context (a
// stream, a workspace) for the kernels of its backend.

#include "limpid/config.h"
#include "limpid/core/device.h"

namespace limpid {

/// The meaning of an op: plain loops, accumulated in double, never optimised.
struct Reference {};
/// The fast way on the processor (backends/cpu).
struct Cpu {};

/// The list a card gives: `using backends = Backends<Reference, Cpu>;`.
template <class... B>
struct Backends {};

/// Whether this build contains a backend's kernels.
template <class B>
inline constexpr bool kBuilt = false;
template <>
inline constexpr bool kBuilt<Reference> = true;
template <>
inline constexpr bool kBuilt<Cpu> = LIMPID_HAS_CPU;

/// Whether this build can train. Builds for small devices leave gradients out.
inline constexpr bool kHasAutograd = LIMPID_HAS_AUTOGRAD;

}  // namespace limpid
