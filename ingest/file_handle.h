#pragma once

#include <cstdio>
#include <string>

namespace parkwatch {

/// An open file, or the standard stream that "-" stands for. Errors: std::system_error.
class FileHandle {
 public:
  /// `mode` as of fopen; `standard` is what "-" means and is not closed.
  FileHandle(std::string path, const char* mode, std::FILE* standard);
  ~FileHandle();
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;

  std::FILE* get() const { return file_; }
  /// Throws for the present errno, naming the file.
  [[noreturn]] void fail(const char* doing) const;

 private:
  const std::string path_;
  std::FILE* file_ = nullptr;
  bool owned_ = false;
};

}  // namespace parkwatch
