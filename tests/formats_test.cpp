// The readers of data formats: what NumPy, gzip and pickle wrote (tests/fixtures), and what nobody
// should have written.
#include <doctest/doctest.h>

#include <bit>
#include <cstring>
#include <fstream>
#include <numeric>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/io/byte_cursor.h"
#include "limpid/io/checksum.h"
#include "limpid/io/idx.h"
#include "limpid/io/inflate.h"
#include "limpid/io/npy.h"
#include "limpid/io/npz.h"
#include "limpid/io/pickle.h"
#include "limpid/io/zip.h"
#include "limpid/tensor/creation.h"
#include "scratch_folder.h"
#include "thrown.h"

namespace limpid::formats_test {

namespace {

std::filesystem::path fixture(const std::string& name) {
  return std::filesystem::path(LIMPID_SOURCE_DIR) / "tests/fuzz/corpus" / name;
}
std::string text_of(const std::string& name) { return read_text_file(fixture(name), 1 << 20); }

std::span<const std::byte> bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

/// `text` with some bytes at `at` replaced.
std::string with(std::string text, std::size_t at, std::string_view other) {
  text.replace(at, other.size(), other);
  return text;
}

const std::vector<double> kCounting = {0, 1, 2, 3, 4, 5};

bool is_counting(const Tensor& tensor) {
  return tensor.shape() == Shape{2, 3} && tensor.to_vector<double>() == kCounting;
}

/// Every beginning of a file must be refused with a FileError.
template <class Parse>
void check_truncations(const std::string& text, Parse parse) {
  for (std::size_t length = 0; length < text.size(); ++length) {
    CAPTURE(length);
    const std::vector<std::byte> cut(bytes(text).begin(),
                                     bytes(text).begin() + static_cast<std::ptrdiff_t>(length));
    CHECK_THROWS_AS(parse(std::span<const std::byte>(cut)), FileError);
  }
}

}  // namespace

TEST_CASE("checksums: the published examples") {
  const auto md5 = [](const std::string& text) { return md5_hex(bytes(text)); };
  CHECK(md5("") == "d41d8cd98f00b204e9800998ecf8427e");
  CHECK(md5("abc") == "900150983cd24fb0d6963f7d28e17f72");
  CHECK(md5("abcdefghijklmnopqrstuvwxyz") == "c3fcd3d76192e4007dfb496cca67e13b");
  std::string digits;
  for (int i = 0; i < 8; ++i) digits += "1234567890";
  CHECK(md5(digits) == "57edf4a22be3c955ac49da2e2107b67a");
  std::string long_text;
  for (int i = 0; i < 2560; ++i) long_text += static_cast<char>(i % 256);
  CHECK(md5(long_text) == "9aec5fa312feff7a1d15b135181ffe04");
  Md5 in_pieces;
  for (std::size_t at = 0; at < long_text.size(); at += 7)
    in_pieces.update(bytes(long_text).subspan(at, std::min<std::size_t>(7, long_text.size() - at)));
  CHECK(in_pieces.hex() == "9aec5fa312feff7a1d15b135181ffe04");
  const ScratchFolder folder;
  write_text_file(folder / "f", long_text);
  CHECK(md5_of_file(folder / "f") == md5(long_text));
  CHECK(crc32_of(bytes("123456789")) == 0xcbf43926u);
  CHECK(crc32_of({}) == 0);
}

TEST_CASE("byte sizes never overflow") {
  const std::int64_t max = INT64_MAX;
  CHECK(byte_size(Shape{2, 3}, 4) == 24);
  CHECK(byte_size(Shape{}, 8) == 8);
  CHECK(byte_size(Shape{0, 3}, 4) == 0);
  CHECK(byte_size(Shape{max, 0}, 8) == -1);
  CHECK(byte_size(Shape{-1}, 1) == -1);
  CHECK(byte_size(Shape{max}, 1) == -1);
  CHECK(byte_size(Shape{max, max}, 1) == -1);
}

TEST_CASE("idx: files of every dtype") {
  const Tensor u8 = load_idx(fixture("idx/u8.idx"));
  CHECK(u8.dtype() == DType::u8);
  CHECK(is_counting(u8));
  const Tensor i16 = load_idx(fixture("idx/i16.idx"));
  CHECK(i16.dtype() == DType::i16);
  CHECK(i16.to_vector<std::int64_t>() ==
        std::vector<std::int64_t>{-300, -299, -298, -297, -296, -295});
  const Tensor f64 = load_idx(fixture("idx/f64.idx"));
  CHECK(f64.dtype() == DType::f64);
  CHECK(f64.to_vector<double>() == std::vector<double>{0, 0.25, 0.5, 0.75, 1, 1.25});
}

TEST_CASE("idx: compressed files, several members, bombs") {
  if (inflate_version().empty()) {
    CHECK_SAYS(FileError, "-DLIMPID_ZLIB=ON", load_idx(fixture("idx/u8.idx.gz")));
    return;
  }
  CHECK(is_counting(load_idx(fixture("idx/u8.idx.gz"))));
  CHECK(is_counting(load_idx(fixture("idx/members.idx.gz"))));
  CHECK_SAYS(FileError, "cannot decompress to the 2147483656 expected",
             load_idx(fixture("idx/bomb.idx.gz")));
  const std::string gz = text_of("idx/u8.idx.gz");
  check_truncations(gz, [](auto b) { return parse_idx(b, "t.gz"); });
  CHECK_SAYS(FileError, "t.gz: byte ", parse_idx(bytes(with(gz, 12, "\xff")), "t.gz"));
  CHECK_SAYS(FileError, "incorrect data check",
             parse_idx(bytes(with(gz, gz.size() - 8, "x")), "t.gz"));
  CHECK_SAYS(FileError, "3 bytes follow the end", parse_idx(bytes(gz + "abc"), "t.gz"));
  const std::string limited =
      "t.gz: byte 4: shape (2, 3) of uint8 takes 6 bytes, and at most 5 are allowed";
  CHECK_SAYS(FileError, limited, parse_idx(bytes(gz), "t.gz", 5));
  CHECK(is_counting(parse_idx(bytes(gz), "t.gz", 6)));
}

TEST_CASE("idx: what is wrong is named with its byte") {
  const std::string u8 = text_of("idx/u8.idx");
  check_truncations(u8, [](auto b) { return parse_idx(b, "t"); });
  CHECK_SAYS(FileError, "t: byte 0: expected an IDX file",
             parse_idx(bytes(with(u8, 1, "\x01")), "t"));
  CHECK_SAYS(FileError, "t: byte 2: dtype 10 is none of IDX's",
             parse_idx(bytes(with(u8, 2, "\x0a")), "t"));
  CHECK_SAYS(FileError, "t: byte 3: expected at most 64 axes, found 200",
             parse_idx(bytes(with(u8, 3, "\xc8")), "t"));
  CHECK_SAYS(FileError,
             "t: byte 12: expected 6 bytes of elements for shape (2, 3), but the file ends after 5",
             parse_idx(bytes(u8.substr(0, u8.size() - 1)), "t"));
  CHECK_SAYS(FileError,
             "t: byte 18: expected the end of a file of shape (2, 3), found 2 more bytes",
             parse_idx(bytes(u8 + "xx"), "t"));
  CHECK_SAYS(FileError, "huge.idx': byte 4: shape (4294967295, 4294967295) is impossibly large",
             load_idx(fixture("idx/huge.idx")));
  CHECK_SAYS(FileError, "no/file", load_idx("no/file"));
  CHECK_SAYS(FileError, "at most 5 are allowed", parse_idx(bytes(u8), "t", 5));
}

TEST_CASE("idx: writing and reading again") {
  const ScratchFolder folder;
  for (const DType dtype : {DType::u8, DType::i8, DType::i16, DType::i32, DType::f32, DType::f64}) {
    const Tensor tensor = arange(-3, 3).to(dtype).view({3, 2}).t();  // not contiguous
    save_idx(folder / "t", tensor);
    const Tensor back = load_idx(folder / "t");
    CHECK(back.dtype() == dtype);
    CHECK(back.shape() == tensor.shape());
    CHECK(back.to_vector<double>() == tensor.to_vector<double>());
  }
  save_idx(folder / "counting", arange(6).view({2, 3}).to(DType::u8));
  CHECK(read_text_file(folder / "counting", 100) == text_of("idx/u8.idx"));
  save_idx(folder / "scalar", Tensor(Scalar(2.5)).to(DType::f64));
  CHECK(load_idx(folder / "scalar").item() == 2.5);
  save_idx(folder / "empty", empty({0, 7}));
  CHECK(load_idx(folder / "empty").shape() == Shape{0, 7});
  CHECK_SAYS(DTypeError, "IDX has no int64", save_idx(folder / "t", arange(3)));
  CHECK_SAYS(ShapeError, "32 bits", save_idx(folder / "t", empty({std::int64_t{1} << 32, 0})));
  CHECK_SAYS(DeviceError, "cpu", save_idx(folder / "t", empty({1}, {.device = Device("meta")})));
}

TEST_CASE("npy: what NumPy writes, of every dtype, order and version") {
  const std::pair<const char*, DType> files[] = {
      {"bool", DType::boolean},   {"uint8", DType::u8},     {"int8", DType::i8},
      {"int16", DType::i16},      {"int32", DType::i32},    {"int64", DType::i64},
      {"float16", DType::f16},    {"float32", DType::f32},  {"float64", DType::f64},
      {"big_endian", DType::i32}, {"version2", DType::i64}, {"version3", DType::i64}};
  for (const auto& [name, dtype] : files) {
    CAPTURE(name);
    const Tensor tensor = load_npy(fixture(std::string("npy/") + name + ".npy"));
    CHECK(tensor.dtype() == dtype);
    if (dtype == DType::boolean)
      CHECK(tensor.to_vector<double>() == std::vector<double>{0, 1, 1, 1, 1, 1});
    else CHECK(is_counting(tensor));
  }
  const Tensor fortran = load_npy(fixture("npy/fortran.npy"));
  CHECK(fortran.shape() == Shape{2, 3, 4});
  CHECK(fortran.is_contiguous());
  CHECK(fortran.to_vector<double>() == arange(24).to_vector<double>());
  CHECK(load_npy(fixture("npy/scalar.npy")).item() == 2.5);
  CHECK(load_npy(fixture("npy/empty.npy")).shape() == Shape{0, 3});
}

TEST_CASE("npy: what cannot be read is named with its byte") {
  CHECK_SAYS(FileError, "object.npy': byte 20: object arrays hold Python objects",
             load_npy(fixture("npy/object.npy")));
  CHECK_SAYS(FileError, "byte 20: dtype '<c16' is not read", load_npy(fixture("npy/complex.npy")));
  CHECK_SAYS(FileError, "byte 20: structured arrays", load_npy(fixture("npy/fields.npy")));
  const std::string npy = text_of("npy/float32.npy");
  check_truncations(npy, [](auto b) { return parse_npy(b, "t"); });
  CHECK_SAYS(
      FileError,
      "t: byte 128: expected 24 bytes of elements for shape (2, 3) of float32, and the file has 23",
      parse_npy(bytes(npy.substr(0, npy.size() - 1)), "t"));
  CHECK_SAYS(FileError, "and the file has 25", parse_npy(bytes(npy + "x"), "t"));
  CHECK_SAYS(FileError, "byte 0: expected an .npy file", parse_npy(bytes(with(npy, 1, "X")), "t"));
  CHECK_SAYS(FileError, "byte 6: expected version 1, 2 or 3, found 9",
             parse_npy(bytes(with(npy, 6, "\x09")), "t"));
  const std::string b1 = text_of("npy/bool.npy");
  CHECK_SAYS(FileError, "byte 128: expected a bool, 0 or 1, found 120",
             parse_npy(bytes(with(b1, 128, "x")), "t"));

  // The header is a dictionary, and nothing else.
  const auto error_of = [&](const std::string& header) {
    std::string file =
        std::string("\x93NUMPY\x01\0", 8) + static_cast<char>(header.size()) + '\0' + header;
    return testing::thrown<FileError>([&] { parse_npy(bytes(file), "t"); });
  };
  const auto says = [&](const std::string& header, const std::string& part) {
    CHECK(testing::lacks(error_of(header), part) == "");
  };
  CHECK(error_of("{\"shape\":(0,),'fortran_order':False,'descr':'|u1'}") == "<nothing was thrown>");
  CHECK(error_of("{'descr':'<f4','fortran_order':True,'shape':(0L, 3L)}\n") ==
        "<nothing was thrown>");
  says("['descr']", "t: byte 10: expected '{'");
  says("{'descr':'<f4','fortran_order':False}", "needs descr, fortran_order and shape");
  says("{'descr':'<f4','descr':'<f4'}", "byte 25: unexpected or repeated key 'descr'");
  says("{'x':1}", "unexpected or repeated key 'x'");
  says("{'descr':'<f4','fortran_order':0,'shape':()}", "expected True or False");
  says("{'descr':'<f4','fortran_order':False,'shape':(-1,)}", "expected a size");
  says("{'descr':'<f4','fortran_order':False,'shape':(99999999999999999999,)}", "beyond 64 bits");
  says("{'descr':'<f8','fortran_order':False,'shape':(9223372036854775807,9223372036854775807)}",
       "is impossibly large");
  says("{'descr':'<f8','fortran_order':False,'shape':(9223372036854775807,0)}",
       "is impossibly large");
  says("{'descr':'<f4','fortran_order':False,'shape':(0,)} __import__('os')",
       "expected the end of the header");
  says("{'descr':'<f4", "does not end");
  says("{'descr':'','fortran_order':False,'shape':(0,)}", "dtype '' is not read");
  std::string many = "{'descr':'|u1','fortran_order':False,'shape':(";
  for (int i = 0; i < 65; ++i) many += "1,";
  says(many + ")}", "more than 64 axes");
}

TEST_CASE("npy: writing gives NumPy's bytes") {
  const ScratchFolder folder;
  const auto same = [&](const Tensor& tensor, const char* name) {
    CAPTURE(name);
    save_npy(folder / "t.npy", tensor);
    CHECK(read_text_file(folder / "t.npy", 1000) == text_of(std::string("npy/") + name + ".npy"));
  };
  same(arange(6).view({2, 3}).to(DType::f32), "float32");
  same(arange(6).view({2, 3}).to(DType::boolean), "bool");
  same(arange(6).view({2, 3}).to(DType::f16), "float16");
  same(Tensor(Scalar(2.5)).to(DType::f64), "scalar");
  same(empty({0, 3}), "empty");
  save_npy(folder / "row.npy", arange(3));
  CHECK(load_npy(folder / "row.npy").to_vector<double>() == std::vector<double>{0, 1, 2});
  save_npy(folder / "t.npy", arange(6).view({2, 3}).t());
  CHECK(load_npy(folder / "t.npy").to_vector<double>() == std::vector<double>{0, 3, 1, 4, 2, 5});
  CHECK_SAYS(DTypeError, "NumPy has no bfloat16",
             save_npy(folder / "t", zeros({1}, {.dtype = DType::bf16})));
}

TEST_CASE("npz: stored and compressed, in and out") {
  const NamedTensors stored = load_npz(fixture("npz/stored.npz"));
  CHECK(stored.size() == 2);
  CHECK(stored[0].name == "images");
  CHECK(is_counting(find_tensor(stored, "images", "f")));
  CHECK(find_tensor(stored, "target", "f").to_vector<double>() == std::vector<double>{1, 0});
  CHECK_SAYS(FileError, "f: there is no array 'image' (did you mean 'images'?)",
             find_tensor(stored, "image", "f"));
  if (!inflate_version().empty()) {
    const NamedTensors deflated = load_npz(fixture("npz/deflated.npz"));
    CHECK(deflated.size() == 3);
    CHECK(is_counting(find_tensor(deflated, "images", "f")));
    CHECK(find_tensor(deflated, "zeros", "f").shape() == Shape{50, 50});
    CHECK_SAYS(FileError, "take more than the 1000 bytes allowed",
               load_npz(fixture("npz/deflated.npz"), 1000));
  }
  const ScratchFolder folder;
  save_npz(folder / "t.npz",
           {{"a", arange(6).view({2, 3})}, {"b", arange(6).view({3, 2}).t()}, {"0", empty({0})}});
  const NamedTensors back = load_npz(folder / "t.npz");
  CHECK(back.size() == 3);
  CHECK(is_counting(back[0].tensor));
  CHECK(back[1].tensor.to_vector<double>() == std::vector<double>{0, 2, 4, 1, 3, 5});
  CHECK(back[2].tensor.shape() == Shape{0});
  save_npz(folder / "none.npz", {});
  CHECK(load_npz(folder / "none.npz").empty());
  CHECK_SAYS(ValueError, "two arrays are named 'a'",
             save_npz(folder / "t", {{"a", arange(1)}, {"a", arange(1)}}));
}

TEST_CASE("npz: damaged files are refused with a place") {
  const std::string stored = text_of("npz/stored.npz");
  check_truncations(stored, [](auto b) { return parse_npz(b, "t"); });
  const std::size_t image = stored.find(std::string("\0\1\2\3\4\5", 6));
  CHECK_SAYS(FileError, "entry 'images.npy' is damaged: its checksum differs",
             parse_npz(bytes(with(stored, image + 2, "x")), "t"));
  const std::size_t central = stored.find("PK\x01\x02");
  CHECK_SAYS(FileError, "is compressed by method 12",
             parse_npz(bytes(with(stored, central + 10, "\x0c")), "t"));
  CHECK_SAYS(FileError, "is encrypted", parse_npz(bytes(with(stored, central + 8, "\x01")), "t"));
  CHECK_SAYS(FileError, "is in Zip64",
             parse_npz(bytes(with(stored, central + 24, "\xff\xff\xff\xff")), "t"));
  CHECK_SAYS(FileError, "is no .npy file",
             parse_npz(bytes(with(stored, central + 46 + 7, "xyz")), "t"));
  CHECK_SAYS(FileError, "expected the local header",
             parse_npz(bytes(with(stored, central + 42, "\x05")), "t"));
  CHECK_SAYS(FileError, "behind the end",
             parse_npz(bytes(with(stored, central + 42, "\xfe\xff\xff\xff")), "t"));
  const std::size_t end = stored.find("PK\x05\x06");
  CHECK_SAYS(FileError, "does not lie in front",
             parse_npz(bytes(with(stored, end + 16, "\xfe\xff\xff\x7f")), "t"));
  CHECK_SAYS(FileError, "several files", parse_npz(bytes(with(stored, end + 8, "\x01")), "t"));
  CHECK_SAYS(FileError, "expected a zip file",
             parse_npz(bytes("nothing at all, and certainly no zip"), "t"));
}

TEST_CASE("pickle: data, and nothing but data") {
  const Pickle python2 = load_pickle(fixture("pickle/cifar_python2.pickle"));
  const PickleValue& data = python2.member(python2.root(), "data", PickleValue::Kind::array);
  CHECK(data.array.shape() == Shape{2, 3072});
  CHECK(data.array[1][5].item<std::int64_t>() == (3072 + 5) * 7 % 251);
  const auto& names = python2.member(python2.root(), "filenames", PickleValue::Kind::list).items;
  CHECK(python2[names[1]].text == "camion.png");
  const Pickle python3 = load_pickle(fixture("pickle/cifar_python3.pickle"));
  CHECK(python3.member(python3.root(), "data", PickleValue::Kind::array)
            .array[0][100]
            .item<std::int64_t>() == 700 % 251);
  CHECK(python3.member(python3.root(), "note", PickleValue::Kind::text).text == "caf\xc3\xa9");
  const Pickle three = load_pickle(fixture("pickle/protocol3.pickle"));
  const auto& items = three.member(three.root(), "a", PickleValue::Kind::list).items;
  CHECK(three[items[1]].integer == -2);
  CHECK(three[three[items[2]].items[0]].text == "x");
  CHECK_SAYS(FileError, "the dict has no 'date' (did you mean 'data'?)",
             python2.member(python2.root(), "date", PickleValue::Kind::array));
  CHECK_SAYS(FileError, "expected a list under 'data', found an array",
             python2.member(python2.root(), "data", PickleValue::Kind::list));
  CHECK_SAYS(FileError, "expected a dict, found a list",
             python2.member(python2.member(python2.root(), "labels", PickleValue::Kind::list), "x",
                            PickleValue::Kind::list));
}

TEST_CASE("pickle: instructions that would run code, and broken ones, are refused by name") {
  const auto refuses = [](const std::string& program, const std::string& part) {
    CAPTURE(part);
    const std::string file = "\x80\x02" + program;
    CHECK(testing::lacks(testing::thrown<FileError>([&] { parse_pickle(bytes(file), "t"); }),
                         part) == "");
  };
  CHECK_SAYS(FileError,
             "byte 2: instruction 0x63 (GLOBAL) names 'os.system', which limpid does not run",
             load_pickle(fixture("pickle/code.pickle")));
  refuses("(S'ls'\nios\nsystem\n.", "t: byte 3: instruction 0x53");
  refuses("i", "t: byte 2: instruction 0x69 (INST) is not read");
  refuses("\x81", "(NEWOBJ)");
  refuses("\x93", "(STACK_GLOBAL)");
  refuses("cnumpy\nndarray\n)R.", "nothing is known of a call of numpy.ndarray");
  refuses("cnumpy\ndtype\nU\x02O8\x85R.", "an array of dtype 'O8'");
  refuses("K\x01)R.", "expected a function to call, found a whole number");
  refuses("c" + std::string(300, 'x') + "\n", "does not end");
  refuses(".", "expected one value at the end, found 0");
  refuses("NN.", "found 2");
  refuses("N.N", "1 bytes follow");
  refuses("t.", "needs a mark");
  refuses("(a.", "needs a value");
  refuses("K\x01q\x01h\x02.", "nothing was kept under number 2");
  refuses(
      "K\x01K\x02"
      "a.",
      "expected a list to add to, found a whole number");
  refuses("}(Nu.", "a key without a value");
  refuses("T\xff\xff\xff\xff.", "expected 4294967295 bytes of a text");
  CHECK_SAYS(FileError, "byte 0: expected a pickle", parse_pickle(bytes("(dp0\n."), "t"));
  CHECK_SAYS(FileError, "byte 1: expected protocol 2 or 3, found 4",
             parse_pickle(bytes("\x80\x04N."), "t"));
  refuses(std::string((1 << 20) + 1, 'N'), "more than 1048576 values");
  const std::string self =
      "\x80\x02]q\x01h\x01"
      "a.";  // a list that holds itself
  CHECK(parse_pickle(bytes(self)).root().items.size() == 1);

  const auto array_says = [&](std::string shape, std::string rest, const std::string& part) {
    const std::string head =
        "\x80\x02"
        "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n(K\x05tU\x01"
        "b\x87R(K\x01";
    const std::string file = head + shape + "cnumpy\ndtype\nU\x02u1\x85R" + rest + "tb.";
    CHECK(testing::lacks(testing::thrown<FileError>([&] { parse_pickle(bytes(file), "t"); }),
                         part) == "");
  };
  array_says("K\x02\x85", "\x89U\x02xy", "<nothing was thrown>");
  array_says("K\x03\x85", "\x89U\x02xy", "an array of shape (3,) with 2 bytes");
  array_says("J\xff\xff\xff\xff\x85", "\x89U\x02xy", "an array of shape (-1,)");
  array_says("K\x02K\x01\x86", "\x88U\x02xy", "Fortran order");
  array_says("K\x02\x85", "\x89K\x02", "expected a text as entry 4, found a whole number");
  array_says("U\x02xy", "\x89U\x02xy", "expected a tuple as entry 1, found a text");
  // A text that is named again and again would make much of little.
  std::string encode = "c_codecs\nencode\nq\x01X" + std::string("\x64\0\0\0", 4);
  encode += std::string(100, 'x') + "U\x06latin1\x86q\x02";
  for (int i = 0; i < 5; ++i) encode += "h\x01h\x02R";
  refuses(encode + ".", "unfolds to more than the file's size");
  refuses("c_codecs\nencode\n(" + std::string(17, 'N') + "tR.", "at most 16 entries");
  check_truncations(text_of("pickle/protocol3.pickle"),
                    [](auto b) { return parse_pickle(b, "t"); });
}

}  // namespace limpid::formats_test
