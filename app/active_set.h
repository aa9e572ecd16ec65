#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "model/fault.h"
#include "model/registry.h"
#include "model/rules.h"
#include "model/sheet.h"
#include "model/zone.h"

namespace parkwatch {

/// Counts up whenever a release computes other results from the same records: such a release is a
/// new set, and the hash below says so.
inline constexpr int arithmetic_version = 5;

/// Registry and rules as one version: what results are computed under.
struct ActiveSet {
  Registry registry;
  Rules rules;
  std::map<std::string, Zone> zones;  // every zone that a park or cluster names
  std::string hash;                   // SHA-256 in hex over arithmetic version and canonical files
};

/// The files of a set. Canonical: no byte order mark, no carriage returns, only files that are
/// read.
struct SetFiles {
  TextFiles registry;
  TextFiles rules;
};

/// What reading a set gave.
struct LoadedSet {
  ActiveSet set;   // to be used only if no fault refuses it
  SetFiles files;  // of load_set(); parse_set() leaves them to the caller
  Faults faults;
};

/// Reads the CSV files of both folders; an empty `rules_dir` means the rules that come with the
/// program. A folder or file that cannot be read is a fault.
SetFiles read_set_files(const std::filesystem::path& registry_dir,
                        const std::filesystem::path& rules_dir, Faults& faults);

/// As above, of the rules alone.
TextFiles read_rule_files(const std::filesystem::path& rules_dir, Faults& faults);

/// Parses and checks the files; all faults at once, those of the rules first. A set with the hash
/// `accepted` was checked when it was activated, and is only read: of a large registry, checks take
/// the longest, and a restart must not wait for them.
LoadedSet parse_set(const SetFiles& files, std::string_view accepted = {});

/// Both of the above.
LoadedSet load_set(const std::filesystem::path& registry_dir,
                   const std::filesystem::path& rules_dir, std::string_view accepted = {});

/// The set's files as one compressed text, to keep under the set's hash. Its bytes depend on the
/// compression library; the hash does not.
std::string pack_set(const SetFiles& files);

/// The files again. Throws std::runtime_error for bytes that pack_set has not written.
SetFiles unpack_set(std::string_view packed);

/// The hash of a set made of these files.
std::string set_hash(const SetFiles& files);

/// The zone of the IANA database with its changes from 1990 to 2060; nothing for an unknown name.
std::optional<Zone> load_zone(const std::string& name);

}  // namespace parkwatch
