// The fast kernels of the three convolutions: operands are made contiguous and computable (16-bit
// floats as float32, integers as int64), then an algorithm of the ladder runs.

#include <atomic>
#include <cstdlib>
#include <cstring>

#include "limpid/backends/cpu/scratch.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/ops/conv2d/algorithms.h"
#include "limpid/ops/conv2d/conv_sizes.h"
#include "limpid/ops/conv2d/ladder.h"

namespace limpid {

namespace {

// ---- which algorithm

const ConvEntry* const kLadder[] = {&kLoops, &kIm2col, &kDirect};  // plainest first
constexpr int kRungs = 3, kAuto = -1, kUnset = -2;

int find_algorithm(std::string_view name, std::string_view where) {
  if (name == "auto") return kAuto;
  for (int i = 0; i < kRungs; ++i)
    if (kLadder[i]->name == name) return i;
  throw ValueError(
      str(where, ": there is no algorithm '", name, "'; there are auto, loops, im2col and direct"));
}

int from_environment() {
  const char* name = std::getenv("LIMPID_CONV");
  return name && *name ? find_algorithm(name, "LIMPID_CONV") : kAuto;
}

std::atomic<int> for_process{kUnset};
thread_local int for_thread = kUnset;

int wanted_algorithm() {
  if (for_thread != kUnset) return for_thread;
  const int chosen = for_process.load(std::memory_order_relaxed);
  if (chosen != kUnset) return chosen;
  static const int environment = from_environment();
  return environment;
}

/// The dtype in which a convolution of `dtype` is computed.
DType compute_dtype(DType dtype) {
  return dtype == DType::f64 ? DType::f64 : is_floating(dtype) ? DType::f32 : DType::i64;
}

/// The rung that runs, or -1 when the one that was named cannot.
int choose(const ConvolutionSizes& s, DType dtype, ConvolutionPass pass, int wanted) {
  if (wanted != kAuto) return kLadder[wanted]->cannot(s, dtype).empty() ? wanted : -1;
  for (int i = kRungs - 1; i > 0; --i)
    if (kLadder[i]->cannot(s, dtype).empty() && kLadder[i]->rather_not(s, pass).empty()) return i;
  return 0;
}

// ---- operands

/// Copies the elements of one layout and dtype over another's.
void convert_elements(const AnyView& from, const AnyView& to) {
  visit_dtype(from.dtype, [&](auto from_tag) {
    visit_dtype(to.dtype, [&](auto to_tag) {
      using From = typename decltype(from_tag)::type;
      using To = typename decltype(to_tag)::type;
      walk<2>(shape_of(from), {from.strides, to.strides}, [&](const auto& at) {
        static_cast<To*>(to.data)[at[1]] = convert<To>(static_cast<const From*>(from.data)[at[0]]);
      });
    });
  });
}

/// A contiguous operand of the computing dtype: the tensor itself, or a copy of it.
class Operand {
 public:
  Operand(const AnyView& view, DType dtype)
      : view_(view),
        as_is_(!view.defined() || (view.dtype == dtype && view.contiguous)),
        strides_(as_is_ ? Strides() : contiguous_strides(shape_of_view(view))),
        room_(as_is_ ? 0 : view.numel * static_cast<std::int64_t>(size_of(dtype))) {
    copy_ = view_;
    copy_.data = as_is_ ? view.data : room_.data();
    copy_.dtype = dtype;
    if (!as_is_) copy_.strides = strides_.data();
  }
  Operand& read() {
    if (!as_is_) convert_elements(view_, copy_);
    return *this;
  }
  void write() const {
    if (!as_is_) convert_elements(copy_, view_);
  }
  void* data() const { return copy_.data; }

