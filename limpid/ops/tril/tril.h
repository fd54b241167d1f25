#pragma once
// Triangles of matrices.

#include "limpid/op/apply.h"

namespace limpid {

/// What both cards share.
struct TriangleCard {
  std::int64_t diagonal =
      0;  ///< the last (tril) or first (triu) one kept; above the main one where positive

  static constexpr OpTraits traits{};
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("diagonal", &TriangleCard::diagonal)};
  }
  Spec infer(const Inputs& in) const;
  static Saves saves(Needs) { return {}; }
};

struct Tril : TriangleCard {
  static constexpr OpDoc doc{.name = "tril",
                             .title = "Tril",
                             .summary = "Keeps what lies on and below a diagonal; 0 elsewhere.",
                             .formula = "y[..., i, j] = x[..., i, j] if j - i <= diagonal, else 0",
                             .shapes = "(..., n, m) -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

struct Triu : TriangleCard {
  static constexpr OpDoc doc{.name = "triu",
                             .title = "Triu",
                             .summary = "Keeps what lies on and above a diagonal; 0 elsewhere.",
                             .formula = "y[..., i, j] = x[..., i, j] if j - i >= diagonal, else 0",
                             .shapes = "(..., n, m) -> the same"};
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  Tensors gradient(const Backward& b) const;
  static std::vector<Case> cases();
};

/// The lower triangle of matrices; of any dtype. NaN outside of it becomes 0 too.
Tensor tril(const Tensor& input, std::int64_t diagonal = 0);
/// The upper triangle.
Tensor triu(const Tensor& input, std::int64_t diagonal = 0);

}  // namespace limpid
