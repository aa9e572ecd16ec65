#include "ingest/file_handle.h"

#include <cerrno>
#include <system_error>

namespace parkwatch {

FileHandle::FileHandle(std::string path, const char* mode, std::FILE* standard)
    : path_(std::move(path)) {
  if (path_ == "-") {
    file_ = standard;
    return;
  }
  file_ = std::fopen(path_.c_str(), mode);
  owned_ = true;
  if (!file_) fail("opening");
}

FileHandle::~FileHandle() {
  if (owned_ && file_) std::fclose(file_);
}

void FileHandle::fail(const char* doing) const {
  throw std::system_error(errno, std::generic_category(), std::string(doing) + " " + path_);
}

}  // namespace parkwatch
