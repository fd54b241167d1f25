#pragma once
// Whether ops of this thread are recorded. Guards nest, and restore on exceptions too.

namespace limpid {

namespace detail {
extern constinit thread_local bool grad_enabled;
}

inline bool is_grad_enabled() { return detail::grad_enabled; }

/// Sets the mode of this thread while it lives.
class GradMode {
 public:
  explicit GradMode(bool enabled) : before_(detail::grad_enabled) {
    detail::grad_enabled = enabled;
  }
  ~GradMode() { detail::grad_enabled = before_; }
  GradMode(const GradMode&) = delete;
  GradMode& operator=(const GradMode&) = delete;

 private:
  bool before_;
};

/// Nothing is recorded while it lives: `NoGrad guard;`.
class NoGrad : public GradMode {
 public:
  NoGrad() : GradMode(false) {}
};

/// Records again inside a NoGrad.
class EnableGrad : public GradMode {
 public:
  EnableGrad() : GradMode(true) {}
};

/// torch.no_grad as a wrapper: no_grad([&] { return model(x); }).
template <class F>
decltype(auto) no_grad(F&& f) {
  NoGrad guard;
  return f();
}
template <class F>
decltype(auto) enable_grad(F&& f) {
  EnableGrad guard;
  return f();
}

}  // namespace limpid
