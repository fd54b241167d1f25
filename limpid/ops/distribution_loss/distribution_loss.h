#pragma once
// Losses that are negative log-likelihoods of a distribution: composites. Cases are in
// distribution_loss_cases.cpp.

#include <string>

#include "limpid/op/operator.h"

namespace limpid {

struct KlDiv {
  static constexpr OpDoc doc{
      .name = "kl_div",
      .title = "KlDiv",
      .summary = "The Kullback-Leibler divergence of log-probabilities from probabilities.",
      .formula =
          "l_i = t_i (log t_i - x_i), or e^(t_i) (t_i - x_i) with log_target; then their "
          "mean or sum",
      .inputs = "input, target",
      .shapes = "two equal shapes -> (), or the same for reduction 'none'"};
  static std::vector<Case> cases();
};

struct GaussianNllLoss {
  static constexpr OpDoc doc{
      .name = "gaussian_nll_loss",
      .title = "GaussianNllLoss",
      .summary = "How surprised normal distributions of given means and variances are.",
      .formula =
          "l_i = (log v_i + (x_i - t_i)^2 / v_i) / 2, v = max(var, eps), and log(2 pi) / 2 "
          "more with full; then their mean or sum",
      .inputs = "input, target, var",
      .shapes =
          "two equal shapes, var the same, without the last axis or with 1 there -> (), or "
          "the shape for reduction 'none'",
      .source =
          "Nix and Weigend, Estimating the mean and variance of the target probability "
          "distribution, 1994"};
  static std::vector<Case> cases();
};

struct PoissonNllLoss {
  static constexpr OpDoc doc{
      .name = "poisson_nll_loss",
      .title = "PoissonNllLoss",
      .summary = "How surprised Poisson distributions of given rates are by counts.",
      .formula =
          "l_i = e^(x_i) - t_i x_i, or x_i - t_i log(x_i + eps) without log_input, and "
          "Stirling's log t_i! more with full; then their mean or sum",
      .inputs = "input, target",
      .shapes = "two equal shapes -> (), or the same for reduction 'none'"};
  static std::vector<Case> cases();
};

struct KlDivOptions {
  std::string reduction = "mean";  ///< also "batchmean": the sum divided by the size of axis 0
  bool log_target = false;         ///< target holds logarithms too
};
/// `input` holds log-probabilities. As in PyTorch "mean" divides by the number of elements, and
/// "batchmean" gives the divergence of a sample.
Tensor kl_div(const Tensor& input, const Tensor& target, const KlDivOptions& options = {});

struct GaussianNllLossOptions {
  bool full = false;  ///< with the constant term
  double eps = 1e-6;  ///< variances count as at least this; above 0
  std::string reduction = "mean";
};
/// ValueError for a negative variance. Where a variance is below eps, its gradient is that at eps.
Tensor gaussian_nll_loss(const Tensor& input, const Tensor& target, const Tensor& var,
                         const GaussianNllLossOptions& options = {});

struct PoissonNllLossOptions {
  bool log_input = true;  ///< input holds logarithms of rates
  bool full = false;      ///< with Stirling's log t!, where t > 1
  double eps = 1e-8;      ///< keeps log(0) away where input holds rates
  std::string reduction = "mean";
};
Tensor poisson_nll_loss(const Tensor& input, const Tensor& target,
                        const PoissonNllLossOptions& options = {});

}  // namespace limpid
