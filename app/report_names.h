#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "app/active_set.h"
#include "web/registry_view.h"

namespace parkwatch {

/// How a report of a park names what the store holds, in one of two languages. What has a name of
/// its own shows its id behind it, in brackets.
class ReportNames {
 public:
  /// `set` outlives it.
  ReportNames(const ActiveSet& set, std::string park, bool chinese);

  bool chinese() const { return chinese_; }
  std::string operator()(std::string_view zh, std::string_view en) const {
    return std::string(chinese_ ? zh : en);
  }
  const RegistryView& registry() const { return view_; }

  /// To the minute, in the park's zone.
  std::string local(EventTime at) const;
  /// How far a park's records reach; that a report of a period that ends later is provisional.
  std::string data_up_to(std::optional<EventTime> park_time, EventTime end) const;
  /// Also of the meters that findings are about.
  std::string outlet(const std::string& id) const;
  std::string factor(const std::string& code) const;
  /// A state, severity, cause or finding; a mark's state by the mark's name.
  std::string word(const std::string& stored) const;
  /// A rule of episodes, or one of the three simultaneities with its title.
  std::string rule(const std::string& rule) const;
  /// Whom a rule of the three simultaneities is about: a project, line, facility, meter or outlet,
  /// or two of them.
  std::string subject(const std::string& subject) const;
  /// Legal basis and evidence, which are stored in English.
  std::string law(const std::string& text) const;

 private:
  struct Entry {
    std::string name, enterprise;
  };
  const ActiveSet& set_;
  std::string park_;
  bool chinese_;
  RegistryView view_;
  std::map<std::string, Entry> units_;  // projects, lines, facilities and outlets by id
};

}  // namespace parkwatch
