#include "app/places.h"

#include <filesystem>
#include <system_error>

namespace parkwatch {

std::string default_demo_folder() {
  const std::filesystem::path name = "deploy/demo";
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) {
    const std::filesystem::path here = program.parent_path();
    for (const std::filesystem::path& base :
         {here, here.parent_path(), here.parent_path().parent_path(),
          here.parent_path() / "share" / "parkwatch"}) {
      if (std::filesystem::is_directory(base / name, error)) return (base / name).string();
    }
  }
  return name.string();
}

}  // namespace parkwatch
