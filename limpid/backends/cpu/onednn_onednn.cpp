// The one file that calls oneDNN (2.6 and 3.x). It uses the C++ interface; what differs between the
// versions is create_description below.
//
// Convolutions are primitives: code generated for one shape, kept in a cache of our own (oneDNN's
// own costs 1.4 us a look-up). oneDNN picks the layout of each operand that suits it ("any"): ours
// are re-laid on the way in and out where they differ. Scratch memory is ours too
// (scratchpad_mode::user), so one primitive may run in several threads at once.

#include "limpid/backends/cpu/onednn.h"

#include <algorithm>
#include <array>
#include <dnnl.hpp>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "limpid/backends/cpu/hold_signals.h"
#include "limpid/backends/cpu/packed_weight.h"
#include "limpid/backends/cpu/scratch.h"
#include "limpid/backends/cpu/simd.h"
#include "limpid/backends/cpu/threads_worth.h"
#include "limpid/core/error.h"
#include "limpid/core/str.h"

namespace limpid {

namespace {

using Dims = dnnl::memory::dims;
using Layout = dnnl::memory::desc;
using Tag = dnnl::memory::format_tag;

[[noreturn]] void throw_failure(const char* what, int status) {
  throw DeviceError(str("oneDNN failed at ", what, " (status ", status,
                        "); LIMPID_CONV2D=im2col does without it for convolutions"));
}

/// oneDNN takes no instructions above the level in use (LIMPID_CPU). It listens only before its
/// first call, which is why every way into it comes by here.
void keep_to_level() {
  static const bool done = [] {
    if (simd_level() == SimdLevel::baseline) dnnl_set_max_cpu_isa(dnnl_cpu_isa_sse41);
    if (simd_level() == SimdLevel::avx2) dnnl_set_max_cpu_isa(dnnl_cpu_isa_avx2);
    return true;
  }();
  static_cast<void>(done);
}

// ---- products of matrices

struct Operand {
  char transposed;
  std::int64_t stride;
};

/// How sgemm is told of a (rows, columns) matrix; stride 0: it cannot be.
Operand operand(const MatrixRef& m, std::int64_t rows, std::int64_t columns) {
  if (m.column_stride == 1 && m.row_stride >= columns) return {'N', m.row_stride};
  if (m.row_stride == 1 && m.column_stride >= rows) return {'T', m.column_stride};
  if (columns == 1 && m.row_stride >= 1) return {'N', m.row_stride};
  if (rows == 1 && m.column_stride >= 1) return {'T', m.column_stride};
  return {'N', 0};
}

// ---- convolutions

dnnl::engine& engine() {
  keep_to_level();
  static dnnl::engine* const cpu = new dnnl::engine(dnnl::engine::kind::cpu, 0);
  return *cpu;
}
dnnl::stream& stream() {
  static thread_local dnnl::stream own(engine());
  return own;
}

using Type = dnnl::memory::data_type;

Type type_of(DType dtype) { return dtype == DType::bf16 ? Type::bf16 : Type::f32; }

/// A hash of integers and of one more number, such as flags.
template <std::size_t N>
std::size_t mix(std::uint64_t hash, const std::int64_t (&values)[N]) {
  for (const std::int64_t v : values)
    hash = (hash ^ static_cast<std::uint64_t>(v)) * 0x9E3779B97F4A7C15u + (hash >> 29);
  return static_cast<std::size_t>(hash);
}

/// What a primitive is made for.
struct Key {
  ConvolutionSizes sizes;
  DType dtype = DType::f32;
  ConvolutionPass pass = ConvolutionPass::forward;
  bool bias = false;
  bool x_channels_last = false, y_channels_last = false;
  int threads = 1;  // oneDNN splits the work when it makes the primitive
  bool operator==(const Key&) const = default;
};
struct HashKey {
  std::size_t operator()(const Key& key) const {
    const ConvolutionSizes& s = key.sizes;
    const std::uint64_t flags = static_cast<std::uint64_t>(key.pass) * 16 +
                                (key.dtype == DType::bf16) * 8u + key.bias * 4u +
                                key.x_channels_last * 2u + key.y_channels_last;
    return mix(flags, {s.batch, s.groups, s.in_channels, s.out_channels, s.height, s.width,
                       s.kernel_height, s.kernel_width, s.stride_height, s.stride_width,
                       s.dilation_height, s.dilation_width, s.top, s.left, s.bottom, s.right,
                       static_cast<std::int64_t>(key.threads)});
  }
};

/// A map (N, C, H, W) in one of our two orders.
Layout map_layout(const Dims& sizes, Type type, bool channels_last) {
  return Layout(sizes, type, channels_last ? Tag::nhwc : Tag::nchw);
}

/// Everything in our layout: maps as they lie, and (groups,) OIHW for weights.
struct Layouts {
  Layout x, w, bias, y;
};

Layouts plain_layouts(const Key& key) {
  const ConvolutionSizes& s = key.sizes;
  const Type type = type_of(key.dtype);
  Layouts out;
  out.x = map_layout({s.batch, s.in_channels, s.height, s.width}, type, key.x_channels_last);
  out.y =
      map_layout({s.batch, s.out_channels, s.out_height, s.out_width}, type, key.y_channels_last);
  out.bias = Layout({s.out_channels}, type, Tag::x);
  out.w =
      s.groups == 1
          ? Layout({s.out_channels, s.in_channels, s.kernel_height, s.kernel_width}, type,
                   Tag::oihw)
          : Layout({s.groups, s.group_outputs(), s.group_inputs(), s.kernel_height, s.kernel_width},
                   type, Tag::goihw);
  return out;
}

/// The same in another order: Tag::any leaves it to oneDNN.
Layout with_order(const Layout& plain, Tag order) {
#if DNNL_VERSION_MAJOR >= 3
  return Layout(plain.get_dims(), plain.get_data_type(), order);
#else
  return Layout(plain.dims(), plain.data_type(), order);
#endif
}

struct Geometry {
  Dims strides, dilations, before, after;
  explicit Geometry(const ConvolutionSizes& s)
      : strides{s.stride_height, s.stride_width},
        dilations{s.dilation_height - 1, s.dilation_width - 1},  // oneDNN counts the gaps
        before{s.top, s.left},
        after{s.bottom, s.right} {}
};

dnnl::primitive_attr attributes() {
  dnnl::primitive_attr out;
  out.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return out;
}

/// A description of type P (convolution_forward, ...), made from operands in the order P wants.
template <class P, class Kind, class... Operands>
typename P::primitive_desc describe_convolution(
    Kind kind, const Geometry& g, const dnnl::convolution_forward::primitive_desc* hint,
    const Operands&... operands) {
  const auto algorithm = dnnl::algorithm::convolution_direct;
  if constexpr (std::is_same_v<P, dnnl::convolution_forward>) {
#if DNNL_VERSION_MAJOR >= 3
    return {engine(),    kind,     algorithm, operands..., g.strides,
            g.dilations, g.before, g.after,   attributes()};
#else
    return {{kind, algorithm, operands..., g.strides, g.dilations, g.before, g.after},
            attributes(),
            engine()};
#endif
  } else {
#if DNNL_VERSION_MAJOR >= 3
    return {engine(), algorithm, operands..., g.strides,   g.dilations,
            g.before, g.after,   *hint,       attributes()};
#else
    return {{algorithm, operands..., g.strides, g.dilations, g.before, g.after},
            attributes(),
            engine(),
            *hint};
#endif
  }
}

/// One operand: our layout, oneDNN's, and the step between them where they differ.
struct Port {
  int argument = 0;
  Layout ours, theirs;
  bool is_output = false;
  std::unique_ptr<dnnl::reorder> relay;

