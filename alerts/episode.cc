#include "alerts/episode.h"

#include <algorithm>
#include <array>

namespace parkwatch {

namespace {

__extension__ using Hash = unsigned __int128;

/// FNV-1a with 128 bits: stable, without a library, and wide enough that ids never meet.
Hash fnv1a(std::string_view text) {
  constexpr Hash prime = (Hash{0x0000000001000000ULL} << 64) | 0x000000000000013BULL;
  Hash hash = (Hash{0x6C62272E07BB0142ULL} << 64) | 0x62B821756295C58DULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= prime;
  }
  return hash;
}

std::string hex(Hash hash) {
  constexpr std::array<char, 16> digits = {'0', '1', '2', '3', '4', '5', '6', '7',
                                           '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
  std::string text(32, '0');
  for (std::size_t i = 32; i-- > 0; hash >>= 4)
    text[i] = digits[static_cast<std::size_t>(hash & 15)];
  return text;
}

bool holds(const EpisodeSpan& episode, EventTime window) {
  return episode.first <= window && window <= episode.last;
}

}  // namespace

std::string EpisodeSubject::text() const {
  std::string text = outlet;
  for (const std::string* part : {&factor, &limit_id}) {
    if (!part->empty()) text += "|" + *part;
  }
  // Only limits come in spans; the other rules look at hours.
  return limit_id.empty() ? text : text + "|" + span;
}

EpisodeSubject violation_episode(std::string rule, std::string park, std::string subject) {
  return {std::move(rule), std::move(park), std::move(subject), "", "", "event"};
}

EpisodeSubject EpisodeSubject::parse(std::string rule, std::string park, std::string_view text) {
  if (rule.starts_with("TS-")) {
    return violation_episode(std::move(rule), std::move(park), std::string(text));
  }
  EpisodeSubject subject{std::move(rule), std::move(park), "", "", "", "hour"};
  for (std::string* part : {&subject.outlet, &subject.factor, &subject.limit_id, &subject.span}) {
    if (text.empty()) break;
    const std::size_t end = text.find('|');
    *part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return subject;
}

std::string episode_id(const EpisodeSubject& subject, EventTime first_window) {
  return hex(fnv1a(subject.rule + "|" + subject.text() + "|" + utc_text(first_window)));
}

std::vector<EpisodeChange> compare_episodes(const EpisodeSubject& subject,
                                            const std::vector<EpisodeSpan>& before,
                                            const std::vector<EpisodeSpan>& after) {
  std::vector<EpisodeChange> changes;
  const auto by_first = [](const std::vector<EpisodeSpan>& list, EventTime first) {
    return std::find_if(list.begin(), list.end(),
                        [&](const EpisodeSpan& e) { return e.first == first; });
  };
  for (const EpisodeSpan& episode : after) {
    const auto former = by_first(before, episode.first);
    if (former != before.end() && *former == episode) continue;
    changes.push_back(
        {EpisodeChange::What::Written, episode_id(subject, episode.first), episode, ""});
  }
  for (const EpisodeSpan& episode : before) {
    if (by_first(after, episode.first) != after.end()) continue;
    EpisodeChange change{EpisodeChange::What::Withdrawn, episode_id(subject, episode.first),
                         episode, ""};
    const auto heir = std::find_if(after.begin(), after.end(), [&](const EpisodeSpan& e) {
      return holds(e, episode.first) || holds(episode, e.first);
    });
    if (heir != after.end()) {
      change.what = EpisodeChange::What::Superseded;
      change.superseded_by = episode_id(subject, heir->first);
    }
    changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace parkwatch
