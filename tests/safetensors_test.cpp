// safetensors: bit-exact round trips, and files that were cut, changed or made to do harm.
#include "limpid/io/safetensors.h"

#include <doctest/doctest.h>

#include <bit>
#include <cstring>
#include <string>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/nn/linear.h"
#include "limpid/tensor/allocator.h"
#include "limpid/tensor/creation.h"
#include "scratch_folder.h"

namespace limpid::safetensors_test {

namespace {

/// A file with this JSON in front of `data` bytes that count up.
std::string file_of(std::string_view json, std::size_t data = 0) {
  const std::uint64_t length = json.size();
  std::string bytes(reinterpret_cast<const char*>(&length), sizeof length);
  bytes += json;
  for (std::size_t i = 0; i < data; ++i) bytes += static_cast<char>(i % 2);
  return bytes;
}

SafetensorsFile parse(std::string_view bytes) {
  return parse_safetensors(std::as_bytes(std::span(bytes)), "test");
}

std::string error_of(std::string_view bytes) {
  try {
    parse(bytes);
  } catch (const FileError& error) {
    return error.what();
  }
  return "no error";
}

std::string bytes_of(const Tensor& tensor) {
  const auto count = static_cast<std::size_t>(tensor.numel()) * size_of(tensor.dtype());
  return {static_cast<const char*>(tensor->data), count};
}

/// A tensor of any dtype with a pattern of bytes that no conversion would keep.
Tensor pattern(const Shape& shape, DType dtype) {
  Tensor tensor = empty(shape, {.dtype = dtype});
  auto* bytes = static_cast<unsigned char*>(tensor->data);
  const auto count = static_cast<std::size_t>(tensor.numel()) * size_of(dtype);
  for (std::size_t i = 0; i < count; ++i)
    bytes[i] = static_cast<unsigned char>(is_bool(dtype) ? i % 2 : 255 - 7 * i);
  return tensor;
}

std::string list_of_ones(int count) {
  std::string list = "[1";
  for (int i = 1; i < count; ++i) list += ",1";
  return list + "]";
}

struct Hostile {
  std::string bytes;
  std::string_view message;
};

}  // namespace

TEST_CASE("safetensors: every dtype, rank 0 and empty tensors come back bit by bit") {
  const ScratchFolder folder;
  NamedTensors tensors;
  for (const DType dtype : kAllDTypes) {
    const std::string name(name_of(dtype));
    tensors.push_back({name, pattern({3, 5}, dtype)});
    tensors.push_back({name + ".scalar", pattern({}, dtype)});
    tensors.push_back({name + ".empty", pattern({0, 4}, dtype)});
    tensors.push_back({name + " \u00e9\"\n", pattern({1, 1, 7}, dtype)});
  }
  const Metadata metadata = {{"a", "1"}, {"empty", ""}, {"text", "\u20ac \"quoted\"\n"}};
  save_safetensors(folder / "x.safetensors", tensors, metadata);
  CHECK(folder.count() == 1);  // no temporary file is left

  const SafetensorsFile back = load_safetensors(folder / "x.safetensors");
  CHECK(back.metadata == metadata);
  CHECK(back.tensors.size() == tensors.size());
  for (const auto& [name, tensor] : tensors) {
    INFO(name);
    const Tensor other = back.find(name);
    REQUIRE(other.defined());
    CHECK(other.dtype() == tensor.dtype());
    CHECK(other.shape() == tensor.shape());
    CHECK(bytes_of(other) == bytes_of(tensor));
  }
  CHECK_FALSE(back.find("none").defined());

  const SafetensorsHeader header = read_safetensors_header(folder / "x.safetensors");
  CHECK(header.tensors.size() == tensors.size());
  CHECK(header.metadata == metadata);
}

TEST_CASE("safetensors: the layout of the file is that of other writers") {
  const ScratchFolder folder;
  save_safetensors(folder / "x",
                   {{"b", tensor({1, 2}, {.dtype = DType::u8})},
                    {"z", tensor({1.0, 2.0})},
                    {"a", tensor({3.0})},
                    {"i", tensor({4})}},
                   {{"k", "v"}});
  const std::string bytes = read_text_file(folder / "x", 1000);
  const std::string json = R"({"__metadata__":{"k":"v"},)"
                           R"("i":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},)"
                           R"("a":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},)"
                           R"("z":{"dtype":"F32","shape":[2],"data_offsets":[12,20]},)"
                           R"("b":{"dtype":"U8","shape":[2],"data_offsets":[20,22]}})";
  const std::size_t padded = (json.size() + 7) / 8 * 8;
  CHECK(static_cast<unsigned char>(bytes[0]) + 256 * static_cast<unsigned char>(bytes[1]) ==
        static_cast<int>(padded));
  CHECK(bytes.substr(8, padded) == json + std::string(padded - json.size(), ' '));
  CHECK(bytes.size() == 8 + padded + 22);
  save_safetensors(folder / "none", {});
  CHECK(load_safetensors(folder / "none").tensors.empty());
}

TEST_CASE("safetensors: strided tensors are saved by their elements") {
  const ScratchFolder folder;
  const Tensor x = tensor({{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}});
  save_safetensors(folder / "x", {{"t", x.t()}, {"same", x}});
  const Tensor back = load_safetensors(folder / "x").find("t");
  CHECK(back.shape() == Shape{3, 2});
  CHECK(bytes_of(back) == bytes_of(x.t().contiguous()));
}

TEST_CASE("safetensors: what cannot be saved leaves the old file alone") {
  const ScratchFolder folder;
  const auto path = folder / "x";
  save_safetensors(path, {{"x", ones({2})}});
  const std::string before = read_text_file(path, 1000);
  const Tensor one = ones({1});
  CHECK_THROWS_WITH_AS(save_safetensors(path, {{"a", one}, {"a", one}}),
                       "two tensors are named 'a'", ValueError);
  CHECK_THROWS_AS(save_safetensors(path, {{"__metadata__", one}}), ValueError);
  CHECK_THROWS_WITH_AS(save_safetensors(path, {{"a", Tensor()}}), "tensor 'a' is undefined",
                       ValueError);
  CHECK_THROWS_AS(save_safetensors(path, {{"a", empty({1}, {.device = Device("meta")})}}),
                  ValueError);
  CHECK_THROWS_AS(save_safetensors(path, {{"\xff", one}}), ValueError);
  CHECK_THROWS_AS(save_safetensors(folder / "no", {{"a", one}}, {{"k", "\xff"}}), ValueError);
  CHECK_THROWS_AS(save_safetensors(folder / "none/x", {{"a", one}}), FileError);
  CHECK(read_text_file(path, 1000) == before);
  CHECK(folder.count() == 1);
}

TEST_CASE("safetensors: hostile files are refused with a reason") {
  const std::string u8 = R"("dtype":"U8",)";
  const auto one = [&](std::string_view rest) {
    return "{\"x\":{" + u8 + std::string(rest) + "}}";
  };
  std::string longer = file_of("{}");
  longer[0] = 3;
  std::string enormous = file_of("{}");
  enormous[7] = '\x7f';
  const Hostile cases[] = {
      {"", "has 0 bytes"},
      {"1234567", "has 7 bytes"},
      {std::string(8, '\0'), "does not begin with '{'"},
      {longer, "says that its header has 3 bytes, but ends after 10"},
      {enormous, "more than the 100000000 allowed"},
      {file_of(" {}"), "does not begin with '{'"},
      {file_of("[]"), "does not begin with '{'"},
      {file_of("{}x"), "expected the end"},
      {file_of("{}", 1), "the tensors end at byte 10, but the file has 11 bytes"},
      {file_of(R"({"x":1})"), "tensor 'x': expected an object, found an integer"},
      {file_of(R"({"x":{}})"), "tensor 'x': has no dtype"},
      {file_of(one(R"("data_offsets":[0,2])"), 2), "has no shape"},
      {file_of(one(R"("shape":[2])"), 2), "has no data_offsets"},
      {file_of(one(R"("shape":2,"data_offsets":[0,2])"), 2), "expected an array"},
      {file_of(one(R"("shape":[2.0],"data_offsets":[0,2])"), 2), "expected an integer"},
      {file_of(one(R"("shape":["2"],"data_offsets":[0,2])"), 2), "expected an integer"},
      {file_of(one(R"("shape":[-2],"data_offsets":[0,2])"), 2), "negative size"},
      {file_of(one(R"("shape":[2],"data_offsets":[0])"), 2), "not two numbers"},
      {file_of(one(R"("shape":[2],"data_offsets":[0,2,2])"), 2), "not two numbers"},
      {file_of(one(R"("shape":[2],"data_offsets":[-1,1])"), 2), "offset -1 lies outside"},
      {file_of(one(R"("shape":[2],"data_offsets":[0,3])"), 2), "offset 3 lies outside the 2 bytes"},
      {file_of(one(R"("shape":[2],"data_offsets":[2,0])"), 2), "end before they begin"},
      {file_of(one(R"("shape":[3],"data_offsets":[0,2])"), 2),
       "takes 3 bytes, but data_offsets span 2"},
      {file_of(one(R"("shape":[1],"data_offsets":[1,2])"), 2), "where byte 0 comes next"},
      {file_of(one(R"("shape":[2],"data_offsets":[0,2],"more":1)"), 2), "unknown key 'more'"},
      {file_of(one(R"("shape":[4294967296,4294967296],"data_offsets":[0,0])")), "impossibly large"},
      {file_of(one(R"("shape":[9223372036854775807,0,9],"data_offsets":[0,0])")),
       "impossibly large"},
      {file_of(one(R"("shape":[9223372036854775808],"data_offsets":[0,0])")), "64 bits"},
      {file_of(one("\"shape\":" + list_of_ones(65) + ",\"data_offsets\":[0,1]"), 1),
       "65 axes, and at most 64"},
      {file_of(R"({"x":{"dtype":"F8_E4M3","shape":[],"data_offsets":[0,1]}})", 1),
       "dtype 'F8_E4M3' is not one that limpid reads (I64, F64, F32, I32, BF16, F16, I16, I8, U8, "
       "BOOL)"},
      {file_of(R"({"x":{"dtype":"f32","shape":[0],"data_offsets":[0,0]}})"), "dtype 'f32'"},
      {file_of(R"({"x":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}})", 2) + "\2",
       "has the byte 2 at offset 65; BOOL takes 0 or 1"},
      {file_of(R"({"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
               R"("x":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
               2),
       "key 'x' stands twice"},
      {file_of(R"({"x":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}})", 1),
       "key 'dtype' stands twice"},
      {file_of(R"({"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
               R"("y":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
               3),
       "tensor 'y' begins at byte 1 of the data, where byte 2 comes next"},
      {file_of(R"({"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
               R"("y":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})",
               3),
       "tensor 'y' begins at byte 2 of the data, where byte 1 comes next"},
      {file_of(R"({"__metadata__":{"a":1}})"), "__metadata__: expected a string, found an integer"},
      {file_of(R"({"__metadata__":[]})"), "__metadata__: expected an object"},
      {file_of("{\"a\xff\":1}"), "not UTF-8"},
      {file_of("{\"__metadata__\":" + std::string(1000, '[')), "nested deeper"},
  };
  for (const auto& [bytes, message] : cases) {
    const std::string error = error_of(bytes);
    INFO(bytes << " gave: " << error);
    CHECK(error.find(message) != std::string::npos);
    CHECK((error.starts_with("test: ") || error == "no error"));
  }
}

TEST_CASE("safetensors: a header may end in spaces and name its tensors in any order") {
  const SafetensorsFile file =
      parse(file_of(R"({"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},)"
                    R"("a":{"shape":[],"data_offsets":[0,1],"dtype":"BOOL"}}     )",
                    2));
  CHECK(file.tensors[0].name == "a");
  CHECK(file.find("b").data<std::uint8_t>()[0] == 1);
}

