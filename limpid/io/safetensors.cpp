#include "limpid/io/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/io/json.h"
#include "limpid/tensor/creation.h"

namespace limpid {

static_assert(std::endian::native == std::endian::little, "safetensors files are little-endian");

namespace {

constexpr std::int64_t kLengthBytes = 8;
constexpr std::int64_t kMaxHeader = 100'000'000;
constexpr std::string_view kMetadataKey = "__metadata__";

/// Names in files, in the order of the usual writer: larger elements first.
struct DTypeName {
  std::string_view name;
  DType dtype;
};
constexpr DTypeName kDTypeNames[] = {
    {"I64", DType::i64},   {"F64", DType::f64},     {"F32", DType::f32}, {"I32", DType::i32},
    {"BF16", DType::bf16}, {"F16", DType::f16},     {"I16", DType::i16}, {"I8", DType::i8},
    {"U8", DType::u8},     {"BOOL", DType::boolean}};

std::size_t rank_of(DType dtype) {
  std::size_t i = 0;
  while (kDTypeNames[i].dtype != dtype) ++i;
  return i;
}

/// The bytes of a file, wherever they lie.
struct Source {
  virtual ~Source() = default;
  virtual std::int64_t size() const = 0;
  virtual void read(std::int64_t offset, std::span<std::byte> out) const = 0;
};
struct DiskSource : Source {
  explicit DiskSource(const std::filesystem::path& path) : file(path) {}
  std::int64_t size() const override { return file.size(); }
  void read(std::int64_t offset, std::span<std::byte> out) const override {
    file.read(offset, out);
  }
  InputFile file;
};
struct MemorySource : Source {  // callers read only what lies below size()
  explicit MemorySource(std::span<const std::byte> b) : bytes(b) {}
  std::int64_t size() const override { return static_cast<std::int64_t>(bytes.size()); }
  void read(std::int64_t offset, std::span<std::byte> out) const override {
    if (!out.empty()) std::memcpy(out.data(), bytes.data() + offset, out.size());
  }
  std::span<const std::byte> bytes;
};

/// Reads and checks one file.
class Reader {
 public:
  Reader(const Source& source, std::string name) : source_(source), name_(std::move(name)) {}

  SafetensorsHeader header() {
    const std::string text = header_text();
    SafetensorsHeader header;
    const Json json = parse_header(text);
    for (const auto& [key, value] : json.as_object()) {
      if (key == kMetadataKey) header.metadata = parse_metadata(value);
      else header.tensors.push_back(parse_entry(key, value));
    }
    check_offsets(header.tensors);
    return header;
  }

  SafetensorsFile file() {
    SafetensorsHeader header = this->header();
    SafetensorsFile file;
    file.metadata = std::move(header.metadata);
    file.tensors.reserve(header.tensors.size());
    for (auto& entry : header.tensors) {
      Tensor tensor = read_tensor(entry);
      file.tensors.push_back({std::move(entry.name), std::move(tensor)});
    }
    return file;
  }

 private:
  [[noreturn]] void fail(std::string_view problem) const {
    throw FileError(str(name_, ": ", problem));
  }
  [[noreturn]] void fail_tensor(std::string_view tensor, std::string_view problem) const {
    fail(str("tensor ", quote(tensor), " ", problem));
  }

  std::string header_text() {
    if (source_.size() < kLengthBytes)
      fail(str("has ", source_.size(), " bytes; a safetensors file has at least ", kLengthBytes));
    std::uint64_t length = 0;
    source_.read(0, std::as_writable_bytes(std::span(&length, 1)));
    if (length > static_cast<std::uint64_t>(kMaxHeader))
      fail(str("says that its header has ", length, " bytes, more than the ", kMaxHeader,
               " allowed; is it a safetensors file?"));
    if (static_cast<std::int64_t>(length) > source_.size() - kLengthBytes)
      fail(str("says that its header has ", length, " bytes, but ends after ", source_.size(),
               "; it was cut off"));
    std::string text(length, '\0');
    source_.read(kLengthBytes, std::as_writable_bytes(std::span(text)));
    if (!text.starts_with('{')) fail(str("the header (byte 8) does not begin with '{'"));
    data_begin_ = kLengthBytes + static_cast<std::int64_t>(length);
    return text;
  }

  /// Runs `parse`, and says in its errors which file and what part of it they concern.
  template <class Parse>
  auto in_context(std::string_view where, Parse parse) const {
    try {
      return parse();
    } catch (const FileError& error) {
      fail(str(where, error.what()));
    } catch (const ValueError& error) {
      fail(str(where, error.what()));
    }
  }

  Json parse_header(const std::string& text) const {
    return in_context("header, ", [&] { return parse_json(text); });
  }

  Metadata parse_metadata(const Json& json) const {
    return in_context("__metadata__: ", [&] {
      Metadata metadata;
      for (const auto& [key, value] : json.as_object()) metadata[key] = value.as_string();
      return metadata;
    });
  }