  void plan(int arg, const Layout& plain, const Layout& chosen, bool output) {
    argument = arg, ours = plain, theirs = chosen, is_output = output;
    if (ours == theirs) return;
    const Layout &from = output ? theirs : ours, &to = output ? ours : theirs;
    const dnnl::reorder::primitive_desc how(engine(), from, engine(), to, attributes());
    relay = std::make_unique<dnnl::reorder>(how);
  }
};

/// A number for a layout, by which packed weights are found again: primitives for other image sizes
/// may want the same.
std::int64_t number_of(const Layout& layout) {
  static std::mutex mutex;
  static auto* const known = new std::vector<Layout>;
  std::lock_guard lock(mutex);
  const auto found = std::find(known->begin(), known->end(), layout);
  const std::int64_t number = found - known->begin();
  if (found == known->end()) known->push_back(layout);
  return number;
}

/// A convolution ready to run.
struct Prepared {
  dnnl::primitive run;
  Layout scratchpad;
  std::array<Port, 3> ports;  // x, w, y
  Layout bias;
  std::int64_t weight_layout = 0;  // a number for the layout of ports[1]

  explicit Prepared(const Key& key);

 private:
  template <class Description>
  void set_up(const Description& d, const Layouts& plain, const std::array<Layout, 3>& chosen,
              const std::array<int, 3>& arguments, ConvolutionPass pass) {
    scratchpad = d.scratchpad_desc();
    ports[0].plan(arguments[0], plain.x, chosen[0], pass == ConvolutionPass::input_gradient);
    ports[1].plan(arguments[1], plain.w, chosen[1], pass == ConvolutionPass::weight_gradient);
    ports[2].plan(arguments[2], plain.y, chosen[2], pass == ConvolutionPass::forward);
    bias = plain.bias;
    weight_layout = number_of(ports[1].theirs);
  }
};

Prepared::Prepared(const Key& key) {
  const Layouts plain = plain_layouts(key);
  const Geometry geometry(key.sizes);
  // Channels-last where one of the maps is: it computes as fast as in blocks, and then at most the
  // other map has to be re-laid.
  const Tag order = key.x_channels_last || key.y_channels_last ? Tag::nhwc : Tag::any;
  const Layout x = with_order(plain.x, order), w = with_order(plain.w, Tag::any),
               y = with_order(plain.y, order);
  const auto kind = key.pass == ConvolutionPass::forward ? dnnl::prop_kind::forward_inference
                                                         : dnnl::prop_kind::forward_training;
  using Forward = dnnl::convolution_forward;
  const Forward::primitive_desc forward =
      key.bias ? describe_convolution<Forward>(kind, geometry, nullptr, x, w, plain.bias, y)
               : describe_convolution<Forward>(kind, geometry, nullptr, x, w, y);
  if (key.pass == ConvolutionPass::forward) {
    set_up(forward, plain, {forward.src_desc(), forward.weights_desc(), forward.dst_desc()},
           {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST}, key.pass);
    run = Forward(forward);
  } else if (key.pass == ConvolutionPass::input_gradient) {
    using Data = dnnl::convolution_backward_data;
    const auto d = describe_convolution<Data>(kind, geometry, &forward, x, w, y);
    set_up(d, plain, {d.diff_src_desc(), d.weights_desc(), d.diff_dst_desc()},
           {DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST}, key.pass);
    run = Data(d);
  } else {
    using Weights = dnnl::convolution_backward_weights;
    const auto d = describe_convolution<Weights>(kind, geometry, &forward, x, w, y);
    set_up(d, plain, {d.src_desc(), d.diff_weights_desc(), d.diff_dst_desc()},
           {DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_DST}, key.pass);
    run = Weights(d);
  }
}

/// Primitives by shape; the least recently used go when there are many (a server that sees ever new
/// image sizes must not grow without bound).
template <class Key, class Hash, class Prepared>
class Cache {
 public:
  std::shared_ptr<const Prepared> find_or_make(const Key& key) {
    {
      std::lock_guard lock(mutex_);
      if (const auto found = map_.find(key); found != map_.end()) {
        entries_.splice(entries_.begin(), entries_, found->second);
        return found->second->second;
      }
    }
    auto made = std::make_shared<const Prepared>(key);  // slow: not under the lock
    std::lock_guard lock(mutex_);
    if (const auto found = map_.find(key); found != map_.end()) return found->second->second;
    entries_.emplace_front(key, made);
    map_[key] = entries_.begin();
    if (entries_.size() > kMost) {
      map_.erase(entries_.back().first);
      entries_.pop_back();
    }
    return made;
  }

