#include "app/places.h"

#include <filesystem>
#include <system_error>

namespace parkwatch {

namespace {

std::string find_folder(const std::filesystem::path& name) {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) {
    const std::filesystem::path here = program.parent_path();
    for (const std::filesystem::path& candidate :
         {here / name, here.parent_path() / name, here.parent_path().parent_path() / name,
          here.parent_path() / "share" / "parkwatch" / name}) {
      if (std::filesystem::is_directory(candidate, error)) return candidate.string();
    }
  }
  return name.string();
}

}  // namespace

std::string default_rules_folder() { return find_folder("rules"); }

std::string default_demo_folder() { return find_folder("deploy/demo"); }

}  // namespace parkwatch
