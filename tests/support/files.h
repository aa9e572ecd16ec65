#pragma once

#include <string>

#include "model/sheet.h"

namespace parkwatch {

/// Every CSV file of a folder of the source tree, "rules" for one.
TextFiles source_folder(const std::string& folder);

/// The bytes of a file. Fails the process when it cannot be read.
std::string file_bytes(const std::string& path);

}  // namespace parkwatch
