#include "limpid/op/apply.h"
#include "limpid/ops/algorithms.h"
#include "limpid/ops/avg_pool2d/ladder.h"
#include "limpid/ops/conv2d/ladder.h"
#include "limpid/ops/max_pool2d/ladder.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

/// Every ladder: a new one is entered here and in choice_of().
struct Entry {
  std::string_view op;
  AlgorithmPlan (*plan)(const AnyOp& op, std::span<const Shape> inputs, DType dtype);
};
constexpr Entry kPlans[] = {{"conv2d", &conv_plan},
                            {"conv2d_relu", &conv_plan},
                            {"conv2d_input_gradient", &conv_plan},
                            {"conv2d_weight_gradient", &conv_plan},
                            {"max_pool2d", &max_pool_plan},
                            {"avg_pool2d", &avg_pool_plan}};

std::vector<AlgorithmChoice*> choices() {
  return {&conv_ladder().choice(), &max_pool_ladder().choice(), &avg_pool_ladder().choice()};
}

AlgorithmChoice& choice_of(std::string_view op, std::string_view where) {
  std::string known;
  for (AlgorithmChoice* choice : choices()) {
    if (choice->op() == op) return *choice;
    known += str(known.empty() ? "" : ", ", choice->op());
  }
  throw ValueError(str(where, ": '", op, "' has no choice of algorithms; these have: ", known));
}

/// Throws what a call of the op with such inputs would: on meta nothing is computed.
void check_call(const AnyOp& op, std::span<const Shape> inputs, DType dtype) {
  std::vector<Tensor> tensors;
  for (const Shape& shape : inputs)
    tensors.push_back(empty(shape, {.dtype = dtype, .device = Device(DeviceType::meta)}));
  const auto count = static_cast<std::size_t>(op.info().input_count);
  if (tensors.size() < count) tensors.resize(count);  // undefined: those left out
  limpid::apply(op, tensors);
}

}  // namespace

std::vector<std::string_view> ops_with_algorithms() {
  std::vector<std::string_view> ops;
  for (const AlgorithmChoice* choice : choices()) ops.push_back(choice->op());
  return ops;
}

std::vector<std::string_view> algorithms(std::string_view op) {
  return choice_of(op, "algorithms").names();
}

void set_algorithm(std::string_view op, std::string_view name) {
  choice_of(op, "set_algorithm").set_for_process(name);
}

std::string_view algorithm(std::string_view op) {
  const AlgorithmChoice& choice = choice_of(op, "algorithm");
  const int wanted = choice.wanted();
  return wanted == AlgorithmChoice::kAuto ? std::string_view("auto")
                                          : choice.names()[static_cast<std::size_t>(wanted)];
}

AlgorithmGuard::AlgorithmGuard(std::string_view op, std::string_view name)
    : choice_(&choice_of(op, "AlgorithmGuard")),
      before_(choice_->set_for_thread(choice_->find(name, "AlgorithmGuard"))) {}
AlgorithmGuard::~AlgorithmGuard() { choice_->set_for_thread(before_); }

AlgorithmPlan algorithm_plan(const AnyOp& op, std::span<const Shape> inputs, DType dtype) {
  for (const Entry& entry : kPlans) {
    if (entry.op != op.info().doc.name) continue;
    check_call(op, inputs, dtype);
    return entry.plan(op, inputs, dtype);
  }
  return {};
}

}  // namespace limpid
