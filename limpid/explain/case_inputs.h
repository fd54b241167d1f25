#pragma once
// Runs the cases of ops: for tests, pages, timings and `limpid ops`.

#include <optional>
#include <string>
#include <vector>

#include "limpid/ops/all_ops.h"

namespace limpid {

/// Which inputs of four axes are maps whose channels-last layout the engine chose.
enum class Maps : std::uint8_t { as_written, channels_last, mixed /* every other one */ };

/// How one rerun of a case differs from the case as written.
struct Variation {
  std::optional<DType> dtype = {};              ///< in place of float32 in every input that has it
  std::optional<Arrangement> arrangement = {};  ///< of every input
  Maps maps = Maps::as_written;
  bool hard_values = false;  ///< NaN, infinities, zeros, tiny and huge numbers
  Device device = kCpu;
  std::string name = "as written";
};

/// The inputs of a case. The same for ever: drawn from a stream keyed by op, case and position.
std::vector<Tensor> make_inputs(const OpEntry& entry, const Case& c,
                                const Variation& variation = {});

/// Runs a case's op, or the call of a composite.
Tensors run(const Case& c, std::span<const Tensor> inputs);

/// True for the cases that are no bad input and no timing.
inline bool is_test(const Case& c) { return c.error.empty() && !c.speed; }

}  // namespace limpid
