#include "limpid/tensor/creation.h"

#include <cmath>

#include "limpid/core/error.h"
#include "limpid/core/fits.h"
#include "limpid/core/str.h"
#include "limpid/core/walk.h"
#include "limpid/tensor/layout.h"

namespace limpid {

namespace {

/// Shapes that are impossible, or too large for memory, are reported under the name of the function
/// that was called.
template <class F>
auto naming(std::string_view name, const Shape& shape, F&& f) {
  try {
    return f();
  } catch (const ShapeError& error) {
    throw ShapeError(str(name, ": ", error.what()));
  } catch (const Error& error) {
    throw Error(str(name, " of shape ", shape, ": ", error.what()));
  }
}

/// A tensor that is not filled yet.
Tensor make(std::string_view name, const Shape& shape, DType dtype, Device device) {
  require_available(device);
  return naming(name, shape, [&] {
    return Tensor{
        Ptr<TensorImpl>::adopt(new TensorImpl([&] { return Spec(shape, dtype, device); }))};
  });
}

/// Calls `f(pointer, TypeTag)` with the elements of a fresh tensor, unless it has none (meta).
template <class F>
void fill_elements(const Tensor& out, F&& f) {
  if (out.device().type == DeviceType::meta) return;
  visit_dtype(out.dtype(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    f(static_cast<T*>(out->data), tag);  // not data(): nobody else gets the pointer
  });
}

/// Element i becomes convert(value(i)).
template <class Value>
Tensor generate(std::string_view name, const Shape& shape, DType dtype,
                const TensorOptions& options, Value&& value) {
  Tensor out = make(name, shape, dtype, options.device);
  fill_elements(out, [&](auto* p, auto tag) {
    using T = typename decltype(tag)::type;
    for (std::int64_t i = 0; i < out.numel(); ++i) p[i] = convert<T>(value(i));
  });
  if (options.requires_grad) out.requires_grad_();
  return out;
}

DType floating_option(std::string_view name, const TensorOptions& options) {
  const DType dtype = options.dtype.value_or(kDefaultDType);
  if (!is_floating(dtype)) throw DTypeError(str(name, ": needs a floating dtype, got ", dtype));
  return dtype;
}

}  // namespace

void throw_value_count(std::size_t count, const Shape& shape) {
  throw ShapeError(str(count, " values do not fill the shape ", shape, ", which has ",
                       checked_numel(shape), " elements"));
}

namespace {

Tensor filled(std::string_view name, const Shape& shape, Scalar value,
              const TensorOptions& options) {
  const DType dtype = options.dtype.value_or(value.dtype());
  require_fits(value, dtype);
  Tensor out = make(name, shape, dtype, options.device);
  fill_elements(out, [&](auto* p, auto tag) {
    using T = typename decltype(tag)::type;
    std::fill_n(p, out.numel(), value.to<T>());
  });
  if (options.requires_grad) out.requires_grad_();
  return out;
}

}  // namespace

Tensor empty(const Shape& shape, TensorOptions options) {
  Tensor out = make("empty", shape, options.dtype.value_or(kDefaultDType), options.device);
  if (options.requires_grad) out.requires_grad_();
  return out;
}
Tensor full(const Shape& shape, Scalar value, TensorOptions options) {
  return filled("full", shape, value, options);
}
Tensor zeros(const Shape& shape, TensorOptions options) {
  if (!options.dtype) options.dtype = kDefaultDType;
  return filled("zeros", shape, 0, options);
}
Tensor ones(const Shape& shape, TensorOptions options) {
  if (!options.dtype) options.dtype = kDefaultDType;
  return filled("ones", shape, 1, options);
}

namespace {
/// `fresh`, whose elements are all the same or not set, as the user laid the map `o`. What the
/// engine chose is row-major to the user.
Tensor laid_like(const Tensor& fresh, const Tensor& o) {
  if (o->chosen || !has_channels_last_order(*o.impl())) return fresh;
  lay_channels_last(*fresh.impl());
  fresh->chosen = false;
  return fresh;
}
}  // namespace

Tensor empty_like(const Tensor& o) {
  return laid_like(empty(o.shape(), {.dtype = o.dtype(), .device = o.device()}), o);
}
Tensor zeros_like(const Tensor& o) { return full_like(o, 0); }
Tensor ones_like(const Tensor& o) { return full_like(o, 1); }
Tensor full_like(const Tensor& o, Scalar value) {
  return laid_like(full(o.shape(), value, {.dtype = o.dtype(), .device = o.device()}), o);
}

namespace {
/// ceil((end - start) / step), where doubles would lose digits; NaN for step 0.
double integer_count(std::int64_t start, std::int64_t end, std::int64_t step) {
  __extension__ using Wide = __int128;
  if (step == 0) return NAN;
  const Wide way = Wide{end} - start, towards = step > 0 ? 1 : -1;
  return static_cast<double>((way + step - towards) / step);
}
}  // namespace

Tensor arange(Scalar start, Scalar end, Scalar step, TensorOptions options) {
  const auto floating = Scalar::Kind::floating;
  const bool fractional =
      start.kind() == floating || end.kind() == floating || step.kind() == floating;
  const double from = start.as_double(), by = step.as_double();
  const double count = fractional
                           ? std::ceil((end.as_double() - from) / by)
                           : integer_count(start.as_int64(), end.as_int64(), step.as_int64());
  if (by == 0 || !std::isfinite(count))
    throw ValueError(str("arange: step ", step, " does not lead from ", start, " to ", end));
  if (start.as_double() < end.as_double() ? by < 0 : start.as_double() > end.as_double() && by > 0)
    throw ValueError(
        str("arange: from ", start, " to ", end, " the step ", step, " has the wrong sign"));
  if (count > 1e15) throw ShapeError(str("arange: ", count, " elements are too many"));
  const DType dtype = options.dtype.value_or(fractional ? kDefaultDType : DType::i64);
  const Shape shape{static_cast<std::int64_t>(count)};
  if (fractional)
    return generate("arange", shape, dtype, options,
                    [&](std::int64_t i) { return from + static_cast<double>(i) * by; });
  return generate(
      "arange", shape, dtype, options,
      [&](std::int64_t i) {  // i step may be beyond int64, the sum is not
        const auto way =
            static_cast<std::uint64_t>(i) * static_cast<std::uint64_t>(step.as_int64());
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(start.as_int64()) + way);
      });
}
Tensor arange(Scalar start, Scalar end, TensorOptions options) {
  return arange(start, end, 1, options);
}
Tensor arange(Scalar end, TensorOptions options) { return arange(0, end, 1, options); }

