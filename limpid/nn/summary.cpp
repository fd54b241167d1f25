#include "limpid/nn/summary.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "limpid/autograd/grad_mode.h"
#include "limpid/core/str.h"
#include "limpid/tensor/creation.h"

namespace limpid::nn {

namespace {

/// Puts every module into evaluation, and each back as it was.
class EvalScope {
 public:
  explicit EvalScope(Module& root) {
    for (const NamedModule& entry : root.named_modules())
      modes_.emplace_back(entry.module, entry.module->is_training());
    root.eval();
  }
  ~EvalScope() {  // children come behind their parents, so the last word on each is its own
    for (auto& [module, training] : modes_) module->train(training);
  }
  EvalScope(const EvalScope&) = delete;
  EvalScope& operator=(const EvalScope&) = delete;

 private:
  std::vector<std::pair<Module*, bool>> modes_;
};

/// Hooks that go when the scope ends, by whatever way.
struct HookScope {
  std::vector<HookHandle> handles;
  ~HookScope() {
    for (HookHandle& handle : handles) handle.remove();
  }
};

Tensor zeros_for(const Module& module, const Shape& shape, std::optional<DType> dtype) {
  for (const NamedTensor& p : module.named_parameters())
    return zeros(shape, {.dtype = dtype.value_or(p.tensor.dtype()), .device = p.tensor.device()});
  return zeros(shape, {.dtype = dtype});
}

/// Parameters that belong to a module and to none of its children nor to a module before it.
std::unordered_map<std::string, std::int64_t> own_counts(const Module& root) {
  std::unordered_map<std::string, std::int64_t> counts;
  for (const NamedTensor& p : root.named_parameters()) {
    const auto dot = p.name.rfind('.');
    counts[dot == std::string::npos ? "" : p.name.substr(0, dot)] += p.tensor.numel();
  }
  return counts;
}

std::string with_commas(std::int64_t value) {
  std::string digits = std::to_string(value);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

}  // namespace

std::vector<SummaryRow> summary_rows(Module& module, const Shape& input_shape,
                                     std::optional<DType> dtype) {
  NoGrad no_grad;
  EvalScope eval(module);
  const std::vector<NamedModule> modules = module.named_modules();
  std::unordered_map<Module*, Shape> shapes;
  std::vector<Module*> order;
  {
    HookScope hooks;
    for (const NamedModule& entry : modules)
      hooks.handles.push_back(entry.module->register_forward_hook(
          [&](Module& m, std::span<const Tensor>, const Tensor& output) {
            if (!shapes.contains(&m)) order.push_back(&m);
            shapes[&m] = output.shape();
            return Tensor();
          }));
    module(zeros_for(module, input_shape, dtype));
  }
  for (const NamedModule& entry : modules)
    if (!shapes.contains(entry.module)) order.push_back(entry.module);

  const auto counts = own_counts(module);
  std::vector<SummaryRow> rows;
  for (Module* m : order) {
    const auto entry = std::find_if(modules.begin(), modules.end(),
                                    [&](const NamedModule& named) { return named.module == m; });
    const auto count = counts.find(entry->name);
    rows.push_back(
        {entry->name, m->type_name(), shapes[m], count == counts.end() ? 0 : count->second});
  }
  return rows;
}

std::string summary(Module& module, const Shape& input_shape, std::optional<DType> dtype) {
  std::vector<std::array<std::string, 3>> table = {{"layer", "output", "parameters"}};
  for (const SummaryRow& row : summary_rows(module, input_shape, dtype))
    table.push_back({row.path.empty() ? row.type : row.path + " (" + row.type + ")",
                     to_string(row.output_shape), with_commas(row.parameters)});
  std::array<std::size_t, 3> width{};
  for (const auto& line : table)
    for (std::size_t i = 0; i < 3; ++i) width[i] = std::max(width[i], line[i].size());

  const std::string rule(width[0] + width[1] + width[2] + 4, '-');
  std::string out;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const auto& [layer, shape, count] = table[i];
    out += padded(layer, width[0]) + "  " + padded(shape, width[1]) + "  " +
           std::string(width[2] - count.size(), ' ') + count + "\n";
    if (i == 0) out += rule + "\n";
  }
  std::int64_t parameters = 0, trainable = 0, bytes = 0;
  for (const NamedTensor& p : module.named_parameters()) {
    parameters += p.tensor.numel();
    if (p.tensor.requires_grad()) trainable += p.tensor.numel();
    bytes += p.tensor.numel() * static_cast<std::int64_t>(size_of(p.tensor.dtype()));
  }
  return out + rule + "\n" +
         str(with_commas(parameters), " parameters (", with_commas(trainable), " trainable), ",
             with_commas(bytes), " bytes\n");
}

}  // namespace limpid::nn
