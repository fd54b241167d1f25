// Makers of losses.

#include "limpid/nn/loss.h"
#include "nn.h"

namespace nb = nanobind;

namespace limpid::python {

namespace {

using MaybeTensor = std::optional<Tensor>;

template <class L>
void by_reduction(nb::module_& m, const char* name) {
  m.def(name, [](const std::string& reduction) { return layer(L({reduction})); });
}

void add_losses_of_classes(nb::module_& m) {
  m.def("CrossEntropyLoss", [](const MaybeTensor& weight, std::int64_t ignore_index,
                               const std::string& reduction, double label_smoothing) {
    return layer(nn::CrossEntropyLoss({.weight = or_none(weight),
                                       .ignore_index = ignore_index,
                                       .reduction = reduction,
                                       .label_smoothing = label_smoothing}));
  });
  m.def("NLLLoss",
        [](const MaybeTensor& weight, std::int64_t ignore_index, const std::string& reduction) {
          return layer(nn::NLLLoss({or_none(weight), ignore_index, reduction}));
        });
  m.def("MultiMarginLoss",
        [](std::int64_t p, double margin, const MaybeTensor& weight, const std::string& reduction) {
          return layer(nn::MultiMarginLoss({p, margin, or_none(weight), reduction}));
        });
  m.def("BCELoss", [](const MaybeTensor& weight, const std::string& reduction) {
    return layer(nn::BCELoss({or_none(weight), reduction}));
  });
  m.def("BCEWithLogitsLoss", [](const MaybeTensor& weight, const std::string& reduction,
                                const MaybeTensor& pos_weight) {
    return layer(nn::BCEWithLogitsLoss(
        {.weight = or_none(weight), .reduction = reduction, .pos_weight = or_none(pos_weight)}));
  });
}

void add_losses_of_numbers(nb::module_& m) {
  by_reduction<nn::MSELoss>(m, "MSELoss");
  by_reduction<nn::L1Loss>(m, "L1Loss");
  m.def("SmoothL1Loss", [](const std::string& reduction, double beta) {
    return layer(nn::SmoothL1Loss({reduction, beta}));
  });
  m.def("HuberLoss", [](const std::string& reduction, double delta) {
    return layer(nn::HuberLoss({reduction, delta}));
  });
  m.def("KLDivLoss", [](const std::string& reduction, bool log_target) {
    return layer(nn::KLDivLoss({reduction, log_target}));
  });
  m.def("PoissonNLLLoss", [](bool log_input, bool full, double eps, const std::string& reduction) {
    return layer(nn::PoissonNLLLoss({log_input, full, eps, reduction}));
  });
  m.def("GaussianNLLLoss", [](bool full, double eps, const std::string& reduction) {
    return layer(nn::GaussianNLLLoss({full, eps, reduction}));
  });
}

void add_losses_of_margins(nb::module_& m) {
  m.def("HingeEmbeddingLoss", [](double margin, const std::string& reduction) {
    return layer(nn::HingeEmbeddingLoss({margin, reduction}));
  });
  by_reduction<nn::SoftMarginLoss>(m, "SoftMarginLoss");
  m.def("MarginRankingLoss", [](double margin, const std::string& reduction) {
    return layer(nn::MarginRankingLoss({margin, reduction}));
  });
  m.def("TripletMarginLoss",
        [](double margin, double p, double eps, bool swap, const std::string& reduction) {
          return layer(nn::TripletMarginLoss({margin, p, eps, swap, reduction}));
        });
  m.def("CosineEmbeddingLoss", [](double margin, const std::string& reduction) {
    return layer(nn::CosineEmbeddingLoss({margin, reduction}));
  });
}

}  // namespace

void add_losses(nb::module_& m) {
  m.def("CTCLoss", [](std::int64_t blank, const std::string& reduction, bool zero_infinity) {
    return layer(
        nn::CTCLoss({.blank = blank, .reduction = reduction, .zero_infinity = zero_infinity}));
  });
  add_losses_of_classes(m);
  add_losses_of_numbers(m);
  add_losses_of_margins(m);
}

}  // namespace limpid::python