Tensor linspace(double start, double end, std::int64_t steps, TensorOptions options) {
  if (steps < 0) throw ShapeError(str("linspace: ", steps, " steps; it needs 0 or more"));
  if (steps == 1) end = start;
  const double by = steps > 1 ? (end - start) / static_cast<double>(steps - 1) : 0;
  return generate(
      "linspace", {steps}, options.dtype.value_or(kDefaultDType), options, [&](std::int64_t i) {
        return i < steps / 2 ? start + static_cast<double>(i) * by  // exact at both ends
                             : end - static_cast<double>(steps - 1 - i) * by;
      });
}

Tensor eye(std::int64_t n, std::int64_t m, TensorOptions options) {
  const std::int64_t columns = m < 0 ? n : m;
  return generate("eye", {n, columns}, options.dtype.value_or(kDefaultDType), options,
                  [&](std::int64_t i) { return i / columns == i % columns ? 1 : 0; });
}

namespace {
DType common_kind(std::span<const Scalar> values) {
  DType dtype = values.empty() ? kDefaultDType : values[0].dtype();
  for (const Scalar& v : values) dtype = promote_types(dtype, v.dtype());
  return dtype;
}
Tensor from_scalars(const std::vector<Scalar>& values, const Shape& shape,
                    const TensorOptions& options) {
  const DType dtype = options.dtype.value_or(common_kind(values));
  if (!is_floating(dtype))
    for (const Scalar& v : values) require_fits(v, dtype);
  Tensor out = make("tensor", shape, dtype, options.device);
  fill_elements(out, [&](auto* p, auto tag) {
    using T = typename decltype(tag)::type;
    for (const Scalar& v : values) *p++ = v.to<T>();
  });
  if (options.requires_grad) out.requires_grad_();
  return out;
}
}  // namespace

Tensor tensor(std::initializer_list<Scalar> values, TensorOptions options) {
  return from_scalars(values, {static_cast<std::int64_t>(values.size())}, options);
}

Tensor tensor(std::initializer_list<std::initializer_list<Scalar>> rows, TensorOptions options) {
  const std::vector<std::vector<Scalar>> all(rows.begin(), rows.end());
  return from_rows(all, options);
}

Tensor from_rows(std::span<const std::vector<Scalar>> rows, const TensorOptions& options) {
  std::vector<Scalar> all;
  const std::size_t columns = rows.empty() ? 0 : rows[0].size();
  std::size_t number = 0;
  for (const auto& row : rows) {
    if (row.size() != columns)
      throw ShapeError(
          str("tensor: row ", number, " has ", row.size(), " values, row 0 has ", columns));
    all.insert(all.end(), row.begin(), row.end());
    ++number;
  }
  return from_scalars(
      all, {static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(columns)}, options);
}

