// Random tensors, and the generators they are drawn from.

#include "limpid/core/random.h"

#include <cmath>
#include <cstring>
#include <random>

#include "casters.h"
#include "generator.h"
#include "limpid/autograd/grad_mode.h"
#include "limpid/autograd/inplace.h"
#include "limpid/core/fits.h"
#include "limpid/ops/ops.h"
#include "limpid/tensor/creation.h"
#include "memory_format.h"
#include "op_binding.h"
#include "tables.h"

namespace limpid::python {

namespace {

TensorOptions options(std::optional<DType> dtype, const std::optional<Device>& device,
                      bool requires_grad) {
  return {.dtype = dtype, .device = device.value_or(kCpu), .requires_grad = requires_grad};
}

std::uint64_t any_seed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

/// Seed and position as 16 bytes.
Tensor state_of(const Generator& generator) {
  const std::uint64_t state[2] = {generator.seed(), generator.offset()};
  Tensor out = empty({sizeof state}, {.dtype = DType::u8});
  std::memcpy(out.data<std::uint8_t>(), state, sizeof state);
  return out;
}
void set_state(Generator& generator, const Tensor& bytes) {
  std::uint64_t state[2];
  if (bytes.dtype() != DType::u8 || bytes.numel() != sizeof state)
    throw ValueError(str("set_state: a state is a uint8 tensor of ", sizeof state,
                         " elements, this is ", bytes.spec()));
  const Tensor dense = bytes.contiguous();
  std::memcpy(state, dense.data<std::uint8_t>(), sizeof state);
  generator.set_state(state[0], state[1]);
}

/// A seed is 64 bits; a negative one stands for them as an unsigned number, as in PyTorch.
std::uint64_t seed_of(nb::handle given) {
  const nb::object number = nb::steal(PyNumber_Index(given.ptr()));
  int overflow = 0;
  if (!number.is_valid()) throw nb::python_error();
  const long long value = PyLong_AsLongLongAndOverflow(number.ptr(), &overflow);
  if (!overflow) return static_cast<std::uint64_t>(value);
  const unsigned long long large = overflow > 0 ? PyLong_AsUnsignedLongLong(number.ptr()) : 0;
  if (overflow < 0 || PyErr_Occurred()) {
    PyErr_Clear();
    throw ValueError("manual_seed: a seed must lie between -2**63 and 2**64 - 1");
  }
  return large;
}

/// `with _use_generator(g):` this thread draws from g.
struct UseBlock {
  Generator* generator;
  std::optional<UseGenerator> use;
};

void add_generator(nb::module_& m) {
  nb::class_<Generator>(
      m, "Generator",
      "A sequence of random numbers: Generator(), then manual_seed(n). The same for any number "
      "of threads.")
      .def(
          "__init__",
          [](Generator* self, const std::optional<Device>& device) {
            if (device && !(*device == kCpu)) throw DeviceError("a Generator lives on the cpu");
            new (self) Generator(0);
          },
          "device"_a = nb::none())
      .def(
          "manual_seed",
          [](Generator& self, nb::int_ seed) -> Generator& {
            self.manual_seed(seed_of(seed));
            return self;
          },
          "seed"_a, nb::rv_policy::reference_internal)
      .def("seed",
           [](Generator& self) {
             self.manual_seed(any_seed() >> 1);
             return self.seed();
           })
      .def("initial_seed", [](const Generator& self) { return self.seed(); })
      .def("get_state", state_of)
      .def("set_state", set_state, "new_state"_a)
      .def_prop_ro("device", [](const Generator&) { return kCpu; });
  nb::class_<UseBlock>(m, "_use_generator")
      .def(
          "__init__",
          [](UseBlock* self, Generator& generator) {
            new (self) UseBlock{&generator, {}};
          },
          "generator"_a, nb::keep_alive<1, 2>())
      .def("__enter__", [](UseBlock& self) { self.use.emplace(*self.generator); })
      .def("__exit__", [](UseBlock& self, nb::args) { self.use.reset(); });
}

void add_creators(nb::module_& m) {
  const auto by_size = [&](const char* name, const char* doc,
                           Tensor (*make)(const Shape&, TensorOptions)) {
    m.def(
        name,
        [make](nb::args args, nb::handle given, Generator* generator, std::optional<DType> dtype,
               std::optional<Device> device, bool requires_grad, const std::optional<Tensor>& out,
               nb::handle, nb::handle) {  // layout, pin_memory: as in creation.cpp
          Shape shape;
          if (given.is_none()) shape = sizes_of(args);
          else if (!to_shape(given.ptr(), shape))
            throw nb::type_error("size must be a sequence of ints");
          const OnGenerator on(generator);
          const Tensor result = make(shape, options(dtype, device, requires_grad));
          return out ? write_out(result, *out) : result;
        },
        "args"_a, nb::kw_only(), "size"_a = nb::none(), "generator"_a = nb::none(),
        "dtype"_a = nb::none(), "device"_a = nb::none(), "requires_grad"_a = false,
        "out"_a = nb::none(), "layout"_a = nb::none(), "pin_memory"_a = false, doc);
  };
  by_size("rand", "Uniform in [0, 1).", rand);
  by_size("randn", "Standard normal.", randn);
  const auto like = [&](const char* name, const char* doc,
                        Tensor (*make)(const Shape&, TensorOptions)) {
    m.def(
        name,
        [make](const Tensor& input, Generator* generator, std::optional<DType> dtype,
               std::optional<Device> device, bool requires_grad, nb::handle format, nb::handle,
               nb::handle) {
          const OnGenerator on(generator);
          const TensorOptions how = options(dtype.value_or(input.dtype()),
                                            device ? *device : input.device(), requires_grad);
          return laid_like(make(input.shape(), how), input, format);
        },
        "input"_a, nb::kw_only(), "generator"_a = nb::none(), "dtype"_a = nb::none(),
        "device"_a = nb::none(), "requires_grad"_a = false, "memory_format"_a = nb::none(),
        "layout"_a = nb::none(), "pin_memory"_a = false, doc);
  };
  like("rand_like", "Uniform in [0, 1), of the shape of `input`.", rand);
  like("randn_like", "Standard normal, of the shape of `input`.", randn);
}

/// randint(high, size) and randint(low, high, size), by place and by name.
Tensor randint_of(nb::handle low, nb::handle high, nb::handle size, Generator* generator,
                  const TensorOptions& how) {
  const nb::handle sizes = size.is_none() ? high : size;
  Shape shape;
  if (PyIndex_Check(sizes.ptr()) || !to_shape(sizes.ptr(), shape))
    throw nb::type_error("randint: size must be a sequence of ints");
  std::int64_t first = 0, last = 0;
  const bool both = !size.is_none() && !low.is_none() && !high.is_none();
  if ((both && !to_int(low.ptr(), first)) ||
      !to_int((both || low.is_none() ? high : low).ptr(), last))
    throw nb::type_error("randint: low and high must be ints");
  const OnGenerator on(generator);
  return randint(first, last, shape, how);
}

void add_integers(nb::module_& m) {
  m.def(
      "randint",
      [](nb::object low, nb::object high, nb::object size, Generator* generator,
         std::optional<DType> dtype, std::optional<Device> device, bool requires_grad, nb::handle,
         nb::handle) {
        return randint_of(low, high, size, generator, options(dtype, device, requires_grad));
      },
      "low"_a = nb::none(), "high"_a = nb::none(), "size"_a = nb::none(), nb::kw_only(),
      "generator"_a = nb::none(), "dtype"_a = nb::none(), "device"_a = nb::none(),
      "requires_grad"_a = false, "layout"_a = nb::none(), "pin_memory"_a = false,
      "randint(high, size) or randint(low, high, size): integers in [low, high).");
  m.def(
      "randint_like",
      [](const Tensor& input, std::int64_t low, std::optional<std::int64_t> high,
         Generator* generator, std::optional<DType> dtype, std::optional<Device> device,
         bool requires_grad, nb::handle format, nb::handle, nb::handle) {
        const OnGenerator on(generator);
        const TensorOptions how = options(dtype.value_or(input.dtype()),
                                          device ? *device : input.device(), requires_grad);
        const std::int64_t first = high ? low : 0, last = high.value_or(low);
        return laid_like(randint(first, last, input.shape(), how), input, format);
      },
      "input"_a, "low"_a, "high"_a = nb::none(), nb::kw_only(), "generator"_a = nb::none(),
      "dtype"_a = nb::none(), "device"_a = nb::none(), "requires_grad"_a = false,
      "memory_format"_a = nb::none(), "layout"_a = nb::none(), "pin_memory"_a = false,
      "Integers in [low, high), of the shape of `input`.");
  m.def(
      "randperm",
      [](std::int64_t n, Generator* generator, std::optional<DType> dtype,
         std::optional<Device> device, nb::handle, nb::handle) {
        const OnGenerator on(generator);
        return randperm(n, options(dtype, device, false));
      },
      "n"_a, nb::kw_only(), "generator"_a = nb::none(), "dtype"_a = nb::none(),
      "device"_a = nb::none(), "layout"_a = nb::none(), "pin_memory"_a = false,
      "The numbers 0 to n - 1 in random order.");
}

Tensor uniform_like(const Tensor& x, DType dtype) {
  return rand(x.shape(), {.dtype = dtype, .device = x.device()});
}

/// 1 with probability p, else 0.
Tensor bernoulli(const Tensor& p) {
  NoGrad guard;
  if (!is_floating(p.dtype()))
    throw DTypeError(str("bernoulli: probabilities must be floating, got ", p.dtype()));
  const bool readable = p.numel() > 0 && p.device().type != DeviceType::meta;
  if (readable && !(p.amin({}).item() >= 0 && p.amax({}).item() <= 1))
    throw ValueError("bernoulli: probabilities must lie in [0, 1]");
  return lt(uniform_like(p, DType::f64), p.to(DType::f64)).to(p.dtype());
}

/// Indices drawn by the weights of a row. With replacement, by the inverse of the cumulated
/// weights; without, the largest of weight / e with e from the exponential distribution
/// (Efraimidis, Spirakis, "Weighted random sampling with a reservoir", 2006).
Tensor multinomial(const Tensor& weights, std::int64_t samples, bool replacement) {
  NoGrad guard;
  if (weights.dim() != 1 && weights.dim() != 2)
    throw ShapeError(
        str("multinomial: weights must have 1 or 2 axes, got shape ", weights.shape()));
  if (!is_floating(weights.dtype()))
    throw DTypeError(str("multinomial: weights must be floating, got ", weights.dtype()));
  if (samples <= 0)
    throw ValueError(str("multinomial: num_samples is ", samples, "; it must be at least 1"));
  const std::int64_t categories = weights.size(-1);
  if (!replacement && samples > categories)
    throw ValueError(str("multinomial: ", samples, " samples without replacement from ", categories,
                         " categories"));
  const Tensor w = weights.to(DType::f64);
  const Tensor total = w.sum({-1}, /*keepdim=*/true);
  if (w.numel() > 0 && !(w.amin({}).item() >= 0 && total.amin({}).item() > 0 &&
                         std::isfinite(total.amax({}).item())))
    throw ValueError(
        "multinomial: weights must be finite and not negative, and a row's sum above 0");
  if (!replacement) {
    const Tensor exponential = neg(log1p(neg(uniform_like(w, DType::f64))));
    // Weight 0 comes last, whatever was drawn for it.
    return topk(w / exponential.clamp(Scalar(1e-300)), samples, -1).indices;
  }
  Shape shape = w.shape();
  shape[shape.rank() - 1] = samples;
  const Tensor drawn = rand(shape, {.dtype = DType::f64}) * total;
  return searchsorted(w.cumsum(-1), drawn, {.right = true})
      .clamp(std::nullopt, Scalar(categories - 1));
}

/// ValueError where a standard deviation is negative or no number.
void require_std(const Operand& std) {
  if (!std) {
    if (!(std.number.as_double() >= 0))
      throw ValueError(str("normal: std is ", std.number, "; it must not be negative"));
  } else if (std.tensor.numel() > 0 && !(std.tensor.detach().amin({}).item() >= 0)) {
    throw ValueError("normal: std has negative elements");
  }
}

void add_distributions(nb::module_& m) {
  m.def(
      "bernoulli",
      [](const Tensor& input, std::optional<double> p, Generator* generator) {
        const OnGenerator on(generator);
        return bernoulli(p ? full(input.shape(), *p, {.dtype = input.dtype()}) : input);
      },
      "input"_a, "p"_a = nb::none(), nb::kw_only(), "generator"_a = nb::none(),
      "1 with the probability that stands in `input`, else 0.");
  m.def(
      "multinomial",
      [](const Tensor& input, std::int64_t num_samples, bool replacement, Generator* generator) {
        const OnGenerator on(generator);
        return multinomial(input, num_samples, replacement);
      },
      "input"_a, "num_samples"_a, "replacement"_a = false, nb::kw_only(),
      "generator"_a = nb::none(), "Indices drawn by the weights in each row of `input`.");
  m.def(
      "normal",
      [](const Operand& mean, const Operand& std, const std::optional<Shape>& size,
         Generator* generator) {
        const OnGenerator on(generator);
        if (!mean && !std) {
          if (!size) throw nb::type_error("normal: two numbers need a size");
          require_std(std);
          return randn(*size) * std.number + mean.number;
        }
        require_std(std);
        const Tensor& model = mean ? mean.tensor : std.tensor;
        const Tensor centre = mean.beside(model), width = std.beside(model);
        const Tensor both = centre + width;  // their common shape
        return randn(both.shape(), {.dtype = both.dtype()}) * width + centre;
      },
      "mean"_a = 0.0, "std"_a = 1.0, "size"_a = nb::none(), nb::kw_only(),
      "generator"_a = nb::none(), "Normal with a mean and a standard deviation for each element.");
}

/// A method that fills self with random numbers.
template <class Fill, class... Extra>
void filler(const char* name, Fill fill, const Extra&... extra) {
  nb::cpp_function_def(fill, nb::scope(nb::handle(reinterpret_cast<PyObject*>(tensor_type))),
                       nb::name(name), nb::is_method(), extra...);
}
/// Random numbers over those of `x`: a change in place like any other, which copy_ checks where x
/// is recorded or its elements may share memory.
template <class Fill>
Tensor fill_with(const Tensor& x, Generator* generator, const char* name, Fill fill) {
  Generator& source = generator ? *generator : default_generator();
  if (!x.is_contiguous() || (is_grad_enabled() && x.requires_grad())) {
    const Tensor fresh = empty_like(x.detach());
    fill(fresh, source);
    return Tensor(x).copy_(fresh);
  }
  fill(x, source);
  bump_version(x, name);
  return x;
}

/// The same for numbers that are drawn into a tensor of their own.
template <class Draw>
Tensor copy_drawn(const Tensor& x, Generator* generator, Draw draw) {
  const OnGenerator on(generator);
  const Tensor drawn = [&] {
    NoGrad guard;
    return draw();
  }();
  return Tensor(x).copy_(drawn);
}

void require_floating(const Tensor& x, const char* name) {
  if (!is_floating(x.dtype()))
    throw DTypeError(str(name, ": needs a floating dtype, got ", x.dtype()));
}

/// ValueError unless low, high and all between are numbers of the dtype.
void require_interval(double low, double high, DType dtype) {
  if (!(low <= high))
    throw ValueError(
        str("uniform_: from is ", low, " and to is ", high, "; from must not be above to"));
  for (double number : {low, high, high - low})
    if (!std::isfinite(number) || !fits(Scalar(number), dtype))
      throw ValueError(str("uniform_: from is ", low, " and to is ", high,
                           "; both and their difference must be numbers of ", dtype));
}

/// randint for `x`, under the name of the method.
Tensor integers_like(const Tensor& x, std::int64_t low, std::int64_t high) {
  try {
    return randint(low, high, x.shape(), {.dtype = x.dtype()});
  } catch (const ValueError& e) {
    throw ValueError("random_" + std::string(e.what()).substr(std::strlen("randint")));
  }
}

void add_fillers() {
  filler(
      "uniform_",
      [](const Tensor& x, double low, double high, Generator* g) {
        require_floating(x, "uniform_");
        require_interval(low, high, x.dtype());
        return fill_with(x, g, "uniform_",
                         [&](const Tensor& t, Generator& on) { fill_uniform(t, low, high, on); });
      },
      "from"_a = 0.0, "to"_a = 1.0, nb::kw_only(), "generator"_a = nb::none());
  filler(
      "normal_",
      [](const Tensor& x, double mean, double std, Generator* g) {
        require_floating(x, "normal_");
        if (!(std >= 0))
          throw ValueError(str("normal_: std is ", std, "; it must not be negative"));
        return fill_with(x, g, "normal_",
                         [&](const Tensor& t, Generator& on) { fill_normal(t, mean, std, on); });
      },
      "mean"_a = 0.0, "std"_a = 1.0, nb::kw_only(), "generator"_a = nb::none());
  filler(
      "bernoulli_",
      [](const Tensor& x, const Operand& p, Generator* g) {
        return copy_drawn(x, g, [&] {
          return bernoulli(p ? p.tensor.expand(x.shape())
                             : full(x.shape(), p.number, {.dtype = DType::f64}));
        });
      },
      "p"_a = 0.5, nb::kw_only(), "generator"_a = nb::none());
  filler(
      "exponential_",
      [](const Tensor& x, double lambd, Generator* g) {
        if (!(lambd > 0))
          throw ValueError(str("exponential_: lambd is ", lambd, "; it must be positive"));
        return copy_drawn(
            x, g, [&] { return neg(log1p(neg(uniform_like(x, DType::f64)))) / Scalar(lambd); });
      },
      "lambd"_a = 1.0, nb::kw_only(), "generator"_a = nb::none());
  filler(
      "random_",
      [](const Tensor& x, std::optional<std::int64_t> from, std::optional<std::int64_t> to,
         Generator* g) {
        const int digits[] = {11, 8,  24, 53, 8,
                              7,  15, 31, 62, 1};  // that a dtype represents exactly
        const std::int64_t low = from && to ? *from : 0;
        const std::int64_t high = to     ? *to
                                  : from ? *from
                                         : std::int64_t{1} << digits[static_cast<int>(x.dtype())];
        return copy_drawn(x, g, [&] { return integers_like(x, low, high); });
      },
      "from"_a = nb::none(), "to"_a = nb::none(), nb::kw_only(), "generator"_a = nb::none());
}

}  // namespace

void add_random(nb::module_& m) {
  add_generator(m);
  add_creators(m);
  add_integers(m);
  add_distributions(m);
  add_fillers();
  m.attr("default_generator") = nb::cast(&default_generator(), nb::rv_policy::reference);
  m.def(
      "manual_seed",
      [](nb::int_ seed) -> Generator& {
        manual_seed(seed_of(seed));
        return default_generator();
      },
      "seed"_a, nb::rv_policy::reference, "Seeds the default generator, and returns it.");
  m.def("seed", [] {
    manual_seed(any_seed() >> 1);
    return default_generator().seed();
  });
  m.def("initial_seed", [] { return default_generator().seed(); });
  m.def("get_rng_state", [] { return state_of(default_generator()); });
  m.def(
      "set_rng_state", [](const Tensor& state) { set_state(default_generator(), state); },
      "new_state"_a);
}

}  // namespace limpid::python