TEST_CASE("safetensors: huge sizes are refused before anything is allocated") {
  reset_peak_memory();
  const std::size_t before = memory_stats().peak_in_use;
  for (const char* size : {"1000000000000", "4611686018427387904"})
    error_of(file_of(R"({"x":{"dtype":"U8","shape":[)" + std::string(size) +
                     R"(],"data_offsets":[0,)" + size + "]}}"));
  CHECK(memory_stats().peak_in_use == before);
}

TEST_CASE("safetensors: a file cut off anywhere is refused") {
  const ScratchFolder folder;
  save_safetensors(folder / "x", {{"a", ones({2, 3})}, {"b", tensor({true, false})}}, {{"k", "v"}});
  const std::string whole = read_text_file(folder / "x", 10'000);
  CHECK(error_of(whole) == "no error");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    INFO("cut to " << length << " bytes");
    CHECK(error_of(whole.substr(0, length)) != "no error");
  }
  CHECK(error_of(whole + '\0') != "no error");
  write_text_file(folder / "cut", whole.substr(0, whole.size() - 1));
  CHECK_THROWS_AS(load_safetensors(folder / "cut"), FileError);
  CHECK_THROWS_AS(load_safetensors(folder / "absent"), FileError);
  CHECK_THROWS_AS(read_safetensors_header(folder / ""), FileError);
}