Tensor rand(const Shape& shape, TensorOptions options) {
  Tensor out = make("rand", shape, floating_option("rand", options), options.device);
  fill_uniform(out, 0, 1, default_generator());
  if (options.requires_grad) out.requires_grad_();
  return out;
}

Tensor randn(const Shape& shape, TensorOptions options) {
  Tensor out = make("randn", shape, floating_option("randn", options), options.device);
  fill_normal(out, 0, 1, default_generator());
  if (options.requires_grad) out.requires_grad_();
  return out;
}

namespace {
/// Element i in row-major order becomes value(i), whatever the strides; counts as a change in
/// place.
template <class Value>
void overwrite(const Tensor& tensor, const char* name, Value&& value) {
  fill_elements(tensor, [&](auto* p, auto tag) {
    std::uint64_t i = 0;
    walk<1>(tensor.shape(), {tensor.strides().data()},
            [&](const auto& at) { p[at[0]] = value(i++, tag); });
  });
  ++tensor->storage->version;
  tensor->storage->changed_by = name;
}

/// As many random bits as T has digits, so that rounding to T never reaches 1.
template <class T>
double unit_of(const RandomStream& random, std::uint64_t i) {
  if constexpr (std::is_same_v<T, double>) return random.uniform64(i);
  constexpr int digits = std::is_same_v<T, Half> ? 11 : std::is_same_v<T, BFloat16> ? 8 : 24;
  return std::ldexp(static_cast<double>(random.bits(i) >> (32 - digits)), -digits);
}
}  // namespace

void fill_uniform(const Tensor& tensor, double low, double high, Generator& generator) {
  const auto n = static_cast<std::uint64_t>(tensor.numel());
  const RandomStream random = generator.reserve(tensor.dtype() == DType::f64 ? 2 * n : n);
  overwrite(tensor, "fill_uniform", [&](std::uint64_t i, auto tag) {
    using T = typename decltype(tag)::type;
    const T value = convert<T>(low + (high - low) * unit_of<T>(random, i));
    // Far from 0 even so a sum may be rounded up to `high`, which is not in the range.
    return low < high && static_cast<double>(value) >= high ? convert<T>(low) : value;
  });
}

void fill_normal(const Tensor& tensor, double mean, double std, Generator& generator) {
  const auto n = static_cast<std::uint64_t>(tensor.numel());
  const RandomStream random = generator.reserve(2 * n);
  overwrite(tensor, "fill_normal", [&](std::uint64_t i, auto tag) {
    return convert<typename decltype(tag)::type>(mean + std * random.normal(i));
  });
}

namespace {
/// Whether the dtype has this integer; a float may round it.
bool has_number(DType dtype, std::int64_t number) {
  return visit_dtype(dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (is_float_type<T>)
      return std::isfinite(static_cast<double>(convert<T>(static_cast<double>(number))));
    else return static_cast<std::int64_t>(convert<T>(number)) == number;
  });
}
}  // namespace

Tensor randint(std::int64_t low, std::int64_t high, const Shape& shape, TensorOptions options) {
  if (low >= high) throw ValueError(str("randint: the range [", low, ", ", high, ") is empty"));
  const DType dtype = options.dtype.value_or(DType::i64);
  for (std::int64_t end : {low, high - 1})
    if (!has_number(dtype, end))
      throw ValueError(str("randint: the range [", low, ", ", high, ") holds ", end,
                           ", which does not fit into ", dtype));
  const auto range = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  const auto n =
      static_cast<std::uint64_t>(naming("randint", shape, [&] { return checked_numel(shape); }));
  const RandomStream random = default_generator().reserve(2 * n);
  return generate("randint", shape, dtype, options, [&](std::int64_t i) {
    __extension__ using Wide = unsigned __int128;
    const auto wide = static_cast<Wide>(random.bits64(static_cast<std::uint64_t>(i)));
    // Unsigned: low + x may pass through what int64 cannot hold.
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) +
                                     static_cast<std::uint64_t>(wide * range >> 64));
  });
}

Tensor randperm(std::int64_t n, TensorOptions options) {
  if (n < 0) throw ShapeError(str("randperm: n is ", n, "; it must be 0 or more"));
  const Tensor scratch = arange(n);  // memory from the allocator, which refuses what is too large
  std::int64_t* order = scratch.data<std::int64_t>();
  const auto count = static_cast<std::uint64_t>(n);
  const RandomStream random = default_generator().reserve(2 * count);
  for (std::uint64_t i = count; i > 1; --i)  // Fisher and Yates
    std::swap(order[i - 1], order[random.bits64(i - 1) % i]);
  return generate("randperm", {n}, options.dtype.value_or(DType::i64), options,
                  [&](std::int64_t i) { return order[i]; });
}

}  // namespace limpid
