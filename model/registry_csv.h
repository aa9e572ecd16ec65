#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "model/fault.h"
#include "model/registry.h"
#include "model/rules.h"
#include "model/sheet.h"

namespace parkwatch {

/// What reading a registry gave.
struct ParsedRegistry {
  Registry registry;  // what could be read; to be used only if no fault refuses it
  Faults faults;
};

/// What a registry is checked against.
struct RegistryContext {
  const Rules& rules;
  /// Whether the IANA database has a zone of this name.
  std::function<bool(const std::string&)> zone_exists;
  /// The same files were checked and accepted before: they are only read, and no warning is
  /// repeated.
  bool accepted = false;
};

/// A file of the registry folder and its columns, for documents and starter folders.
struct RegistryFile {
  std::string_view name;
  bool required = false;
  std::span<const SheetColumn> columns;
  std::string_view help;
};
/// All files of the registry, required ones among them.
std::span<const RegistryFile> registry_files();

/// Reads the registry's CSV files and checks them against each other and the rules; all faults at
/// once, in the order of files and lines. Dates without a time are local midnight in China Standard
/// Time. Permit limits stay in the permit's unit; they are known to convert exactly.
/// Pure as far as the context is: safe from any thread.
ParsedRegistry parse_registry(const TextFiles& files, const RegistryContext& context);

}  // namespace parkwatch
