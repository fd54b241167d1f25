#include "limpid/explain/op_report.h"

#include <algorithm>
#include <cstdio>

#include "limpid/autograd/engine.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/core/suggest.h"
#include "limpid/explain/choices.h"
#include "limpid/op/observe.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

std::vector<Tensor> those_with_grad(std::span<const Tensor> tensors) {
  std::vector<Tensor> out;
  for (const Tensor& t : tensors)
    if (t.defined() && t.requires_grad()) out.push_back(t);
  return out;
}

/// One case, run, with something to differentiate: nothing where `heads` is empty.
struct Recorded {
  std::vector<Tensor> wanted, heads, seeds;
};
Recorded recorded(const OpEntry& entry, const Case& c) {
  Recorded out;
  const std::vector<Tensor> inputs = make_inputs(entry, c);
  out.wanted = those_with_grad(inputs);
  if (!out.wanted.empty()) out.heads = those_with_grad(run(c, inputs));
  for (const Tensor& y : out.heads) out.seeds.push_back(ones_like(y).requires_grad_());
  return out;
}

/// How often the op can be differentiated, tried out on one case.
int gradient_order_of(const OpEntry& entry, const Case& c) {
  const auto [wanted, heads, seeds] = recorded(entry, c);
  if (heads.empty()) return 0;
  const std::vector<Tensor> first =
      those_with_grad(grad(heads, wanted, seeds, {.create_graph = true, .allow_unused = true}));
  if (first.empty()) return 1;
  std::vector<Tensor> ones, all = wanted;
  for (const Tensor& g : first) ones.push_back(ones_like(g));
  all.insert(all.end(), seeds.begin(), seeds.end());
  grad(first, all, ones, {.allow_unused = true});
  return 2;
}

/// Writes down which ops run, those that compute: a view runs nothing.
class Noted final : public WorkObserver {
 public:
  Noted() { work_observer.compare_exchange_strong(nobody_, this); }
  ~Noted() {
    if (!nobody_) work_observer = nullptr;
  }
  /// "mul (2 times), sum", in the order in which they first ran.
  std::string text() const {
    std::string out;
    for (const auto& [name, times] : ran_)
      out += str(out.empty() ? "" : ", ", name, times > 1 ? str(" (", times, " times)") : "");
    return out.empty() ? "views alone" : out;
  }

 private:
  void begin(std::string_view name, std::string_view part) override {
    if (!part.empty()) return;
    const auto known = std::find_if(ran_.begin(), ran_.end(),
                                    [&](const auto& entry) { return entry.first == name; });
    if (known == ran_.end()) ran_.emplace_back(name, 1);
    else ++known->second;
  }
  void end(const Work&) override {}
  bool wants_shapes() const override { return false; }
  std::vector<std::pair<std::string, int>> ran_;
  WorkObserver* nobody_ = nullptr;  // somebody, while a profiler watches: then nothing is noted
};

/// What the gradient is made of: the public ops that it runs on the first case that has one.
std::string gradient_ops(const OpEntry& entry) {
  for (const Case& c : entry.cases()) {
    if (!is_test(c)) continue;
    const auto [wanted, heads, seeds] = recorded(entry, c);
    if (heads.empty()) continue;
    Noted noted;
    grad(heads, wanted, seeds, {.create_graph = true, .allow_unused = true});
    return str(noted.text(), " (the gradient, on the case \"", c.name, "\")");
  }
  return "";
}

/// What a composite is made of: the ops that compute its first case. Their gradients are its own.
std::string parts_of(const OpEntry& entry) {
  for (const Case& c : entry.cases()) {
    if (!is_test(c)) continue;
    const std::vector<Tensor> inputs = make_inputs(entry, c);
    Noted noted;
    run(c, inputs);
    return str(noted.text(), " (on the case \"", c.name, "\")");
  }
  return "";
}

double bytes_of(std::span<const Tensor> tensors) {
  double bytes = 0;
  for (const Tensor& t : tensors)
    if (t.defined())
      bytes += static_cast<double>(t.numel()) * static_cast<double>(size_of(t.dtype()));
  return bytes;
}

std::string backends_of(const OpInfo& info) {
  if (info.layout) return "every device (a view)";
  std::string out = info.reference ? "reference" : "";
  for (int d = 0; d < kDeviceTypes; ++d)
    if (info.kernels[static_cast<std::size_t>(d)] && kBuilt<Cpu>)
      out += str(", ", Device(static_cast<DeviceType>(d)));
  return out;
}

std::string whole_percent(double share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.0f %%", 100 * share);
  return text;
}

}  // namespace

OpReport report_on(const OpEntry& entry) {
  OpReport out;
  out.name = entry.doc.name;
  out.kind = !entry.info ? "composite" : entry.info->layout ? "view" : "op";
  out.backends = entry.info ? backends_of(*entry.info) : "made of ops";
  out.fused_gradient = entry.info && entry.info->fused[0];
  for (const Case& c : entry.cases()) {
    ++out.cases;
    out.frozen_cases += is_test(c) && !c.torch.empty();
    if (is_test(c) && out.gradient_order < 2)
      out.gradient_order = std::max(out.gradient_order, gradient_order_of(entry, c));
  }
  return out;
}

