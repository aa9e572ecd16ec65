#include <zstd.h>

#include <charconv>
#include <memory>
#include <stdexcept>
#include <utility>

#include "app/active_set.h"
#include "model/check.h"

namespace parkwatch {

namespace {

// The content before compression: the mark, then for each file a line "FOLDER/NAME BYTES" and its
// bytes. Folder names in faults are not part of a set and are not kept.
constexpr std::string_view mark = "parkwatch set 1\n";
constexpr unsigned long long content_bytes_max = 4ull << 30;
constexpr int compression_level = 9;

[[noreturn]] void refuse() {
  throw std::runtime_error("a stored registry and rule set is damaged");
}

void append(std::string& content, std::string_view folder, const TextFiles& files) {
  for (const auto& [name, text] : files.texts) {
    content.append(folder).append("/").append(name).append(" ");
    content.append(std::to_string(text.size())).append("\n").append(text);
  }
}

std::string decompress(std::string_view packed) {
  const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  const bool known = size != ZSTD_CONTENTSIZE_ERROR && size != ZSTD_CONTENTSIZE_UNKNOWN;
  if (!known || size > content_bytes_max) refuse();
  std::string content(size, '\0');
  const std::size_t got =
      ZSTD_decompress(content.data(), content.size(), packed.data(), packed.size());
  if (ZSTD_isError(got) != 0 || got != content.size()) refuse();
  return content;
}

/// Takes one file off the front.
void take_file(std::string_view& rest, SetFiles& files) {
  const std::size_t line = rest.find('\n');
  const std::size_t blank = rest.rfind(' ', line);
  const std::size_t slash = rest.find('/');
  if (line == std::string_view::npos || blank == std::string_view::npos || slash > blank) refuse();
  std::size_t size = 0;
  const char* const last = rest.data() + line;
  const auto [end, error] = std::from_chars(rest.data() + blank + 1, last, size);
  if (error != std::errc{} || end != last || size > rest.size() - line - 1) refuse();
  const std::string_view folder = rest.substr(0, slash);
  if (folder != "registry" && folder != "rules") refuse();
  TextFiles& target = folder == "rules" ? files.rules : files.registry;
  target.texts.emplace(rest.substr(slash + 1, blank - slash - 1), rest.substr(line + 1, size));
  rest.remove_prefix(line + 1 + size);
}

}  // namespace

std::string pack_set(const SetFiles& files) {
  std::string content(mark);
  append(content, "registry", files.registry);
  append(content, "rules", files.rules);
  std::string packed(ZSTD_compressBound(content.size()), '\0');
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                     &ZSTD_freeCCtx);
  check(context != nullptr);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, compression_level);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  const std::size_t size =
      ZSTD_compress2(context.get(), packed.data(), packed.size(), content.data(), content.size());
  check(ZSTD_isError(size) == 0);
  packed.resize(size);
  return packed;
}

SetFiles unpack_set(std::string_view packed) {
  const std::string content = decompress(packed);
  std::string_view rest = content;
  if (!rest.starts_with(mark)) refuse();
  rest.remove_prefix(mark.size());
  SetFiles files{{"registry", {}}, {"rules", {}}};
  while (!rest.empty()) take_file(rest, files);
  return files;
}

}  // namespace parkwatch
