#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "web/overview.h"
#include "web/registry_view.h"

namespace parkwatch {

struct PageOptions {
  std::size_t episodes_max = 50;  // rows shown; the rest is counted
  std::size_t outlets_max = 200;
  std::size_t clusters_max = 100;
  int refresh_s = 30;
  bool paused = false;  // no refresh
  std::string version;
};

/// The first page as one HTML document, Chinese first with English second. It asks for nothing from
/// outside, needs no script, and shows states by shape and text, not by colour alone.
std::string overview_page(const Overview& overview, const RegistryView& registry,
                          const PageOptions& options);

/// A page that says what went wrong, in the same dress.
std::string message_page(std::string_view title, std::string_view message);

/// The pages' style sheet, and its CSP source ('sha256-...'): the only style the browser accepts.
std::string_view page_style();
std::string_view page_style_source();

}  // namespace parkwatch
