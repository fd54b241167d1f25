#include "limpid/io/idx.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/io/byte_cursor.h"
#include "limpid/io/gzip.h"
#include "limpid/io/inflate.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

constexpr std::int64_t kMaxIdx = std::int64_t{1} << 33;
constexpr std::size_t kStart = 4, kMaxIdxHeader = 4 + 4 * Shape::kMaxRank;

struct Code {
  std::uint8_t code;
  DType dtype;
};
constexpr Code kCodes[] = {{0x08, DType::u8},  {0x09, DType::i8},  {0x0b, DType::i16},
                           {0x0c, DType::i32}, {0x0d, DType::f32}, {0x0e, DType::f64}};

struct Header {
  DType dtype = DType::u8;
  Shape shape;
  std::int64_t size = 0;  // of the header
  std::int64_t data = 0;  // bytes of the elements
};

DType dtype_from(std::uint8_t code, const ByteCursor& at) {
  for (const auto& [known, dtype] : kCodes)
    if (known == code) return dtype;
  at.fail_at(2, str("dtype ", static_cast<int>(code),
                    " is none of IDX's (8 uint8, 9 int8, 11 int16, 12 int32, 13 float32, "
                    "14 float64)"));
}

Header parse_header(std::span<const std::byte> bytes, std::string_view name,
                    std::int64_t max_bytes) {
  ByteCursor at(bytes, name);
  if (at.little<std::uint16_t>("an IDX file's magic number") != 0)
    at.fail_at(0, "expected an IDX file, which begins with two zero bytes");
  Header header;
  header.dtype = dtype_from(at.little<std::uint8_t>("dtype"), at);
  const int rank = at.little<std::uint8_t>("rank");
  if (rank > Shape::kMaxRank)
    at.fail_at(3, str("expected at most ", Shape::kMaxRank, " axes, found ", rank));
  header.shape = Shape(rank);
  for (int axis = 0; axis < rank; ++axis)
    header.shape[axis] = at.big<std::uint32_t>(str("the size of axis ", axis));
  header.size = at.at();
  header.data = byte_size(header.shape, size_of(header.dtype));
  if (header.data < 0)
    at.fail_at(kStart, str("shape ", to_string(header.shape), " is impossibly large"));
  if (header.data > max_bytes)
    at.fail_at(kStart, str("shape ", to_string(header.shape), " of ", header.dtype, " takes ",
                           header.data, " bytes, and at most ", max_bytes, " are allowed"));
  return header;
}

Tensor tensor_of(const Header& header, std::span<const std::byte> elements) {
  Tensor out = empty(header.shape, {.dtype = header.dtype});
  if (elements.empty()) return out;
  const std::span bytes(static_cast<std::byte*>(out->data), elements.size());
  std::copy(elements.begin(), elements.end(), bytes.begin());
  if constexpr (std::endian::native == std::endian::little)
    swap_elements(bytes, size_of(header.dtype));
  return out;
}

std::uint8_t code_of(DType dtype) {
  for (const auto& [code, known] : kCodes)
    if (known == dtype) return code;
  throw DTypeError(
      str("IDX has no ", dtype, "; it takes uint8, int8, int16, int32, float32 and ", "float64"));
}

}  // namespace

Tensor load_idx(const std::filesystem::path& path, std::int64_t max_bytes) {
  return parse_idx(read_file(path, kMaxIdx), quote(path.native(), 300), max_bytes);
}

Tensor parse_idx(std::span<const std::byte> bytes, std::string_view name, std::int64_t max_bytes) {
  if (is_gzip(bytes)) {
    const Header header =
        parse_header(inflate_start(bytes, Deflate::gzip, kMaxIdxHeader, name), name, max_bytes);
    const auto all = inflate_all(bytes, Deflate::gzip, header.size + header.data, name);
    return tensor_of(header, std::span(all).subspan(static_cast<std::size_t>(header.size)));
  }
  const Header header = parse_header(bytes, name, max_bytes);
  ByteCursor at(bytes, name, header.size);
  const auto elements = at.take(static_cast<std::uint64_t>(header.data),
                                str("elements for shape ", to_string(header.shape)));
  if (at.left() > 0)
    at.fail(str("expected the end of a file of shape ", to_string(header.shape), ", found ",
                at.left(), " more bytes"));
  return tensor_of(header, elements);
}

void save_idx(const std::filesystem::path& path, const Tensor& tensor) {
  if (tensor.device() != kCpu)
    throw DeviceError(
        str("only tensors on cpu have data to save, not ", to_string(tensor.device())));
  std::vector<std::byte> header = {std::byte{0}, std::byte{0}, std::byte{code_of(tensor.dtype())},
                                   static_cast<std::byte>(tensor.dim())};
  for (const std::int64_t size : tensor.shape()) {
    if (size > std::int64_t{UINT32_MAX})
      throw ShapeError(str("a size of ", size, " does not fit into an IDX file's 32 bits"));
    for (int shift = 24; shift >= 0; shift -= 8)
      header.push_back(static_cast<std::byte>(size >> shift));
  }
  const Tensor dense = tensor.detach().contiguous();
  const auto count = static_cast<std::size_t>(dense.numel()) * size_of(dense.dtype());
  std::vector<std::byte> elements(count);
  if (count > 0) std::memcpy(elements.data(), dense->data, count);
  if constexpr (std::endian::native == std::endian::little)
    swap_elements(elements, size_of(dense.dtype()));
  if (path.extension() == ".gz") {
    header.insert(header.end(), elements.begin(), elements.end());
    return write_file(path, gzip_stored(header));
  }
  const std::span<const std::byte> parts[] = {header, elements};
  write_file(path, parts);
}

}  // namespace limpid
