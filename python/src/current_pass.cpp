#include "current_pass.h"

#include <atomic>
#include <unordered_set>

#include "limpid/autograd/node.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

namespace {

thread_local CurrentPass* current = nullptr;
std::atomic<std::int64_t> passes = 0;  // of all threads: hooks tell passes apart by their numbers

using Nodes = std::unordered_set<const Node*>;

/// Which nodes a pass runs: those before its outputs, where inputs are given those that lead to
/// one.
struct Computed {
  Nodes inputs, reached, computed;
  bool to_all_leaves = false;

  struct Step {
    const Node* node;
    std::size_t next_edge = 0;
  };

  void walk(const Node* output) {
    std::vector<Step> path;
    const auto enter = [&](const Node* node) {
      if (node && reached.insert(node).second) path.push_back({node});
    };
    enter(output);
    while (!path.empty()) {
      Step& step = path.back();
      if (step.next_edge < step.node->edges().size()) {
        enter(step.node->edges()[step.next_edge++].to);
      } else {
        leave(step.node);
        path.pop_back();
      }
    }
  }

  void leave(const Node* node) {
    bool needed = to_all_leaves || inputs.contains(node);
    for (const Edge& edge : node->edges()) needed |= computed.contains(edge.to);
    if (needed) computed.insert(node);
  }
};

}  // namespace

CurrentPass::CurrentPass(const TensorList& outputs, const TensorList* inputs)
    : number_(++passes), outputs_(outputs), inputs_(inputs), outer_(current) {
  current = this;
}
CurrentPass::~CurrentPass() { current = outer_; }

void CurrentPass::finish() {
  for (const nb::object& call : at_end_) call();
}

void add_current_pass(nb::module_& m) {
  m.def("_pass_number", [] { return current ? current->number_ : 0; });
  m.def(
      "_at_end_of_pass",
      [](nb::object call) {
        if (current) current->at_end_.push_back(std::move(call));
      },
      "call"_a);
  m.def(
      "_pass_computes",
      [](const TensorList& tensors) {
        Computed pass;
        if (current) {
          pass.to_all_leaves = !current->inputs_;
          if (current->inputs_)
            for (const Tensor& input : *current->inputs_) pass.inputs.insert(input->node());
          for (const Tensor& output : current->outputs_) pass.walk(output->node());
        }
        std::vector<bool> found;
        for (const Tensor& tensor : tensors)
          found.push_back(tensor->node() && pass.computed.contains(tensor->node()));
        return found;
      },
      "tensors"_a);
}

}  // namespace limpid::python
