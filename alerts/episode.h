#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/trail.h"

namespace parkwatch {

/// Whom an episode is about. Empty parts do not apply to the rule.
struct EpisodeSubject {
  std::string rule;  // exceedance, over_range, silent, or a violation's such as TS-L01
  std::string park;
  std::string outlet;  // of a violation its subject: project, production line or facility
  std::string factor, limit_id;
  std::string span;  // hour or day, event where the episode is about no window

  /// The key of the subject's trail, without park and rule.
  std::string text() const;
  /// Back from a rule and such a text.
  static EpisodeSubject parse(std::string rule, std::string park, std::string_view text);
};

/// The episode of a violation, which begins and ends at instants.
EpisodeSubject violation_episode(std::string rule, std::string park, std::string subject);

/// The id of an episode: a hash of rule, subject and the window that opened it.
std::string episode_id(const EpisodeSubject& subject, EventTime first_window);

/// What became of one episode between two states of its trail.
struct EpisodeChange {
  enum class What : std::uint8_t { Written, Withdrawn, Superseded };
  What what = What::Written;
  std::string id;
  EpisodeSpan span;           // the new state; for the others the former one
  std::string superseded_by;  // id of the episode that now holds its window
};

/// What changed from one set of episodes to another of the same subject.
std::vector<EpisodeChange> compare_episodes(const EpisodeSubject& subject,
                                            const std::vector<EpisodeSpan>& before,
                                            const std::vector<EpisodeSpan>& after);

}  // namespace parkwatch
