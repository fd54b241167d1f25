#include "limpid/io/pickle.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>

#include "limpid/core/error.h"
#include "limpid/core/files.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/core/suggest.h"
#include "limpid/io/byte_cursor.h"
#include "limpid/tensor/creation.h"

namespace limpid {

namespace {

using Kind = PickleValue::Kind;
using Id = std::uint32_t;

constexpr std::int64_t kMaxPickle = std::int64_t{1} << 30;
constexpr std::size_t kMaxValues = std::size_t{1} << 20;
constexpr std::size_t kMaxArguments = 16;  // of a call, and parts of a state: copied each time
constexpr Id kMark = ~Id{0};               // stands on the stack where a list of items begins

/// Instructions that other pickles have; named where they are refused.
struct Refused {
  std::uint8_t code;
  std::string_view name;
};
constexpr Refused kRefused[] = {
    {'i', "INST"},          {'o', "OBJ"},        {0x81, "NEWOBJ"},     {0x92, "NEWOBJ_EX"},
    {0x93, "STACK_GLOBAL"}, {'P', "PERSID"},     {'Q', "BINPERSID"},   {0x82, "EXT1"},
    {0x83, "EXT2"},         {0x84, "EXT4"},      {'G', "BINFLOAT"},    {'F', "FLOAT"},
    {0x8a, "LONG1"},        {0x8b, "LONG4"},     {0x95, "FRAME"},      {0x94, "MEMOIZE"},
    {0x8f, "EMPTY_SET"},    {0x91, "FROZENSET"}, {0x97, "NEXT_BUFFER"}};

/// All that a pickle may name, by module and name; NumPy 2 has moved one.
constexpr std::string_view kGlobals[] = {"numpy.core.multiarray._reconstruct",
                                         "numpy._core.multiarray._reconstruct", "numpy.ndarray",
                                         "numpy.dtype", "_codecs.encode"};

class Machine {
 public:
  Machine(std::span<const std::byte> bytes, std::string_view name) : at_(bytes, name) {}

  Pickle run() {
    if (at_.little<std::uint8_t>("the first instruction") != 0x80)
      at_.fail_at(0, "expected a pickle of protocol 2 or 3, which begins with byte 0x80");
    const int protocol = at_.little<std::uint8_t>("the protocol");
    if (protocol < 2 || protocol > 3)
      at_.fail_at(1, str("expected protocol 2 or 3, found ", protocol,
                         "; pickle.dump(data, file, protocol=2) writes it"));
    while (step()) {
    }
    if (stack_.size() != 1) fail(str("expected one value at the end, found ", stack_.size()));
    const Id root = pop();
    if (at_.left() > 0) at_.fail(str(at_.left(), " bytes follow the end of the pickle"));
    return {std::move(values_), root, std::string(at_.name())};
  }

 private:
  [[noreturn]] void fail(std::string_view problem) const { at_.fail_at(begin_, problem); }

  /// One instruction; false after the last.
  bool step() {
    begin_ = at_.at();
    const int code = at_.little<std::uint8_t>("the next instruction");
    switch (code) {
      case '.': return false;
      case '(': stack_.push_back(kMark); return true;
      case 'N': push({.kind = Kind::none}); return true;
      case 0x88: push({.kind = Kind::boolean, .integer = 1}); return true;
      case 0x89: push({.kind = Kind::boolean}); return true;
      case 'K': push_integer(at_.little<std::uint8_t>("a number")); return true;
      case 'M': push_integer(at_.little<std::uint16_t>("a number")); return true;
      case 'J':
        push_integer(static_cast<std::int32_t>(at_.little<std::uint32_t>("a number")));
        return true;
      case 'U':
      case 'C': push_text(at_.little<std::uint8_t>("a text's length")); return true;
      case 'T':
      case 'B':
      case 'X': push_text(at_.little<std::uint32_t>("a text's length")); return true;
      case ']': push({.kind = Kind::list}); return true;
      case '}': push({.kind = Kind::dict}); return true;
      case ')': push({.kind = Kind::tuple}); return true;
      case 't': push_tuple(marked()); return true;
      case 0x85:
      case 0x86:
      case 0x87: push_tuple(last(static_cast<std::size_t>(code - 0x84))); return true;
      case 'a': extend(Kind::list, last(1)); return true;
      case 'e': extend(Kind::list, marked()); return true;
      case 's': extend(Kind::dict, last(2)); return true;
      case 'u': extend(Kind::dict, marked()); return true;
      case 'q': memo_[at_.little<std::uint8_t>("a memo's number")] = top(); return true;
      case 'r': memo_[at_.little<std::uint32_t>("a memo's number")] = top(); return true;
      case 'h': recall(at_.little<std::uint8_t>("a memo's number")); return true;
      case 'j': recall(at_.little<std::uint32_t>("a memo's number")); return true;
      case 'c': push_global(); return true;
      case 'R': call(); return true;
      case 'b': build(); return true;
      default: refuse(code);
    }
  }

