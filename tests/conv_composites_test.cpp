// The convolutions and poolings that are made of conv2d, max_pool2d and avg_pool2d: they follow the
// ladders of these, and refuse bad input under their own names.

// covers: conv_checks, depth_slices, conv1d, conv3d, conv_transpose, max_pool_nd
#include <doctest/doctest.h>

#include <set>

#include "limpid/core/error.h"
#include "limpid/ops/algorithms.h"
#include "limpid/tensor/creation.h"
#include "tests/op_harness.h"

namespace limpid::conv_composites_test {

using namespace testing;

namespace {

const std::set<std::string_view> kComposites = {
    "conv1d",     "conv3d",     "conv_transpose1d", "conv_transpose2d", "conv_transpose3d",
    "max_pool1d", "max_pool3d", "avg_pool1d",       "avg_pool3d"};

/// Outputs of a case while every ladder is on one rung.
Tensors run_on(std::string_view rung, const Case& c, std::span<const Tensor> inputs) {
  const AlgorithmGuard conv("conv2d", rung), max("max_pool2d", rung), avg("avg_pool2d", rung);
  return run(c, inputs);
}

}  // namespace

TEST_CASE("what is made of conv2d and the poolings follows their ladders") {
  for (const OpEntry& entry : all_op_entries()) {
    if (!kComposites.contains(entry.doc.name)) continue;
    for (const Case& c : entry.cases()) {
      if (!is_test(c)) continue;
      const std::vector<Tensor> inputs = make_inputs(entry, c);
      const Tensors expected = run_on("loops", c, inputs);
      for (const char* rung : {"rows", "im2col", "auto"}) {
        INFO(entry.doc.name << " / " << c.name << " / " << rung);
        const Tensors found = run_on(rung, c, inputs);
        for (std::size_t i = 0; i < expected.size(); ++i)
          CHECK(difference(found[i], expected[i],
                           full(expected[i].shape(), 100.0, {.dtype = DType::f64})) == "");
      }
    }
  }
}

TEST_CASE("what is made of conv2d and the poolings refuses bad input under its own name") {
  std::size_t refused = 0;
  for (const OpEntry& entry : all_op_entries()) {
    if (!kComposites.contains(entry.doc.name)) continue;
    for (const Case& c : entry.cases()) {
      if (c.error.empty()) continue;
      INFO(entry.doc.name << " / " << c.name);
      std::string message = "no error";
      try {
        run(c, make_inputs(entry, c));
      } catch (const Error& error) {
        message = error.what();
      }
      CHECK_MESSAGE(message.find(c.error) != std::string::npos, message);
      CHECK(message.starts_with(std::string(entry.doc.name) + ": "));
      ++refused;
    }
  }
  CHECK(refused > 50);
}

}  // namespace limpid::conv_composites_test