TEST_CASE("safetensors: a changed byte is refused, or changes nothing but what it spells") {
  const ScratchFolder folder;
  save_safetensors(folder / "x", {{"a", ones({2, 3})}, {"b", tensor({true, false})}}, {{"k", "v"}});
  const std::string whole = read_text_file(folder / "x", 10'000);
  const std::size_t data = whole.size() - 26;
  int accepted_headers = 0;
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (const int flip : {0x01, 0x20, 0x80, 0xff}) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ flip);
      if (error_of(changed) != "no error") {
        CHECK((at < data || at >= data + 24));  // any bits are floats, not any byte is a bool
        continue;
      }
      accepted_headers += at < data;
      // Whatever a name or a dtype became, the same bytes of data are there, each once.
      std::string bytes;
      for (const auto& [name, tensor] : parse(changed).tensors) bytes += bytes_of(tensor);
      CHECK(bytes == changed.substr(data));
    }
  CHECK(accepted_headers > 0);
  CHECK(accepted_headers < static_cast<int>(data));  // most of a header cannot be changed
}

TEST_CASE("safetensors: bytes in memory are those of a file") {
  const ScratchFolder folder;
  const NamedTensors tensors{{"a", pattern({2, 3}, DType::f32)}, {"b", pattern({0}, DType::i64)}};
  const std::vector<std::byte> bytes = safetensors_bytes(tensors, {{"note", "x"}});
  save_safetensors(folder / "x", tensors, {{"note", "x"}});
  CHECK(bytes == read_file(folder / "x", 1 << 20));
  const SafetensorsFile back = parse_safetensors(bytes);
  CHECK(bytes_of(back.find("a")) == bytes_of(tensors[0].tensor));
  CHECK(back.metadata.at("note") == "x");
}

TEST_CASE("safetensors: a model's state is saved and loaded as it is") {
  const ScratchFolder folder;
  nn::Linear saved(3, 2), loaded(3, 2);
  save_safetensors(folder / "x", saved.state_dict());
  loaded.load_state_dict(load_safetensors(folder / "x").tensors);
  CHECK(bytes_of(loaded.weight) == bytes_of(saved.weight));
  CHECK(bytes_of(loaded.bias) == bytes_of(saved.bias));
}

}  // namespace limpid::safetensors_test
