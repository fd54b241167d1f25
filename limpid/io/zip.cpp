#include "limpid/io/zip.h"

#include <algorithm>

#include "limpid/core/error.h"
#include "limpid/core/quote.h"
#include "limpid/core/str.h"
#include "limpid/io/byte_cursor.h"
#include "limpid/io/checksum.h"
#include "limpid/io/inflate.h"

namespace limpid {

namespace {

constexpr std::uint32_t kLocal = 0x04034b50, kCentral = 0x02014b50, kEnd = 0x06054b50;
constexpr std::int64_t kEndSize = 22, kMaxComment = 65'535;
constexpr std::uint32_t kZip64 = 0xffffffff;

/// The end record: the last place where its signature stands and its comment fills the rest.
std::int64_t find_end(std::span<const std::byte> bytes, std::string_view name) {
  const std::int64_t size = std::ssize(bytes);
  for (std::int64_t at = size - kEndSize; at >= 0 && at >= size - kEndSize - kMaxComment; --at) {
    ByteCursor cursor(bytes, name, at);
    if (cursor.little<std::uint32_t>("signature") != kEnd) continue;
    ByteCursor comment(bytes, name, at + 20);
    if (comment.little<std::uint16_t>("comment") == size - at - kEndSize) return at;
  }
  throw FileError(str(name,
                      ": expected a zip file, which ends with a central directory; it was cut ",
                      "off, or is none"));
}

ZipEntry parse_entry(ByteCursor& at) {
  const std::int64_t begin = at.at();
  const auto u16 = [&] { return at.little<std::uint16_t>("the central directory"); };
  const auto u32 = [&] { return at.little<std::uint32_t>("the central directory"); };
  if (u32() != kCentral) at.fail_at(begin, "expected an entry of the central directory");
  at.take(4, "versions");
  const std::uint16_t flags = u16();
  ZipEntry entry;
  entry.method = u16();
  at.take(4, "time and date");
  entry.crc32 = u32();
  const std::uint32_t packed = u32(), size = u32();
  const std::uint16_t name = u16(), extra = u16(), comment = u16();
  at.take(8, "disk and attributes");
  const std::uint32_t header = u32();
  entry.name = at.text(name, "an entry's name");
  at.take(std::uint64_t{extra} + comment, "an entry's extra field");
  if (packed == kZip64 || size == kZip64 || header == kZip64)
    at.fail_at(begin,
               str("entry ", quote(entry.name), " is in Zip64, for 4 GiB and more; save the ",
                   "arrays as single .npy files"));
  if (flags & 1) at.fail_at(begin, str("entry ", quote(entry.name), " is encrypted"));
  if (entry.method != 0 && entry.method != 8)
    at.fail_at(begin, str("entry ", quote(entry.name), " is compressed by method ", entry.method,
                          "; only stored (0) and deflated (8) entries are read"));
  if (entry.method == 0 && packed != size)
    at.fail_at(begin, str("entry ", quote(entry.name), " is stored, but its sizes ", packed,
                          " and ", size, " differ"));
  entry.packed = packed;
  entry.size = size;
  entry.header = header;
  return entry;
}

void put(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

/// What a local header and a central entry have in common. The date is 1980-01-01, the first.
std::string common_fields(const ZipSource& source, std::uint32_t crc, std::size_t size) {
  std::string out;
  put(out, 20, 2), put(out, 0, 2), put(out, 0, 2);  // version 2.0, no flags, stored
  put(out, 0, 2), put(out, 1 << 5 | 1, 2);          // midnight, 1980-01-01
  put(out, crc, 4), put(out, size, 4), put(out, size, 4);
  put(out, source.name.size(), 2), put(out, 0, 2);  // no extra field
  return out;
}

std::uint32_t crc32_of_both(const ZipSource& source) {
  std::vector<std::byte> both(source.head.begin(), source.head.end());
  both.insert(both.end(), source.body.begin(), source.body.end());
  return crc32_of(both);
}

}  // namespace

std::vector<ZipEntry> zip_entries(std::span<const std::byte> bytes, std::string_view name) {
  const std::int64_t end = find_end(bytes, name);
  ByteCursor at(bytes, name, end + 4);
  const auto u16 = [&] { return at.little<std::uint16_t>("the end record"); };
  const std::uint16_t disk = u16(), first_disk = u16(), here = u16(), count = u16();
  const std::int64_t size = at.little<std::uint32_t>("the end record");
  const std::int64_t begin = at.little<std::uint32_t>("the end record");
  if (count == 0xffff || begin == kZip64)
    at.fail_at(end, "a Zip64 archive, for 4 GiB and more; save the arrays as single .npy files");
  if (disk != 0 || first_disk != 0 || here != count) at.fail_at(end, "an archive in several files");
  if (begin + size > end)
    at.fail_at(end, str("the central directory, bytes ", begin, " to ", begin + size,
                        ", does not lie in front of this end record"));
  ByteCursor directory(bytes.first(static_cast<std::size_t>(begin + size)), name, begin);
  std::vector<ZipEntry> entries;
  for (int i = 0; i < count; ++i) entries.push_back(parse_entry(directory));
  if (directory.left() > 0) directory.fail("expected the end of the central directory");
  return entries;
}

std::vector<std::byte> zip_content(std::span<const std::byte> bytes, const ZipEntry& entry,
                                   std::string_view name) {
  if (entry.header > std::ssize(bytes))
    throw FileError(str(name, ": entry ", quote(entry.name), " begins at byte ", entry.header,
                        ", behind the end of the file"));
  ByteCursor at(bytes, name, entry.header);
  if (at.little<std::uint32_t>("a local header") != kLocal)
    at.fail_at(entry.header, str("expected the local header of ", quote(entry.name)));
  at.take(22, "a local header");  // all of which the central directory says too
  const auto name_size = at.little<std::uint16_t>("a local header");
  const auto extra = at.little<std::uint16_t>("a local header");
  at.take(std::uint64_t{name_size} + extra, "a local header");
  const std::int64_t begin = at.at();
  const auto packed =
      at.take(static_cast<std::uint64_t>(entry.packed), str("entry ", quote(entry.name)));
  std::vector<std::byte> content =
      entry.method == 0
          ? std::vector<std::byte>(packed.begin(), packed.end())
          : inflate_all(packed, Deflate::raw, entry.size, str(name, ": entry ", quote(entry.name)));
  if (crc32_of(content) != entry.crc32)
    at.fail_at(begin, str("entry ", quote(entry.name), " is damaged: its checksum differs"));
  return content;
}

std::vector<std::span<const std::byte>> zip_stored(std::span<const ZipSource> sources,
                                                   std::vector<std::string>& glue) {
  glue.assign(sources.size() + 1, {});
  std::vector<std::span<const std::byte>> parts;
  std::string directory;
  std::uint64_t at = 0;
  const auto add = [&](std::span<const std::byte> part) {
    parts.push_back(part);
    at += part.size();
    if (at >= kZip64) throw ValueError("a zip file of 4 GiB or more; save single .npy files");
  };
  if (sources.size() >= 0xffff)
    throw ValueError(str(sources.size(), " entries; at most 65534 fit"));
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const ZipSource& source = sources[i];
    const std::uint64_t begin = at;
    const std::string fields =
        common_fields(source, crc32_of_both(source), source.head.size() + source.body.size());
    put(glue[i], kLocal, 4);
    glue[i] += fields + source.name;
    add(std::as_bytes(std::span(glue[i])));
    add(source.head);
    add(source.body);
    put(directory, kCentral, 4), put(directory, 20, 2);
    directory += fields;
    put(directory, 0, 2), put(directory, 0, 2), put(directory, 0, 2), put(directory, 0, 4);
    put(directory, begin, 4);
    directory += source.name;
  }
  std::string& tail = glue.back();
  tail = directory;
  put(tail, kEnd, 4), put(tail, 0, 4);
  put(tail, sources.size(), 2), put(tail, sources.size(), 2);
  put(tail, directory.size(), 4), put(tail, at, 4), put(tail, 0, 2);
  add(std::as_bytes(std::span(tail)));
  return parts;
}

}  // namespace limpid
