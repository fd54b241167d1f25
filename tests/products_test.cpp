// Products beyond what their cases say: mixed precision, dtypes, and the order of a chain.

#include <doctest/doctest.h>

#include "limpid/op/autocast.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"

namespace limpid::products_test {

TEST_CASE("products: mixed precision lowers those of matrices, not those of vectors") {
  const Tensor m = full({2, 2}, 1.001), v = full({2}, 1.001);
  const double exact = dot(v, v).item();
  const Autocast autocast;
  CHECK(mm(m, m).dtype() == DType::bf16);
  CHECK(addmm(v, m, m).dtype() == DType::bf16);  // the input goes along
  CHECK(dot(v, v).item() == exact);
  CHECK(mv(m, v).dtype() == DType::f32);
  CHECK(addmv(v, m, v).dtype() == DType::f32);
  CHECK(mv(m.to(DType::bf16), v).dtype() == DType::f32);
}

TEST_CASE("products: what is added to a product of integers keeps its fractions") {
  const Tensor ones_ = ones({2, 2}, {.dtype = DType::i64});
  CHECK(equal(addmm(full({2}, 0.5), ones_, ones_), full({2, 2}, 2.5)));
}

TEST_CASE("products: a chain is multiplied in the order of fewest multiplications") {
  // Cormen et al., Introduction to Algorithms, 15.2: 15125 of them, as (A(BC))((DE)F).
  const std::int64_t sizes[] = {30, 35, 15, 5, 10, 20, 25};
  std::vector<Tensor> x;
  for (int i = 0; i < 6; ++i) x.push_back(randn({sizes[i], sizes[i + 1]}));
  const Tensor best =
      mm(mm(x[0], mm(x[1], x[2])), mm(mm(x[3], x[4]), x[5]));  // others round otherwise
  CHECK(equal(multi_dot(x), best));
}

}  // namespace limpid::products_test