 private:
  static constexpr std::size_t kMost = 1024;
  using Entry = std::pair<Key, std::shared_ptr<const Prepared>>;
  std::mutex mutex_;
  std::list<Entry> entries_;  // most recently used first
  std::unordered_map<Key, typename std::list<Entry>::iterator, Hash> map_;
};

auto& cache() {
  using Convolutions = Cache<Key, HashKey, Prepared>;
  static auto* const instance = new Convolutions;  // never destroyed: threads may outlive main()
  return *instance;
}

dnnl::memory wrap(const Layout& layout, const void* data) {
  return dnnl::memory(layout, engine(), const_cast<void*>(data));
}

std::int64_t bytes_of(const Layout& layout) { return static_cast<std::int64_t>(layout.get_size()); }

void relay(const Port& port, const dnnl::memory& from, const dnnl::memory& to) {
  port.relay->execute(stream(), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
}

void execute(const Prepared& p, const Convolution& c) {
  void* const data[3] = {c.x, c.w, c.y};
  const Scratch<char> pad(bytes_of(p.scratchpad));
  const auto room = [&](int i) {  // for the operand in oneDNN's layout
    const Port& port = p.ports[static_cast<std::size_t>(i)];
    return port.relay ? bytes_of(port.theirs) : 0;
  };
  PackedWeight packed(room(1) ? c.given_w : nullptr, "oneDNN", p.weight_layout,
                      static_cast<std::size_t>(room(1)));
  const Scratch<char> x(room(0)), w(packed ? 0 : room(1)), y(room(2));
  char* const rooms[3] = {x.data(), packed ? packed.as<char>() : w.data(), y.data()};
  std::unordered_map<int, dnnl::memory> arguments{
      {DNNL_ARG_SCRATCHPAD, wrap(p.scratchpad, pad.data())}};
  if (c.bias) arguments.emplace(DNNL_ARG_BIAS, wrap(p.bias, c.bias));
  for (std::size_t i = 0; i < 3; ++i) {
    const Port& port = p.ports[i];
    const dnnl::memory inside = wrap(port.theirs, port.relay ? rooms[i] : data[i]);
    const bool as_kept = i == 1 && packed.filled();
    if (port.relay && !port.is_output && !as_kept) relay(port, wrap(port.ours, data[i]), inside);
    arguments.emplace(port.argument, inside);
  }
  p.run.execute(stream(), arguments);
  for (std::size_t i = 0; i < 3; ++i)
    if (const Port& port = p.ports[i]; port.relay && port.is_output)
      relay(port, arguments.at(port.argument), wrap(port.ours, data[i]));
  stream().wait();
  if (packed && !packed.filled()) packed.keep();
}

// ---- products of bfloat16 matrices

struct ProductKey {
  std::int64_t m, n, k, a_row, a_column, b_row, b_column, c_row;
  bool bias;
  int threads;
  bool operator==(const ProductKey&) const = default;
};
struct HashProductKey {
  std::size_t operator()(const ProductKey& p) const {
    return mix(p.bias, {p.m, p.n, p.k, p.a_row, p.a_column, p.b_row, p.b_column, p.c_row,
                        static_cast<std::int64_t>(p.threads)});
  }
};

struct PreparedProduct {
  Layout a, b, c, bias, scratchpad;
  dnnl::matmul run;

  explicit PreparedProduct(const ProductKey& p)
      : a({p.m, p.k}, Type::bf16, Dims{p.a_row, p.a_column}),
        b({p.k, p.n}, Type::bf16, Dims{p.b_row, p.b_column}),
        c({p.m, p.n}, Type::bf16, Dims{p.c_row, 1}),
        bias({1, p.n}, Type::bf16, Dims{p.n, 1}) {
#if DNNL_VERSION_MAJOR >= 3
    const auto how = p.bias ? dnnl::matmul::primitive_desc(engine(), a, b, bias, c, attributes())
                            : dnnl::matmul::primitive_desc(engine(), a, b, c, attributes());
#else
    const dnnl::matmul::desc what =
        p.bias ? dnnl::matmul::desc(a, b, bias, c) : dnnl::matmul::desc(a, b, c);
    const dnnl::matmul::primitive_desc how(what, attributes(), engine());
#endif
    scratchpad = how.scratchpad_desc();
    run = dnnl::matmul(how);
  }
};

auto& product_cache() {
  using Products = Cache<ProductKey, HashProductKey, PreparedProduct>;
  static auto* const instance = new Products;
  return *instance;
}

/// Rows or columns that follow one another in memory.
bool is_plain(const MatrixRef& m, std::int64_t rows, std::int64_t columns) {
  return (m.column_stride == 1 && m.row_stride >= columns) ||
         (m.row_stride == 1 && m.column_stride >= rows);
}

}  // namespace

bool onednn_has_bf16() {
#if defined(__x86_64__)
  static const bool has = simd_level() == SimdLevel::avx512 && __builtin_cpu_supports("avx512bf16");
  return has;
#else
  return false;
#endif
}

bool onednn_has_amx() {
  static const bool has = [] {
    keep_to_level();
    const auto level = static_cast<unsigned>(dnnl::get_effective_cpu_isa());
    constexpr auto amx = static_cast<unsigned>(dnnl::cpu_isa::avx512_core_amx);
    return (level & amx) == amx;  // each level has the bits of those below it
  }();
  return has;
}

bool onednn_bf16_gemm_applies(const Gemm& g) {
  constexpr std::int64_t kLeast = 24 * 24 * 24;  // below, a call costs more than it saves
  return g.dtype == DType::bf16 && onednn_has_bf16() && g.m * g.n * g.k >= kLeast && g.m > 1 &&
         g.n > 1 && g.alpha == 1 && g.beta == 0 && g.c_column_stride == 1 &&
         g.c_row_stride >= g.n && is_plain(g.a, g.m, g.k) && is_plain(g.b, g.k, g.n) &&
         (!g.bias || g.bias_stride == 1);
}

void onednn_bf16_gemm(const Gemm& g) {
  try {
    const ThreadsWorth threads(0.25 * static_cast<double>(g.m) * static_cast<double>(g.n) *
                               static_cast<double>(g.k));
    const HoldSignals hold(threads.count());
    const auto p = product_cache().find_or_make({g.m, g.n, g.k, g.a.row_stride, g.a.column_stride,
                                                 g.b.row_stride, g.b.column_stride, g.c_row_stride,
                                                 g.bias != nullptr, threads.count()});
    const Scratch<char> pad(bytes_of(p->scratchpad));
    std::unordered_map<int, dnnl::memory> arguments{
        {DNNL_ARG_SRC, wrap(p->a, g.a.data)},
        {DNNL_ARG_WEIGHTS, wrap(p->b, g.b.data)},
        {DNNL_ARG_DST, wrap(p->c, g.c)},
        {DNNL_ARG_SCRATCHPAD, wrap(p->scratchpad, pad.data())}};
    if (g.bias) arguments.emplace(DNNL_ARG_BIAS, wrap(p->bias, g.bias));
    p->run.execute(stream(), arguments);
    stream().wait();
  } catch (const dnnl::error& failure) {
    throw_failure("a product of bfloat16 matrices", failure.status);
  }
}

bool onednn_gemm_applies(const Gemm& g) {
  return g.c_column_stride == 1 && g.c_row_stride >= g.n && operand(g.a, g.m, g.k).stride > 0 &&
         operand(g.b, g.k, g.n).stride > 0;
}

void onednn_gemm(const Gemm& g) {
  const ThreadsWorth threads(2.0 * static_cast<double>(g.m) * static_cast<double>(g.n) *
                             static_cast<double>(g.k));
  const HoldSignals hold(threads.count());
  const Operand a = operand(g.a, g.m, g.k), b = operand(g.b, g.k, g.n);
  keep_to_level();
  const dnnl_status_t status =
      dnnl_sgemm(a.transposed, b.transposed, g.m, g.n, g.k, static_cast<float>(g.alpha),
                 static_cast<const float*>(g.a.data), a.stride, static_cast<const float*>(g.b.data),
                 b.stride, static_cast<float>(g.beta), static_cast<float*>(g.c), g.c_row_stride);
  if (status != dnnl_success) throw_failure("a matrix product", status);
}

void onednn_convolution(const Convolution& c, ConvolutionPass pass) {
  try {
    const ThreadsWorth threads(c.sizes.flops());
    const HoldSignals hold(threads.count());
    const Key key{c.sizes,           c.dtype,           pass,           c.bias != nullptr,
                  c.x_channels_last, c.y_channels_last, threads.count()};
    execute(*cache().find_or_make(key), c);
  } catch (const dnnl::error& failure) {
    throw_failure("a convolution", failure.status);
  }
}

const char* onednn_version() {
  static const std::string text = [] {
    const dnnl_version_t& v = *dnnl_version();
    return str("oneDNN ", v.major, ".", v.minor, ".", v.patch);
  }();
  return text.c_str();
}

}  // namespace limpid
