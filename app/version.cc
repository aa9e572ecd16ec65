#include "app/version.h"

namespace parkwatch {

std::string version_number() {
  return PARKWATCH_VERSION;
}

std::string source_revision() {
  return PARKWATCH_REVISION;
}

std::string version_text() {
  return "parkwatch " + version_number();
}

}  // namespace parkwatch
