#include "tests/support/files.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "model/check.h"

namespace parkwatch {

std::string file_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  check(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

TextFiles source_folder(const std::string& folder) {
  TextFiles files{folder, {}};
  const std::filesystem::path root = std::filesystem::path(PARKWATCH_SOURCE_DIR) / folder;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    if (entry.path().extension() != ".csv") continue;
    files.texts[entry.path().filename().string()] = file_bytes(entry.path().string());
  }
  return files;
}

}  // namespace parkwatch