 private:
  AnyView view_, copy_;
  bool as_is_;
  Strides strides_;
  Scratch<char> room_;
};

/// Zeros in `out` when there is nothing to add up, where an algorithm would have no loop to run.
bool nothing_to_add(const ConvolutionSizes& s, ConvolutionPass pass) {
  return pass != ConvolutionPass::forward && s.y_numel() == 0;
}

/// Runs one of the passes; x, w and y stand for the gradients in the place of which they are
/// computed.
void run(const ConvolutionSizes& s, ConvolutionPass pass, const AnyView& x, const AnyView& w,
         const AnyView& y, const AnyView& bias) {
  const AnyView& out = pass == ConvolutionPass::forward          ? y
                       : pass == ConvolutionPass::input_gradient ? x
                                                                 : w;
  if (out.numel == 0) return;
  if (nothing_to_add(s, pass)) {
    std::memset(out.data, 0, static_cast<std::size_t>(out.numel) * size_of(out.dtype));
    return;
  }
  const DType dtype = compute_dtype(x.dtype);
  const int wanted = wanted_algorithm();
  const int rung = s.group_inputs() == 0 ? 0 : choose(s, dtype, pass, wanted);
  if (rung < 0)
    throw ValueError(str("algorithm '", kLadder[wanted]->name, "' was asked for but cannot run: ",
                         kLadder[wanted]->cannot(s, dtype), "; 'auto' chooses one that can"));
  Operand ox(x, dtype), ow(w, dtype), oy(y, dtype), ob(bias, dtype);
  if (pass != ConvolutionPass::input_gradient) ox.read();
  if (pass != ConvolutionPass::weight_gradient) ow.read();
  if (pass != ConvolutionPass::forward) oy.read();
  const Convolution c{s, ox.data(), ow.data(), oy.data(),
                      bias.defined() ? ob.read().data() : nullptr};
  kLadder[rung]->run(c, pass, dtype);
  (pass == ConvolutionPass::forward          ? oy
   : pass == ConvolutionPass::input_gradient ? ox
                                             : ow)
      .write();
}

}  // namespace

void Conv2d::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &w = io.in[1];
  run(conv_sizes(*this, shape_of_view(x), shape_of_view(w)), ConvolutionPass::forward, x, w,
      io.out[0], io.in[2]);
}

void Conv2dInputGradient::forward(Cpu, const Io& io) const {
  const AnyView &x = io.out[0], &w = io.in[1];
  run(conv_sizes(*this, shape_of_view(x), shape_of_view(w)), ConvolutionPass::input_gradient, x, w,
      io.in[0], AnyView{});
}

void Conv2dWeightGradient::forward(Cpu, const Io& io) const {
  const AnyView &x = io.in[0], &w = io.out[0];
  run(conv_sizes(*this, shape_of_view(x), shape_of_view(w)), ConvolutionPass::weight_gradient, x, w,
      io.in[1], AnyView{});
}

// ---- the choice, for people

void set_conv_algorithm(std::string_view name) {
  for_process = find_algorithm(name, "set_conv_algorithm");
}

std::string_view conv_algorithm() {
  const int wanted = wanted_algorithm();
  return wanted == kAuto ? std::string_view("auto") : kLadder[wanted]->name;
}

ConvAlgorithmGuard::ConvAlgorithmGuard(std::string_view name) : before_(for_thread) {
  for_thread = find_algorithm(name, "ConvAlgorithmGuard");
}
ConvAlgorithmGuard::~ConvAlgorithmGuard() { for_thread = before_; }

ConvPlan conv2d_plan(const Shape& input, const Shape& weight, DType dtype, Conv2dOptions options,
                     ConvPass which) {
  const ConvolutionSizes s = conv_sizes(conv_attributes(weight, options), input, weight);
  const DType computed = compute_dtype(dtype);
  const auto pass = static_cast<ConvolutionPass>(which);
  const int wanted = wanted_algorithm(), rung = choose(s, computed, pass, wanted);
  ConvPlan plan;
  if (rung >= 0) plan.chosen = kLadder[rung]->name;
  for (int i = 0; i < kRungs; ++i) {
    const ConvEntry& e = *kLadder[i];
    std::string reason = e.cannot(s, computed);
    if (i == rung) reason = "";
    else if (reason.empty() && wanted != kAuto)
      reason = str("'", kLadder[wanted]->name, "' was asked for");
    else if (reason.empty()) reason = e.rather_not(s, pass);
    if (i != rung && reason.empty()) reason = str("'", plan.chosen, "' applies and is faster");
    plan.ladder.push_back({e.name, e.summary, std::move(reason)});
  }
  return plan;
}

std::string to_string(const ConvPlan& plan) {
  std::string out;
  for (const ConvPlan::Step& step : plan.ladder)
    out +=
        str(step.name, " (", step.summary, "): ", step.reason.empty() ? "runs" : step.reason, "\n");
  return out;
}

}  // namespace limpid
