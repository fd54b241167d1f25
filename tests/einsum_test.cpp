// What einsum computes is compared in the cases of its card; here, by what.
#include "limpid/ops/einsum/einsum.h"

#include <doctest/doctest.h>

#include "limpid/explain/profiler.h"
#include "limpid/tensor/creation.h"

namespace limpid::einsum_test {

TEST_CASE("einsum multiplies matrices where it sums over what two tensors share") {
  const Tensor in[] = {ones({2, 3}), ones({3, 4}), ones({4, 5})};
  Profiler profiler;
  einsum("ij,jk,kl->il", in);
  profiler.stop();
  std::int64_t products = 0;
  for (const ProfileRow& row : profiler.rows()) {
    CHECK(row.name != "mul");
    CHECK(row.name != "sum");
    if (row.name == "matmul") products = row.calls;
  }
  CHECK(products == 2);
}

}  // namespace limpid::einsum_test
