#pragma once

#include <map>
#include <string>

#include "tests/support/temporary_folder.h"
#include "tests/support/world.h"

namespace parkwatch {

/// A folder with a registry, a log and stores that the log was replayed into.
class ReplayedStore {
 public:
  std::string path(const std::string& name) const { return folder_.file(name); }
  std::string url(const std::string& store) const { return "sqlite:" + path(store); }

  /// Files of the folder `registry`, over those that are there.
  void write_registry(const std::map<std::string, std::string>& files) const;
  /// Two local days of hour reports of one stack from 2026-03-15 on, 60 mg/m3 at 10 m3/s.
  void write_log() const;
  void replay_log(const std::string& store,
                  const std::string& until = "2026-03-16T17:00:00Z") const;
  /// A table as `parkwatch export` prints it.
  std::string exported(const std::string& table, const std::string& store = "store.db",
                       bool audit = false) const;
  /// All tables that follow from records and set.
  std::string current_tables(const std::string& store) const;

 private:
  TemporaryFolder folder_;
};

}  // namespace parkwatch