  SafetensorsEntry parse_entry(const std::string& name, const Json& json) const {
    return in_context(str("tensor ", quote(name), ": "), [&] {
      for (const auto& [key, value] : json.as_object())
        if (key != "dtype" && key != "shape" && key != "data_offsets")
          throw ValueError(str("unknown key ", quote(key)));
      SafetensorsEntry entry;
      entry.name = name;
      entry.dtype = parse_dtype_name(member(json, "dtype").as_string());
      entry.shape = parse_shape(member(json, "shape").as_array());
      const Json::Array& offsets = member(json, "data_offsets").as_array();
      if (offsets.size() != 2) throw ValueError("data_offsets are not two numbers");
      entry.begin = absolute(offsets[0].as_int());
      entry.end = absolute(offsets[1].as_int());
      check_size(entry);
      return entry;
    });
  }

  static const Json& member(const Json& json, std::string_view key) {
    const Json* value = json.find(key);
    if (!value) throw ValueError(str("has no ", key));
    return *value;
  }

  static DType parse_dtype_name(const std::string& text) {
    std::string known;
    for (const auto& [name, dtype] : kDTypeNames) {
      if (name == text) return dtype;
      known += str(known.empty() ? "" : ", ", name);
    }
    throw ValueError(str("dtype ", quote(text), " is not one that limpid reads (", known, ")"));
  }

  static Shape parse_shape(const Json::Array& sizes) {
    if (sizes.size() > static_cast<std::size_t>(Shape::kMaxRank))
      throw ValueError(str(sizes.size(), " axes, and at most ", Shape::kMaxRank, " are possible"));
    Shape shape(static_cast<int>(sizes.size()));
    for (std::size_t i = 0; i < sizes.size(); ++i) shape[static_cast<int>(i)] = sizes[i].as_int();
    return shape;
  }

  /// An offset into the data as one into the file.
  std::int64_t absolute(std::int64_t offset) const {
    if (offset < 0 || offset > source_.size() - data_begin_)
      throw ValueError(str("offset ", offset, " lies outside the ", source_.size() - data_begin_,
                           " bytes of data"));
    return data_begin_ + offset;
  }

  /// numel x bytes of an element = end - begin. A product that overflows counts as impossible even
  /// where a later size is 0: no tensor could have that shape.
  static void check_size(const SafetensorsEntry& entry) {
    auto bytes = static_cast<std::int64_t>(size_of(entry.dtype));
    bool overflow = false, empty = false;
    for (const std::int64_t size : entry.shape) {
      if (size < 0) throw ValueError(str("shape ", to_string(entry.shape), " has a negative size"));
      empty |= size == 0;
      overflow |= __builtin_mul_overflow(bytes, std::max<std::int64_t>(size, 1), &bytes);
    }
    if (overflow) throw ValueError(str("shape ", to_string(entry.shape), " is impossibly large"));
    if (empty) bytes = 0;
    if (entry.end < entry.begin) throw ValueError("data_offsets end before they begin");
    if (entry.end - entry.begin != bytes)
      throw ValueError(str("shape ", to_string(entry.shape), " of ", to_string(entry.dtype),
                           " takes ", bytes, " bytes, but data_offsets span ",
                           entry.end - entry.begin));
  }

  /// Sorts by offset; the tensors must fill the data without a gap or an overlap.
  void check_offsets(std::vector<SafetensorsEntry>& entries) const {
    std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
      return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::int64_t at = data_begin_;
    for (const auto& entry : entries) {
      if (entry.begin != at)
        fail_tensor(entry.name, str("begins at byte ", entry.begin - data_begin_,
                                    " of the data, where byte ", at - data_begin_, " comes next"));
      at = entry.end;
    }
    if (at != source_.size())
      fail(str("the tensors end at byte ", at, ", but the file has ", source_.size(), " bytes"));
  }

  Tensor read_tensor(const SafetensorsEntry& entry) const {
    Tensor tensor = empty(entry.shape, {.dtype = entry.dtype});
    auto* first = static_cast<std::byte*>(tensor->data);
    const std::span bytes(first, static_cast<std::size_t>(entry.end - entry.begin));
    source_.read(entry.begin, bytes);
    if (entry.dtype == DType::boolean) check_bools(entry, bytes);
    return tensor;
  }

  /// Any other byte would be undefined behaviour in a C++ bool.
  void check_bools(const SafetensorsEntry& entry, std::span<const std::byte> bytes) const {
    const auto bad =
        std::find_if(bytes.begin(), bytes.end(), [](std::byte b) { return b > std::byte{1}; });
    if (bad != bytes.end())
      fail_tensor(entry.name, str("has the byte ", std::to_integer<int>(*bad), " at offset ",
                                  entry.begin + (bad - bytes.begin()), "; BOOL takes 0 or 1"));
  }