std::optional<OpSpeed> speed_of(const OpEntry& entry) {
  const std::vector<Case> cases = entry.cases();
  const auto found =
      std::find_if(cases.begin(), cases.end(), [](const Case& c) { return c.speed; });
  if (found == cases.end()) return std::nullopt;
  NoGrad guard;
  const std::vector<Tensor> inputs = make_inputs(entry, *found);
  OpSpeed out;
  std::vector<TensorImpl*> impls;
  for (const Tensor& t : inputs) {
    impls.push_back(t.impl());
    if (t.defined()) out.shapes += str(out.shapes.empty() ? "" : ", ", t.shape());
  }
  out.time = time_call([&] { run(*found, inputs); });
  if (entry.info && entry.info->layout) return out;
  out.bytes = bytes_of(inputs) + bytes_of(run(*found, inputs));
  if (entry.info && entry.info->flops)
    out.flops = entry.info->flops(found->op->get(), Inputs(impls.data(), impls.size()));
  const Roofline& limit = measured_roofline();
  const double least =
      std::max(out.bytes / limit.bytes_per_second, out.flops / limit.flops_per_second);
  out.roofline_share = least / out.time.median;
  return out;
}

const OpEntry& find_entry(std::string_view name) {
  std::vector<std::string> names;
  for (const OpEntry& entry : all_op_entries()) {
    if (entry.doc.name == name) return entry;
    names.emplace_back(entry.doc.name);
  }
  if (name.ends_with('_'))
    if (const auto pure = std::find(names.begin(), names.end(), name.substr(0, name.size() - 1));
        pure != names.end())
      throw ValueError(str(quote(name), " is '", *pure, "' in place, which is no op of its own: '",
                           *pure, "' computes it"));
  const std::string nearest = nearest_name(name, names);
  throw ValueError(
      str("there is no op ", quote(name),
          nearest.empty() ? "; `limpid ops` lists them" : str(" (did you mean '", nearest, "'?)")));
}

std::string source_of(const OpDoc& doc) {
  const std::string file = doc.file;
  const std::size_t at = file.rfind("limpid/ops/");
  return at == std::string::npos ? file : file.substr(at);
}

std::string definition_of(const OpDoc& doc) {
  std::string file = source_of(doc);
  file.erase(file.rfind(".h"));
  if (file.ends_with("_relu")) file.erase(file.rfind("_relu"));  // beside what it is fused with
  return file + ".cpp";
}

namespace {

std::string gradient_of(const OpEntry& entry, const OpReport& report) {
  if (entry.info && entry.info->no_gradient) return str("none: ", entry.info->no_gradient);
  const std::string order = str("order ", report.gradient_order, " (measured)");
  if (!entry.info) return report.gradient_order > 0 ? order + ", by those of its parts" : order;
  return str(order, report.fused_gradient ? ", with a fused kernel" : "",
             "; its formula: ", definition_of(entry.doc));
}

}  // namespace

std::string explain_op(std::string_view name, bool with_speed) {
  const OpEntry& entry = find_entry(name);
  const OpReport report = report_on(entry);
  std::string out = str(entry.doc.name, " - ", entry.doc.summary, "\n\n");
  const auto line = [&](std::string_view label, const std::string& text) {
    if (!text.empty()) out += str("  ", label, std::string(12 - label.size(), ' '), text, "\n");
  };
  line("formula", std::string(entry.doc.formula));
  line("inputs", std::string(entry.doc.inputs));
  line("outputs", std::string(entry.doc.outputs));
  line("shapes", std::string(entry.doc.shapes));
  line("source", std::string(entry.doc.source));
  line("gradient", gradient_of(entry, report));
  if (!entry.info) line("made of", parts_of(entry));
  else if (report.gradient_order > 0) line("made of", gradient_ops(entry));
  line("kernels", report.backends);
  for (const std::string& choice : kernel_choices(entry)) line("runs here", choice);
  line("cases", str(report.cases, ", of which ", report.frozen_cases, " against PyTorch"));
  line("read", source_of(entry.doc));
  if (!with_speed) return out;
  if (const auto speed = speed_of(entry)) {
    const Roofline& limit = measured_roofline();
    line("time", str(format_seconds(speed->time.median), " for ", speed->shapes, " (",
                     format_seconds(speed->time.fastest), " to ",
                     format_seconds(speed->time.slowest), ")"));
    if (speed->roofline_share == 0) return out;
    line("roofline", str(whole_percent(speed->roofline_share), " of what this machine allows (",
                         static_cast<int>(limit.bytes_per_second / 1e8) / 10.0, " GB/s, ",
                         static_cast<int>(limit.flops_per_second / 1e9), " GFLOP/s, measured)",
                         speed->roofline_share > 1 ? "; it lay in the caches" : ""));
  }
  return out;
}

}  // namespace limpid