  [[noreturn]] void refuse(int code) const {
    std::string name;
    for (const auto& [known, text] : kRefused)
      if (known == code) name = str(" (", text, ")");
    constexpr char digits[] = "0123456789abcdef";
    fail(str("instruction 0x", digits[code >> 4], digits[code & 15], name,
             " is not read: only dicts, ",
             "lists, tuples, texts, whole numbers and NumPy arrays of uint8 are"));
  }

  // -- the stack
  void push(PickleValue value) {
    if (values_.size() == kMaxValues) fail(str("more than ", kMaxValues, " values"));
    value.at = begin_;
    stack_.push_back(static_cast<Id>(values_.size()));
    values_.push_back(std::move(value));
  }
  void push_integer(std::int64_t integer) { push({.kind = Kind::integer, .integer = integer}); }
  void push_text(std::uint32_t length) {
    push({.kind = Kind::text, .text = std::string(at_.text(length, "a text"))});
  }
  void push_tuple(std::vector<Id> items) { push({.kind = Kind::tuple, .items = std::move(items)}); }

  Id top() const {
    if (stack_.empty() || stack_.back() == kMark)
      fail("the instruction needs a value and finds none");
    return stack_.back();
  }
  Id pop() {
    const Id id = top();
    stack_.pop_back();
    return id;
  }
  std::vector<Id> last(std::size_t count) {
    std::vector<Id> items(count);
    for (std::size_t i = count; i > 0; --i) items[i - 1] = pop();
    return items;
  }
  /// All values above the last mark, which goes with them.
  std::vector<Id> marked() {
    const auto mark = std::find(stack_.rbegin(), stack_.rend(), kMark);
    if (mark == stack_.rend()) fail("the instruction needs a mark and finds none");
    std::vector<Id> items(mark.base(), stack_.end());
    stack_.erase(mark.base() - 1, stack_.end());
    return items;
  }

  void extend(Kind kind, const std::vector<Id>& items) {
    PickleValue& value = values_[top()];
    if (value.kind != kind)
      fail(str("expected ", name_of(kind), " to add to, found ", name_of(value.kind)));
    if (kind == Kind::dict && items.size() % 2 != 0) fail("a key without a value");
    value.items.insert(value.items.end(), items.begin(), items.end());
  }
  void recall(std::uint32_t number) {
    const auto found = memo_.find(number);
    if (found == memo_.end()) fail(str("nothing was kept under number ", number));
    stack_.push_back(found->second);
  }

  // -- what makes arrays
  std::string_view line(std::string_view what) {
    const ByteCursor begin = at_;
    std::uint64_t length = 0;
    while (at_.little<std::uint8_t>(what) != '\n')
      if (++length > 200) begin.fail(str(what, " does not end"));
    return ByteCursor(begin).text(length, what);
  }
  void push_global() {
    const std::string_view module = line("a module's name"), name = line("a function's name");
    const std::string text = str(module, ".", name);
    if (std::find(std::begin(kGlobals), std::end(kGlobals), text) == std::end(kGlobals))
      fail(str("instruction 0x63 (GLOBAL) names ", quote(text),
               ", which limpid does not run; only NumPy arrays of uint8 are read"));
    push({.kind = Kind::global, .text = text});
  }

  /// The arguments of a call or a state, which must be a tuple.
  const std::vector<Id>& tuple(Id id, std::string_view what) const {
    if (values_[id].kind != Kind::tuple)
      fail(str("expected a tuple as ", what, ", found ", name_of(values_[id].kind)));
    if (values_[id].items.size() > kMaxArguments)
      fail(str("expected at most ", kMaxArguments, " entries in ", what));
    return values_[id].items;
  }
  /// Entry i of a tuple, of one kind.
  const PickleValue& entry(const std::vector<Id>& items, std::size_t i, Kind kind) const {
    if (i >= items.size())
      fail(str("expected ", name_of(kind), " as entry ", i, " of a tuple of ", items.size()));
    const PickleValue& value = values_[items[i]];
    if (value.kind != kind)
      fail(str("expected ", name_of(kind), " as entry ", i, ", found ", name_of(value.kind)));
    return value;
  }

  void call() {
    const Id arguments = pop(), function = pop();
    if (values_[function].kind != Kind::global)
      fail(str("expected a function to call, found ", name_of(values_[function].kind)));
    const std::vector<Id> items = tuple(arguments, "a call's arguments");
    const std::string text = values_[function].text;
    if (text.ends_with("_reconstruct")) {  // (ndarray, (0,), 'b'): an empty array, built later
      if (entry(items, 0, Kind::global).text != "numpy.ndarray")
        fail("only numpy.ndarray is built");
      push({.kind = Kind::array});
    } else if (text == "numpy.dtype") {
      const PickleValue& name = entry(items, 0, Kind::text);
      if (name.text != "u1")
        fail(str("an array of dtype ", quote(name.text), "; only uint8 ('u1') is read"));
      push({.kind = Kind::dtype});
    } else if (text == "_codecs.encode") {  // how Python 3 writes bytes in protocol 2
      if (entry(items, 1, Kind::text).text != "latin1") fail("only latin1 is encoded");
      std::string text_bytes = latin1(entry(items, 0, Kind::text).text);
      spend(text_bytes.size(), encoded_);
      push({.kind = Kind::text, .text = std::move(text_bytes)});
    } else {
      fail(str("nothing is known of a call of ", text));
    }
  }

