#include "limpid/io/npy.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/io/byte_cursor.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::int64_t kMaxNpyHeader = 1
                                       << 20;  // NumPy itself refuses to evaluate more than 10,000

struct Descr {
  std::string_view name;  // behind the byte order
  DType dtype;
};
constexpr Descr kDescrs[] = {{"f4", DType::f32}, {"f8", DType::f64}, {"f2", DType::f16},
                             {"i8", DType::i64}, {"i4", DType::i32}, {"i2", DType::i16},
                             {"i1", DType::i8},  {"u1", DType::u8},  {"b1", DType::boolean}};

struct Header {
  DType dtype = DType::f32;
  bool swapped = false;  // the other byte order than ours
  bool fortran = false;  // the first axis lies closest
  Shape shape;
  std::int64_t begin = 0, bytes = 0;  // where the elements lie in the file
};

/// The dictionary of the header: just the Python that NumPy writes there.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, const ByteCursor& file, std::int64_t begin)
      : text_(text), file_(file), begin_(begin) {}

  Header header() {
    std::optional<bool> fortran;
    bool has_descr = false, has_shape = false;
    expect('{');
    while (!accept('}')) {
      const std::size_t key_at = space();
      const std::string_view key = quoted();
      expect(':');
      if (key == "descr" && !has_descr) has_descr = true, descr();
      else if (key == "fortran_order" && !fortran) fortran = boolean();
      else if (key == "shape" && !has_shape) has_shape = true, shape();
      else fail(key_at, str("unexpected or repeated key ", quote(key)));
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    if (space() != text_.size()) fail(at_, "expected the end of the header");
    if (!has_descr || !fortran || !has_shape)
      fail(0, "the header needs descr, fortran_order and shape");
    header_.fortran = *fortran;
    return header_;
  }
  std::int64_t shape_at() const { return begin_ + static_cast<std::int64_t>(shape_at_); }

 private:
  [[noreturn]] void fail(std::size_t at, std::string_view problem) const {
    file_.fail_at(begin_ + static_cast<std::int64_t>(at), problem);
  }

  std::size_t space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
    return at_;
  }
  bool accept(char c) {
    if (space() == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) fail(at_, str("expected '", c, "' in the header"));
  }

  std::string_view quoted() {
    space();
    const char mark = at_ < text_.size() ? text_[at_] : '\0';
    if (mark != '\'' && mark != '"') fail(at_, "expected a text in quotes in the header");
    const auto end = text_.find(mark, at_ + 1);
    if (end == text_.npos) fail(at_, "a text in the header does not end");
    const std::string_view text = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return text;
  }

  bool boolean() {
    space();
    for (const auto& [word, value] :
         {std::pair<std::string_view, bool>{"True", true}, {"False", false}})
      if (text_.substr(at_).starts_with(word)) {
        at_ += word.size();
        return value;
      }
    fail(at_, "expected True or False in the header");
  }

  void descr() {
    const std::size_t at = space();
    if (at < text_.size() && text_[at] == '[')
      fail(at, "structured arrays (several fields an element) are not read; save each field alone");
    const std::string_view text = quoted();
    const char order = text.empty() ? '\0' : text[0];
    if (order == '<' || order == '>' || order == '|' || order == '=')
      for (const auto& [name, dtype] : kDescrs)
        if (text.substr(1) == name) {
          header_.dtype = dtype;
          constexpr char other = std::endian::native == std::endian::little ? '>' : '<';
          header_.swapped = order == other && size_of(dtype) > 1;
          return;
        }
    if (text.substr(0, 2) == "|O")
      fail(at,
           "object arrays hold Python objects, which only running code could make; save numbers");
    fail(at,
         str("dtype ", quote(text), " is not read; it must be one of bool, uint8, int8, int16, ",
             "int32, int64, float16, float32 and float64 (NumPy: array.astype)"));
  }

  void shape() {
    const std::size_t begin = space();
    expect('(');
    while (!accept(')')) {
      if (header_.shape.rank() == Shape::kMaxRank)
        fail(at_, str("more than ", Shape::kMaxRank, " axes"));
      header_.shape.push_back(size());
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    shape_at_ = begin;
  }

  std::int64_t size() {
    const std::size_t begin = space();
    std::int64_t value = 0;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9')
      if (__builtin_mul_overflow(value, 10, &value) ||
          __builtin_add_overflow(value, text_[at_++] - '0', &value))
        fail(begin, "a size beyond 64 bits");
    if (at_ == begin) fail(begin, "expected a size, a whole number from 0");
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // Python 2's long integers
    return value;
  }

  std::string_view text_;
  const ByteCursor& file_;
  std::int64_t begin_;
  std::size_t at_ = 0, shape_at_ = 0;
  Header header_;
};

