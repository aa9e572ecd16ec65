#include "app/version.h"

namespace parkwatch {

std::string version_text() { return "parkwatch " PARKWATCH_VERSION; }

}  // namespace parkwatch
