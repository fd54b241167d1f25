// The loops of the optimiser steps, compiled once a SIMD level. A rule is a function of one element
// (its parameter p, gradient g and states a, b, c); plain loops without branches around it become
// vector instructions. What a rule decides once a step is a template argument.

#include <cmath>

#include "limpid/ops/optimizer_step/optimizer_loops.h"

namespace limpid::LIMPID_SIMD_LEVEL {

namespace {

/// Calls formula(p, g, a, b, c) for each element. Bit k of kStates: state k is there; the others
/// are zeros that nobody keeps.
template <class T, unsigned kStates, bool kDecay, class Formula>
void loop(const StepMemory& memory, std::int64_t begin, std::int64_t end, const Formula& formula) {
  T* __restrict p = static_cast<T*>(memory.parameter);
  const T* __restrict g = static_cast<const T*>(memory.gradient);
  T* __restrict a = static_cast<T*>(memory.state[0]);
  T* __restrict b = static_cast<T*>(memory.state[1]);
  T* __restrict c = static_cast<T*>(memory.state[2]);
  const T decay = static_cast<T>(memory.weight_decay), shrink = static_cast<T>(memory.shrink);
  const T sign = memory.maximize ? T(-1) : T(1);
  for (std::int64_t i = begin; i < end; ++i) {
    T gradient = sign * g[i];
    if constexpr (kDecay) gradient += p[i] * decay;  // not + p 0: an infinite p would become NaN
    T parameter = p[i] * shrink;
    T s = 0, t = 0, u = 0;
    if constexpr ((kStates & 1) != 0) s = a[i];
    if constexpr ((kStates & 2) != 0) t = b[i];
    if constexpr ((kStates & 4) != 0) u = c[i];
    formula(parameter, gradient, s, t, u);
    p[i] = parameter;
    if constexpr ((kStates & 1) != 0) a[i] = s;
    if constexpr ((kStates & 2) != 0) b[i] = t;
    if constexpr ((kStates & 4) != 0) c[i] = u;
  }
}

template <class T, unsigned kStates, class Formula>
void each(const StepMemory& memory, std::int64_t begin, std::int64_t end, const Formula& formula) {
  if (memory.weight_decay != 0) loop<T, kStates, true>(memory, begin, end, formula);
  else loop<T, kStates, false>(memory, begin, end, formula);
}

template <class T, bool kFirst, bool kNesterov>
void sgd_momentum(const SgdStep& s, const StepMemory& memory, std::int64_t begin,
                  std::int64_t end) {
  const T lr = static_cast<T>(s.lr), momentum = static_cast<T>(s.momentum);
  const T fresh = static_cast<T>(1 - s.dampening);
  each<T, 1>(memory, begin, end, [=](T& p, T g, T& buffer, T&, T&) {
    buffer = kFirst ? g : buffer * momentum + g * fresh;
    p -= (kNesterov ? g + buffer * momentum : buffer) * lr;
  });
}

template <class T>
void run(const SgdStep& s, const StepMemory& memory, std::int64_t begin, std::int64_t end) {
  if (s.momentum == 0) {
    const T lr = static_cast<T>(s.lr);
    return each<T, 0>(memory, begin, end, [=](T& p, T g, T&, T&, T&) { p -= g * lr; });
  }
  if (s.first)
    (s.nesterov ? sgd_momentum<T, true, true> : sgd_momentum<T, true, false>)(s, memory, begin,
                                                                              end);
  else
    (s.nesterov ? sgd_momentum<T, false, true> : sgd_momentum<T, false, false>)(s, memory, begin,
                                                                                end);
}

/// The larger one; NaN wins, as in torch.maximum.
template <class T>
T larger(T x, T y) {
  return x <= y || y != y ? y : x;
}

/// m += (1 - beta1)(g - m) and v = beta2 v + (1 - beta2) g^2, as many rules begin.
template <class T>
struct Averages {
  T fresh1, beta2, fresh2;
  Averages(double first, double second)
      : fresh1(static_cast<T>(1 - first)),
        beta2(static_cast<T>(second)),
        fresh2(static_cast<T>(1 - second)) {}
  void operator()(T g, T& mean, T& square) const {
    mean = mean + fresh1 * (g - mean);
    square = square * beta2 + fresh2 * g * g;
  }
};

template <class T>
void run(const AdamStep& s, const StepMemory& memory, std::int64_t begin, std::int64_t end) {
  const T step_size = static_cast<T>(s.step_size), root = static_cast<T>(s.root);
  const T eps = static_cast<T>(s.eps);
  const Averages<T> averages(s.beta1, s.beta2);
  if (s.amsgrad)
    each<T, 7>(memory, begin, end, [=](T& p, T g, T& mean, T& square, T& most) {
      averages(g, mean, square);
      most = larger(square, most);
      p -= step_size * mean / (std::sqrt(most) / root + eps);
    });
  else
    each<T, 3>(memory, begin, end, [=](T& p, T g, T& mean, T& square, T&) {
      averages(g, mean, square);
      p -= step_size * mean / (std::sqrt(square) / root + eps);
    });
}

template <class T>
void run(const AdagradStep& s, const StepMemory& memory, std::int64_t begin, std::int64_t end) {
  const T rate = static_cast<T>(s.rate), eps = static_cast<T>(s.eps);
  each<T, 1>(memory, begin, end, [=](T& p, T g, T& sum, T&, T&) {
    sum += g * g;
    p -= rate * g / (std::sqrt(sum) + eps);
  });
}

template <class T>
void run(const AdadeltaStep& s, const StepMemory& memory, std::int64_t begin, std::int64_t end) {
  const T lr = static_cast<T>(s.lr), eps = static_cast<T>(s.eps);
  const T rho = static_cast<T>(s.rho), fresh = static_cast<T>(1 - s.rho);
  each<T, 3>(memory, begin, end, [=](T& p, T g, T& square, T& delta_square, T&) {
    square = square * rho + fresh * g * g;
    const T delta = std::sqrt(delta_square + eps) / std::sqrt(square + eps) * g;
    delta_square = delta_square * rho + fresh * delta * delta;
    p -= lr * delta;
  });
}

template <class T, bool kMomentum, bool kCentered>
void rmsprop(const RmspropStep& s, const StepMemory& memory, std::int64_t begin, std::int64_t end) {
  const T lr = static_cast<T>(s.lr), eps = static_cast<T>(s.eps);
  const T alpha = static_cast<T>(s.alpha), fresh = static_cast<T>(1 - s.alpha);
  const T momentum = static_cast<T>(s.momentum);
  constexpr unsigned kStates = 1u | (kMomentum ? 2u : 0u) | (kCentered ? 4u : 0u);
  each<T, kStates>(memory, begin, end, [=](T& p, T g, T& square, T& buffer, T& mean) {
    square = square * alpha + fresh * g * g;
    T variance = square;
    if constexpr (kCentered) {
      mean = mean + fresh * (g - mean);
      variance = square - mean * mean;
    }
    const T root = std::sqrt(variance) + eps;
    if constexpr (kMomentum) {
      buffer = buffer * momentum + g / root;
      p -= lr * buffer;
    } else {
      p -= lr * g / root;
    }
  });
}

template <class T>
void run(const RmspropStep& s, const StepMemory& memory, std::int64_t begin, std::int64_t end) {
  if (s.momentum != 0)
    (s.centered ? rmsprop<T, true, true> : rmsprop<T, true, false>)(s, memory, begin, end);
  else (s.centered ? rmsprop<T, false, true> : rmsprop<T, false, false>)(s, memory, begin, end);
}

template <class T>
void run(const AdamaxStep& s, const StepMemory& memory, std::int64_t begin, std::int64_t end) {
  const T step_size = static_cast<T>(s.step_size), eps = static_cast<T>(s.eps);
  const T fresh1 = static_cast<T>(1 - s.beta1), beta2 = static_cast<T>(s.beta2);
  each<T, 3>(memory, begin, end, [=](T& p, T g, T& mean, T& norm, T&) {
    mean = mean + fresh1 * (g - mean);
    norm = larger(norm * beta2, std::abs(g) + eps);
    p -= step_size * mean / norm;
  });
}

template <class T>
void run(const NadamStep& s, const StepMemory& memory, std::int64_t begin, std::int64_t end) {
  const T gradient_rate = static_cast<T>(s.gradient_rate), mean_rate = static_cast<T>(s.mean_rate);
  const T correction = static_cast<T>(s.correction), eps = static_cast<T>(s.eps);
  const Averages<T> averages(s.beta1, s.beta2);
  each<T, 3>(memory, begin, end, [=](T& p, T g, T& mean, T& square, T&) {
    averages(g, mean, square);
    const T root = std::sqrt(square / correction) + eps;
    p -= gradient_rate * g / root;
    p -= mean_rate * mean / root;
  });
}

template <class T>
void run(const RadamStep& s, const StepMemory& memory, std::int64_t begin, std::int64_t end) {
  const T step_size = static_cast<T>(s.step_size), scale = static_cast<T>(s.scale);
  const T eps = static_cast<T>(s.eps);
  const Averages<T> averages(s.beta1, s.beta2);
  if (s.rectified)
    each<T, 3>(memory, begin, end, [=](T& p, T g, T& mean, T& square, T&) {
      averages(g, mean, square);
      p -= step_size * mean * (scale / (std::sqrt(square) + eps));
    });
  else
    each<T, 3>(memory, begin, end, [=](T& p, T g, T& mean, T& square, T&) {
      averages(g, mean, square);
      p -= step_size * mean;
    });
}

template <class T>
void run(const RpropStep& s, const StepMemory& memory, std::int64_t begin, std::int64_t end) {
  const T etaminus = static_cast<T>(s.etaminus), etaplus = static_cast<T>(s.etaplus);
  const T low = static_cast<T>(s.step_min), high = static_cast<T>(s.step_max);
  each<T, 3>(memory, begin, end, [=](T& p, T g, T& last, T& size, T&) {
    const T product = g * last;
    size *= product > 0 ? etaplus : product < 0 ? etaminus : product == 0 ? T(1) : product;
    size = size < low ? low : size > high ? high : size;
    last = product < 0 ? T(0) : g;
    p -= (last > 0 ? T(1) : last < 0 ? T(-1) : last) * size;  // sign(NaN) is NaN
  });
}

template <class Rule>
constexpr StepLoops<Rule> kLoops{&run<float>, &run<double>};

template <class Variant>
struct AllLoops;
template <class... Rules>
struct AllLoops<std::variant<Rules...>> {
  static constexpr LoopsOfRules<std::variant<Rules...>> value{kLoops<Rules>...};
};

}  // namespace

extern constinit const OptimizerLoops optimizer_loops = AllLoops<StepRule>::value;

}  // namespace limpid::LIMPID_SIMD_LEVEL