/// `start` holds at least the header; the whole file has `file_size` bytes.
Header parse_header(std::span<const std::byte> start, std::int64_t file_size,
                    std::string_view name) {
  ByteCursor at(start, name);
  if (at.text(kMagic.size(), "the magic number") != kMagic)
    at.fail_at(0, "expected an .npy file, which begins with \\x93NUMPY");
  const int major = at.little<std::uint8_t>("version");
  at.little<std::uint8_t>("version");
  if (major < 1 || major > 3) at.fail_at(6, str("expected version 1, 2 or 3, found ", major));
  const std::int64_t length = major == 1
                                  ? at.little<std::uint16_t>("the header's length")
                                  : std::int64_t{at.little<std::uint32_t>("the header's length")};
  if (length > kMaxNpyHeader)
    at.fail(str("the header has ", length, " bytes, and at most ", kMaxNpyHeader, " are allowed"));
  const std::int64_t begin = at.at();
  HeaderParser parser(at.text(static_cast<std::uint64_t>(length), "the header"), at, begin);
  Header header = parser.header();
  header.bytes = byte_size(header.shape, size_of(header.dtype));
  if (header.bytes < 0)
    at.fail_at(parser.shape_at(), str("shape ", to_string(header.shape), " is impossibly large"));
  header.begin = at.at();
  if (header.bytes != file_size - header.begin)
    at.fail(str("expected ", header.bytes, " bytes of elements for shape ", to_string(header.shape),
                " of ", header.dtype, ", and the file has ", file_size - header.begin));
  return header;
}

/// A tensor for the elements; those of Fortran order lie in it with the axes turned round.
Tensor storage_for(const Header& header) {
  Shape shape = header.shape;
  if (header.fortran) std::reverse(shape.begin(), shape.end());
  return empty(shape, {.dtype = header.dtype});
}

std::span<std::byte> bytes_of(const Tensor& tensor, const Header& header) {
  return {static_cast<std::byte*>(tensor->data), static_cast<std::size_t>(header.bytes)};
}

Tensor finished(const Tensor& stored, const Header& header, std::string_view name) {
  const auto bytes = bytes_of(stored, header);
  if (header.swapped) swap_elements(bytes, size_of(header.dtype));
  if (header.dtype == DType::boolean) {  // any other byte would be undefined in a C++ bool
    const auto bad =
        std::find_if(bytes.begin(), bytes.end(), [](std::byte b) { return b > std::byte{1}; });
    if (bad != bytes.end())
      throw FileError(str(name, ": byte ", header.begin + (bad - bytes.begin()),
                          ": expected a bool, 0 or 1, found ", std::to_integer<int>(*bad)));
  }
  if (!header.fortran || header.shape.rank() < 2) return stored;
  std::vector<std::int64_t> axes(static_cast<std::size_t>(header.shape.rank()));
  for (std::size_t i = 0; i < axes.size(); ++i)
    axes[i] = static_cast<std::int64_t>(axes.size() - 1 - i);
  return stored.permute(axes).contiguous();
}

std::string_view descr_of(DType dtype) {
  for (const auto& [name, known] : kDescrs)
    if (known == dtype) return name;
  throw DTypeError(str("NumPy has no ", dtype, "; save it as float32 (tensor.to(float32))"));
}

}  // namespace

Tensor load_npy(const std::filesystem::path& path) {
  const InputFile file(path);
  const std::string name = quote(path.native(), 300);
  std::vector<std::byte> start(
      static_cast<std::size_t>(std::min<std::int64_t>(file.size(), kMaxNpyHeader + 12)));
  file.read(0, start);
  const Header header = parse_header(start, file.size(), name);
  const Tensor stored = storage_for(header);
  file.read(header.begin, bytes_of(stored, header));
  return finished(stored, header, name);
}

Tensor parse_npy(std::span<const std::byte> bytes, std::string_view name) {
  const Header header = parse_header(bytes, std::ssize(bytes), name);
  const Tensor stored = storage_for(header);
  const auto from = bytes.subspan(static_cast<std::size_t>(header.begin));
  if (!from.empty()) std::memcpy(stored->data, from.data(), from.size());
  return finished(stored, header, name);
}

std::string npy_header(const Tensor& tensor) {
  const std::string_view descr = descr_of(tensor.dtype());
  constexpr char order = std::endian::native == std::endian::little ? '<' : '>';
  std::string text = str("{'descr': '", size_of(tensor.dtype()) == 1 ? '|' : order, descr,
                         "', 'fortran_order': False, 'shape': (");
  for (const std::int64_t size : tensor.shape()) text += str(size, ", ");
  if (tensor.dim() > 1) text.resize(text.size() - 2);
  if (tensor.dim() == 1) text.pop_back();
  text += "), }";
  constexpr std::size_t kPrefix = 10, kAlign = 64;  // magic, version and length
  text.resize((kPrefix + text.size() + kAlign) / kAlign * kAlign - kPrefix - 1, ' ');
  text += '\n';
  const auto length = static_cast<std::uint16_t>(text.size());
  return str(kMagic, '\x01', '\0', static_cast<char>(length & 0xff), static_cast<char>(length >> 8),
             text);
}

void save_npy(const std::filesystem::path& path, const Tensor& tensor) {
  if (tensor.device() != kCpu)
    throw DeviceError(
        str("only tensors on cpu have data to save, not ", to_string(tensor.device())));
  const std::string header = npy_header(tensor);
  const Tensor dense = tensor.detach().contiguous();
  const auto count = static_cast<std::size_t>(dense.numel()) * size_of(dense.dtype());
  const std::span<const std::byte> parts[] = {std::as_bytes(std::span(header)),
                                              {static_cast<const std::byte*>(dense->data), count}};
  write_file(path, parts);
}

}  // namespace limpid