  /// UTF-8 of characters up to U+00FF as one byte each.
  std::string latin1(const std::string& utf8) const {
    std::string out;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
      const auto lead = static_cast<unsigned char>(utf8[i]);
      if (lead < 0x80) {
        out += utf8[i];
      } else {
        const auto next = i + 1 < utf8.size() ? static_cast<unsigned char>(utf8[++i]) : 0u;
        if ((lead != 0xc2 && lead != 0xc3) || (next & 0xc0u) != 0x80u)
          fail(str("a text is no latin1 at its byte ", i));
        out += static_cast<char>(((lead & 3u) << 6) | (next & 0x3fu));
      }
    }
    return out;
  }

  void build() {
    const Id state = pop(), target = top();
    const std::vector<Id>& items = tuple(state, "a state");
    if (values_[target].kind == Kind::dtype) return;  // byte order and alignment: one byte has none
    if (values_[target].kind != Kind::array)
      fail(str("expected an array to build, found ", name_of(values_[target].kind)));
    const Tensor array = array_of(items);  // of (version, shape, dtype, fortran_order, bytes)
    values_[target].array = array;
  }

  /// A text may be named again and again; what is made of texts may not outgrow the file.
  void spend(std::size_t bytes, std::int64_t& spent) const {
    spent += static_cast<std::int64_t>(bytes);
    if (spent > at_.size()) fail("the data unfolds to more than the file's size");
  }

  Tensor array_of(const std::vector<Id>& state) {
    const std::vector<Id>& sizes = entry(state, 1, Kind::tuple).items;
    if (sizes.size() > static_cast<std::size_t>(Shape::kMaxRank))
      fail(str("an array of ", sizes.size(), " axes; at most ", Shape::kMaxRank, " are possible"));
    Shape shape(static_cast<int>(sizes.size()));
    for (std::size_t i = 0; i < sizes.size(); ++i)
      shape[static_cast<int>(i)] = entry(sizes, i, Kind::integer).integer;
    entry(state, 2, Kind::dtype);
    if (entry(state, 3, Kind::boolean).integer && shape.rank() > 1)
      fail("an array in Fortran order; numpy.ascontiguousarray turns it round");
    const std::string& data = entry(state, 4, Kind::text).text;
    if (byte_size(shape, 1) != std::ssize(data))
      fail(str("an array of shape ", to_string(shape), " with ", data.size(), " bytes"));
    spend(data.size(), in_arrays_);
    Tensor out = empty(shape, {.dtype = DType::u8});
    if (!data.empty()) std::memcpy(out->data, data.data(), data.size());
    return out;
  }

  ByteCursor at_;
  std::int64_t begin_ = 0;                    // of the instruction under way
  std::int64_t encoded_ = 0, in_arrays_ = 0;  // bytes made so far
  std::vector<PickleValue> values_;
  std::vector<Id> stack_;
  std::map<std::uint32_t, Id> memo_;
};

}  // namespace

std::string_view name_of(PickleValue::Kind kind) {
  constexpr std::array<std::string_view, 10> names = {
      "None",    "a boolean", "a whole number", "a text",  "a list",
      "a tuple", "a dict",    "an array",       "a dtype", "a function"};
  return names[static_cast<std::size_t>(kind)];
}

void Pickle::fail(const PickleValue& value, std::string_view problem) const {
  throw FileError(str(name_, ": byte ", value.at, ": ", problem));
}

bool Pickle::has(const PickleValue& dict, std::string_view key) const {
  if (dict.kind != Kind::dict) return false;
  for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
    const PickleValue& name = values_[dict.items[i]];
    if (name.kind == Kind::text && name.text == key) return true;
  }
  return false;
}

const PickleValue& Pickle::member(const PickleValue& dict, std::string_view key, Kind kind) const {
  if (dict.kind != Kind::dict) fail(dict, str("expected a dict, found ", name_of(dict.kind)));
  std::vector<std::string> names;
  const PickleValue* found = nullptr;
  for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
    const PickleValue& name = values_[dict.items[i]];
    if (name.kind != Kind::text) continue;
    names.push_back(name.text);
    if (name.text == key) found = &values_[dict.items[i + 1]];  // the last one counts, as in Python
  }
  if (!found) fail(dict, str("the dict has no ", quote(key), did_you_mean(key, names)));
  if (found->kind != kind || (kind == Kind::array && !found->array.defined()))
    fail(*found, str("expected ", name_of(kind), " under ", quote(key), ", found ",
                     found->kind == kind ? "an unfinished one" : name_of(found->kind)));
  return *found;
}

Pickle load_pickle(const std::filesystem::path& path) {
  return parse_pickle(read_file(path, kMaxPickle), quote(path.native(), 300));
}

Pickle parse_pickle(std::span<const std::byte> bytes, std::string_view name) {
  return Machine(bytes, name).run();
}

}  // namespace limpid