  const Source& source_;
  std::string name_;
  std::int64_t data_begin_ = 0;
};

/// Tensors in the order of the file, contiguous in memory. ValueError for those that cannot go in.
NamedTensors in_file_order(const NamedTensors& tensors) {
  NamedTensors ordered;
  for (const auto& [name, tensor] : tensors) {
    if (name == kMetadataKey) throw ValueError(str("no tensor may be named ", kMetadataKey));
    if (!tensor.defined()) throw ValueError(str("tensor ", quote(name), " is undefined"));
    if (tensor.device() != kCpu)
      throw ValueError(str("tensor ", quote(name), " is on ", to_string(tensor.device()),
                           "; only tensors on cpu have data to save"));
    ordered.push_back({name, tensor.is_contiguous() ? tensor : tensor.detach().contiguous()});
  }
  std::sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) {
    return std::pair(rank_of(a.tensor.dtype()), std::string_view(a.name)) <
           std::pair(rank_of(b.tensor.dtype()), std::string_view(b.name));
  });
  return ordered;
}

void refuse_same_names(const NamedTensors& tensors) {
  std::vector<std::string_view> names;
  for (const auto& [name, tensor] : tensors) names.push_back(name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) throw ValueError(str("two tensors are named ", quote(*twice)));
}

std::span<const std::byte> bytes_of(const Tensor& tensor) {
  const auto count = static_cast<std::size_t>(tensor.numel()) * size_of(tensor.dtype());
  return {static_cast<const std::byte*>(tensor->data), count};
}

/// The JSON, padded with spaces to a multiple of 8 so that the data is aligned.
std::string header_of(const NamedTensors& ordered, const Metadata& metadata) {
  Json::Object header;
  if (!metadata.empty()) {
    Json::Object entries;
    for (const auto& [key, value] : metadata) entries.emplace_back(key, value);
    header.emplace_back(kMetadataKey, std::move(entries));
  }
  std::int64_t at = 0;
  for (const auto& [name, tensor] : ordered) {
    const std::int64_t begin = at;
    at += static_cast<std::int64_t>(bytes_of(tensor).size());
    Json::Array sizes(tensor.shape().begin(), tensor.shape().end());
    header.emplace_back(name, Json::Object{{"dtype", kDTypeNames[rank_of(tensor.dtype())].name},
                                           {"shape", std::move(sizes)},
                                           {"data_offsets", Json::Array{Json(begin), Json(at)}}});
  }
  std::string text = to_text(header);
  text.resize((text.size() + 7) / 8 * 8, ' ');
  return text;
}

/// A file about to be written.
class Draft {
 public:
  Draft(const NamedTensors& tensors, const Metadata& metadata) {
    refuse_same_names(tensors);
    ordered_ = in_file_order(tensors);
    header_ = header_of(ordered_, metadata);
    if (header_.size() > static_cast<std::size_t>(kMaxHeader))
      throw ValueError(str("the header would have ", header_.size(), " bytes; at most ", kMaxHeader,
                           " are allowed"));
    length_ = header_.size();
  }
  /// Its bytes, as pieces of memory one behind the other.
  std::vector<std::span<const std::byte>> parts() const {
    std::vector<std::span<const std::byte>> all = {std::as_bytes(std::span(&length_, 1)),
                                                   std::as_bytes(std::span(header_))};
    for (const auto& [name, tensor] : ordered_) all.push_back(bytes_of(tensor));
    return all;
  }

 private:
  NamedTensors ordered_;
  std::string header_;
  std::uint64_t length_ = 0;
};

std::string name_of(const std::filesystem::path& path) { return quote(path.native(), 300); }

}  // namespace

Tensor SafetensorsFile::find(std::string_view name) const {
  for (const auto& [key, tensor] : tensors)
    if (key == name) return tensor;
  return {};
}

SafetensorsFile load_safetensors(const std::filesystem::path& path) {
  const DiskSource source(path);
  return Reader(source, name_of(path)).file();
}

SafetensorsFile parse_safetensors(std::span<const std::byte> bytes, std::string_view name) {
  const MemorySource source(bytes);
  return Reader(source, std::string(name)).file();
}

SafetensorsHeader read_safetensors_header(const std::filesystem::path& path) {
  const DiskSource source(path);
  return Reader(source, name_of(path)).header();
}

void save_safetensors(const std::filesystem::path& path, const NamedTensors& tensors,
                      const Metadata& metadata) {
  write_file(path, Draft(tensors, metadata).parts());
}

std::vector<std::byte> safetensors_bytes(const NamedTensors& tensors, const Metadata& metadata) {
  std::vector<std::byte> bytes;
  const Draft draft(tensors, metadata);
  for (const auto part : draft.parts()) bytes.insert(bytes.end(), part.begin(), part.end());
  return bytes;
}

}  // namespace limpid
