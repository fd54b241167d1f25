#pragma once
// Where elements belong in sorted sequences.

#include "limpid/op/apply.h"

namespace limpid {

struct SearchSorted {
  bool out_int32 = false;  ///< indices as int32 and not int64
  bool right = false;      ///< behind equal elements and not before them

  static constexpr OpDoc doc{
      .name = "searchsorted",
      .title = "SearchSorted",
      .summary = "The places at which elements would keep sorted sequences sorted.",
      .formula = "y = the first i with s_i >= v (right: s_i > v), or n if there is none",
      .inputs = "sorted_sequence, input",
      .shapes = "a sequence (n,) and any shape, or (..., n) and (..., m) -> input's shape"};
  static constexpr OpTraits traits{.promotion = Promotion::common};
  static constexpr const char* no_gradient = "the result is an index";
  using backends = Backends<Reference, Cpu>;
  static constexpr auto attributes() {
    return std::tuple{field("out_int32", &SearchSorted::out_int32),
                      field("right", &SearchSorted::right)};
  }

  Spec infer(const Inputs& in) const;
  void forward(Reference, const Io& io) const;
  void forward(Cpu, const Io& io) const;
  static std::vector<Case> cases();
};

struct Bucketize {
  static constexpr OpDoc doc{.name = "bucketize",
                             .title = "Bucketize",
                             .summary = "The bucket, between sorted boundaries, of each element.",
                             .formula = "searchsorted(boundaries, x, out_int32, right)",
                             .inputs = "input, boundaries",
                             .shapes = "any shape and (n,) -> the first"};
  static std::vector<Case> cases();
};

struct SearchSortedOptions {
  bool out_int32 = false;
  bool right = false;
};

/// Sequences must be sorted along their last axis; that is not checked, and bisection finds
/// something. NaN belongs at the end.
Tensor searchsorted(const Tensor& sorted_sequence, const Tensor& input,
                    SearchSortedOptions options = {});
/// The same with the arguments the other way round, and one sequence only.
Tensor bucketize(const Tensor& input, const Tensor& boundaries, SearchSortedOptions options = {});

}  // namespace limpid
