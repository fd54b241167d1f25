// Metrics, against scikit-learn 1.9.1's numbers and hard cases.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "limpid/core/error.h"
#include "limpid/metrics/accuracy.h"
#include "limpid/metrics/confusion_matrix.h"
#include "limpid/metrics/log_loss.h"
#include "limpid/metrics/precision_recall.h"
#include "limpid/metrics/regression.h"
#include "limpid/metrics/roc.h"
#include "limpid/tensor/creation.h"
#include "thrown.h"

namespace limpid::metrics_test {

namespace {

const Tensor kTruth = tensor({0, 1, 2, 2, 1, 0, 2, 4, 1, 2, 0, 1});
const Tensor kSaid = tensor({0, 2, 2, 1, 1, 0, 2, 1, 1, 2, 2, 3});

doctest::Approx near(double value) { return doctest::Approx(value).epsilon(1e-12); }

}  // namespace

TEST_CASE("metrics: confusion matrix") {
  const Tensor matrix = confusion_matrix(kTruth, kSaid, 6);
  CHECK(matrix.to_vector<std::int64_t>() ==
        std::vector<std::int64_t>{2, 0, 1, 0, 0, 0, 0, 2, 1, 1, 0, 0, 0, 1, 3, 0, 0, 0,
                                  0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  CHECK(
      confusion_matrix(tensor({true, false}), tensor({true, true}), 2).to_vector<std::int64_t>() ==
      std::vector<std::int64_t>{0, 1, 0, 1});
  CHECK(confusion_matrix(empty({0}, {.dtype = DType::i64}), empty({0}, {.dtype = DType::i64}), 1)
            .item<std::int64_t>() == 0);
  const std::vector<std::string> names = {"cat", "dog"};
  CHECK(confusion_table(confusion_matrix(tensor({0, 0, 1}), tensor({0, 1, 1}), 2), names) ==
        "true \\ said   cat   dog\n"
        "cat             1     1\n"
        "dog             0     1\n");
  CHECK_SAYS(IndexError, "truth: class 4 at position 7 is outside of 0..3",
             confusion_matrix(kTruth, kSaid, 4));
  CHECK_SAYS(IndexError, "predicted: class -1 at position 1",
             confusion_matrix(tensor({0, 0}), tensor({0, -1}), 2));
  CHECK_SAYS(ShapeError, "truth has 2 samples but predicted has 1",
             confusion_matrix(tensor({0, 0}), tensor({0}), 2));
  CHECK_SAYS(DTypeError, "found float32", confusion_matrix(tensor({0.5}), tensor({0}), 2));
  CHECK_SAYS(ShapeError, "shape (N,)", confusion_matrix(Tensor(Scalar(1)), tensor({0}), 2));
  CHECK_SAYS(ValueError, "0 classes", confusion_matrix(kTruth, kSaid, 0));
  CHECK_SAYS(ValueError, "classes", confusion_matrix(kTruth, kSaid, INT64_MAX));
}

TEST_CASE("metrics: accuracy, of all, of each class, and top-k") {
  CHECK(accuracy(kTruth, kSaid) == near(0.5833333333333334));
  CHECK_SAYS(ValueError, "no samples",
             accuracy(empty({0}, {.dtype = DType::i64}), empty({0}, {.dtype = DType::i64})));
  const std::vector<std::string> names = {"a", "b", "c", "d", "e"};
  const auto rows = accuracy_per_class(kTruth, kSaid, names);
  CHECK(rows[2].correct == 3);
  CHECK(rows[2].total == 4);
  CHECK(rows[3].total == 0);
  const std::string table = accuracy_table(rows);
  CHECK(table.find("d             0  0       n/a\n") != std::string::npos);
  CHECK(table.find("nan") == std::string::npos);
  CHECK_SAYS(IndexError, "class 4 at position 7",
             accuracy_per_class(kTruth, kSaid, std::span(names).first(4)));

  const Tensor truth = tensor({0, 1, 2, 1, 0, 2, 1, 1});
  const Tensor scores = tensor({{.701, .202, .103},
                                {.301, .402, .303},
                                {.101, .302, .603},
                                {.501, .252, .253},
                                {.251, .502, .253},
                                {.301, .302, .403},
                                {.101, .802, .103},
                                {.201, .202, .603}});
  CHECK(top_k_accuracy(truth, scores, 1) == near(0.625));
  CHECK(top_k_accuracy(truth, scores, 2) == near(0.75));
  CHECK(top_k_accuracy(truth, scores, 3) == 1.0);
  // Equal scores: the lower class is ahead, as for argmax.
  CHECK(top_k_accuracy(tensor({0}), tensor({{0.5, 0.5}}), 1) == 1.0);
  CHECK(top_k_accuracy(tensor({1}), tensor({{0.5, 0.5}}), 1) == 0.0);
  CHECK_SAYS(ValueError, "k is 4; it must be 1 to 3", top_k_accuracy(truth, scores, 4));
  CHECK_SAYS(ValueError, "NaN at position 0, class 1",
             top_k_accuracy(tensor({0}), tensor({{0.5, NAN}}), 1));
  CHECK_SAYS(IndexError, "class 2 at position 0",
             top_k_accuracy(tensor({2}), tensor({{0.5, 0.5}}), 1));
}

TEST_CASE("metrics: precision, recall and F1") {
  const Tensor matrix = confusion_matrix(kTruth, kSaid, 6);
  const auto rows = precision_recall_per_class(matrix);
  const double nothing = -1;  // 0 / 0
  const double precision[] = {1.0, 0.5, 0.6, 0.0, nothing, nothing};
  const double recall[] = {0.6666666666666666, 0.5, 0.75, nothing, 0.0, nothing};
  const double f1[] = {0.8, 0.5, 0.6666666666666666, 0.0, 0.0, nothing};
  const std::int64_t support[] = {3, 4, 4, 0, 1, 0};
  for (std::size_t c = 0; c < 6; ++c) {
    CAPTURE(c);
    CHECK(rows[c].precision.value_or(nothing) == near(precision[c]));
    CHECK(rows[c].recall.value_or(nothing) == near(recall[c]));
    CHECK(rows[c].f1.value_or(nothing) == near(f1[c]));
    CHECK(rows[c].support == support[c]);
  }
  const auto check = [&](Average average, double p, double r, double f) {
    const PrecisionRecall scores = precision_recall(matrix, average);
    CHECK(*scores.precision == near(p));
    CHECK(*scores.recall == near(r));
    CHECK(*scores.f1 == near(f));
    CHECK(scores.support == 12);
  };
  check(Average::micro, 0.5833333333333334, 0.5833333333333334, 0.5833333333333334);
  check(Average::macro, 0.42, 0.3833333333333333, 0.39333333333333337);
  check(Average::weighted, 0.6166666666666667, 0.5833333333333334, 0.5888888888888889);
  const std::string table = precision_recall_table(matrix);
  CHECK(table.find("n/a") != std::string::npos);
  CHECK(table.find("nan") == std::string::npos);
  CHECK(table.find("macro          0.4200   0.3833   0.3933  12\n") != std::string::npos);
  const PrecisionRecall none =
      precision_recall(zeros({2, 2}, {.dtype = DType::i64}), Average::macro);
  CHECK_FALSE(none.f1.has_value());
  CHECK_SAYS(ShapeError, "confusion matrix", precision_recall_per_class(ones({2, 2})));
}

TEST_CASE("metrics: ROC curve and its area, with ties") {
  const Tensor truth = tensor({0, 1, 1, 0, 1, 0, 0, 1, 1, 0});
  const Tensor scores = tensor({.1, .4, .35, .35, .8, .35, .2, .2, .9, .8}, {.dtype = DType::f64});
  const RocCurve curve = roc_curve(truth, scores);
  CHECK(curve.false_positive_rate == std::vector<double>{0.0, 0.0, 0.2, 0.2, 0.6, 0.8, 1.0});
  CHECK(curve.true_positive_rate == std::vector<double>{0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.0});
  CHECK(curve.thresholds == std::vector<double>{std::numeric_limits<double>::infinity(), 0.9, 0.8,
                                                0.4, 0.35, 0.2, 0.1});
  CHECK(roc_auc(truth, scores) == near(0.72));
  CHECK(roc_auc(tensor({0, 1, 0, 1}), tensor({1, 1, 1, 1})) == 0.5);
  CHECK(roc_auc(tensor({0, 1}), tensor({-INFINITY, INFINITY})) == 1.0);
  CHECK_SAYS(ValueError, "of 2 samples 2 are positive", roc_auc(tensor({1, 1}), tensor({1, 2})));
  CHECK_SAYS(ValueError, "NaN at position 1", roc_auc(tensor({0, 1}), tensor({0.5, NAN})));
  CHECK_SAYS(IndexError, "class 2 at position 1", roc_auc(tensor({0, 2}), tensor({1, 2})));
  CHECK_SAYS(ShapeError, "one score a sample", roc_auc(tensor({0, 1}), tensor({1, 2, 3})));

  const Tensor classes = tensor({0, 1, 2, 1, 0, 2, 1, 1});
  const Tensor each = tensor({{.7, .2, .1},
                              {.3, .4, .3},
                              {.1, .3, .6},
                              {.5, .25, .25},
                              {.25, .5, .25},
                              {.3, .3, .4},
                              {.1, .8, .1},
                              {.2, .2, .6}});
  CHECK(roc_auc_one_vs_rest(classes, each) == near(0.71875));
  CHECK(roc_auc_one_vs_rest(classes, each, Average::weighted) == near(0.671875));
  CHECK_SAYS(ValueError, "class 2 has no sample",
             roc_auc_one_vs_rest(tensor({0, 1}), tensor({{.7, .2, .1}, {.1, .8, .1}})));
}

TEST_CASE("metrics: log-loss") {
  const Tensor truth = tensor({0, 1, 2, 1, 0, 2, 1, 1});
  const Tensor p = tensor({{.7, .2, .1},
                           {.3, .4, .3},
                           {.1, .3, .6},
                           {.5, .25, .25},
                           {.25, .5, .25},
                           {.3, .3, .4},
                           {.1, .8, .1},
                           {.2, .2, .6}},
                          {.dtype = DType::f64});
  CHECK(log_loss(truth, p) == near(0.9131565271801405));
  CHECK(log_loss(tensor({0, 1, 1, 0, 1, 0, 0, 1, 1, 0}),
                 tensor({.1, .4, .35, .35, .8, .35, .2, .2, .9, .8}, {.dtype = DType::f64})) ==
        near(0.6703562647370014));
  CHECK(log_loss(tensor({0, 1}), tensor({{0.0, 1.0}, {0.0, 1.0}}, {.dtype = DType::f64})) ==
        near(18.021826694558577));
  CHECK_SAYS(ValueError, "those of sample 1 add up to 1.5",
             log_loss(tensor({0, 0}), tensor({{0.5, 0.5}, {0.5, 1.0}})));
  CHECK_SAYS(ValueError, "sample 0 has -0.5 for class 0",
             log_loss(tensor({0}), tensor({{-0.5, 1.5}})));
  CHECK_SAYS(ValueError, "sample 0 has nan", log_loss(tensor({0}), tensor({{NAN, 1.0}})));
  CHECK_SAYS(IndexError, "class 2 at position 0", log_loss(tensor({2}), tensor({{0.5, 0.5}})));
}

TEST_CASE("metrics: regression, of one output and of several") {
  const Tensor t = tensor({3.0, -0.5, 2.0, 7.0}), p = tensor({2.5, 0.0, 2.0, 8.0});
  CHECK(mean_squared_error(t, p) == near(0.375));
  CHECK(mean_absolute_error(t, p) == near(0.5));
  CHECK(r2_score(t, p) == near(0.9486081370449679));
  CHECK(explained_variance(t, p) == near(0.9571734475374732));
  const Tensor t2 = tensor({{0.5, 1.0}, {-1.0, 1.0}, {7.0, -6.0}});
  const Tensor p2 = tensor({{0.0, 2.0}, {-1.0, 2.0}, {8.0, -5.0}});
  CHECK(mean_squared_error(t2, p2) == near(0.7083333333333334));
  CHECK(mean_absolute_error(t2, p2) == near(0.75));
  CHECK(r2_score(t2, p2) == near(0.9368005266622779));
  CHECK(explained_variance(t2, p2) == near(0.9838709677419355));
  const Tensor two = tensor({2, 2});
  CHECK(r2_score(two, two) == 1.0);
  CHECK(r2_score(two, tensor({1, 3})) == 0.0);
  CHECK(explained_variance(two, tensor({1, 1})) == 1.0);
  CHECK(explained_variance(two, tensor({1, 3})) == 0.0);
  CHECK_SAYS(ValueError, "at least 2 samples", r2_score(tensor({1.0}), tensor({1.0})));
  CHECK_SAYS(ValueError, "predicted: nan at position 1",
             mean_squared_error(two, tensor({1.0, NAN})));
  CHECK_SAYS(ShapeError, "both are (N,)", mean_squared_error(two, t));
}

}  // namespace limpid::metrics_test
