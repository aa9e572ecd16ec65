#include "tests/simulation/tables.h"

#include <variant>

#include "tests/simulation/clusters.h"

namespace parkwatch::oracle {

namespace {

/// Lines in the order of their keys: text by its bytes, numbers by value.
class Lines {
 public:
  using Key = std::vector<std::variant<Time, std::string>>;

  explicit Lines(std::string names) : text_(std::move(names) + "\n") {}
  void add(Key key, const std::vector<std::string>& cells) {
    std::string line;
    for (const std::string& cell : cells)
      line += (&cell == &cells.front() ? "" : ",") + quoted(cell);
    lines_[std::move(key)] = line + "\n";
  }
  std::string text() const {
    std::string all = text_;
    for (const auto& [key, line] : lines_) all += line;
    return all;
  }

 private:
  static std::string quoted(const std::string& cell) {
    if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
    std::string text = "\"";
    for (const char c : cell) text += c == '"' ? std::string("\"\"") : std::string(1, c);
    return text + "\"";
  }

  std::string text_;
  std::map<Key, std::string> lines_;
};

std::string span(bool by_day) {
  return by_day ? "day" : "hour";
}
std::string phase(bool closed) {
  return closed ? "closed" : "open";
}
std::string number(Units units, int places = value_places) {
  return units ? units_text(*units, places) : "";
}
std::string raw(Units units) {
  return units ? std::to_string(*units) : "";
}
std::string yes(bool value) {
  return value ? "true" : "false";
}
std::string time(const std::optional<Time>& at) {
  return at ? time_text(*at) : "";
}

// The tables of the present

std::string print_windows(const std::vector<const JudgedWindow*>& windows) {
  Lines lines(
      "park,span,start,outlet,factor,phase,state,value,converted,minimum,maximum,samples,"
      "valid_minutes,invalid_minutes,converted_minutes,volume_m3,mass_kg,mass_state,reported,"
      "recomputed,source,first_arrival");
  for (const JudgedWindow* window : windows) {
    const WindowRow& row = window->row;
    lines.add({row.park, span(row.by_day), row.start, row.outlet, row.factor},
              {row.park,
               span(row.by_day),
               time_text(row.start),
               row.outlet,
               row.factor,
               phase(row.closed),
               row.state,
               number(row.value),
               number(row.converted),
               number(row.minimum),
               number(row.maximum),
               std::to_string(row.samples),
               std::to_string(row.valid_minutes),
               std::to_string(row.invalid_minutes),
               std::to_string(row.converted_minutes),
               number(row.volume_m3),
               number(row.mass_kg, mass_places),
               row.mass_state,
               number(row.reported),
               number(row.recomputed),
               row.source,
               time(row.first_arrival)});
  }
  return lines.text();
}

std::string print_verdicts(const std::vector<const JudgedWindow*>& windows) {
  Lines lines(
      "park,span,start,outlet,factor,limit_id,phase,state_before_marks,state,value,lower_limit,"
      "limit_value,ratio,leads,unsure,note");
  for (const JudgedWindow* window : windows) {
    const WindowRow& row = window->row;
    for (const VerdictRow& verdict : window->verdicts) {
      lines.add({row.park, span(row.by_day), row.start, row.outlet, row.factor, verdict.limit_id},
                {row.park, span(row.by_day), time_text(row.start), row.outlet, row.factor,
                 verdict.limit_id, phase(verdict.closed), verdict.state, verdict.state,
                 number(verdict.value), number(verdict.lower), number(verdict.upper),
                 number(verdict.ratio), yes(verdict.leads), yes(verdict.unsure), verdict.note});
    }
  }
  return lines.text();
}

std::string print_quality(const std::vector<const JudgedWindow*>& windows) {
  Lines lines("park,span,start,outlet,factor,finding,detail");
  for (const JudgedWindow* window : windows) {
    const WindowRow& row = window->row;
    for (const auto& [finding, detail] : window->findings) {
      lines.add({row.park, span(row.by_day), row.start, row.outlet, row.factor, finding},
                {row.park, span(row.by_day), time_text(row.start), row.outlet, row.factor, finding,
                 detail});
    }
  }
  return lines.text();
}

void print_masses(const Masses& masses, std::map<std::string, std::string>& tables) {
  Lines capture("park,outlet,factor,quarter,hours,valid,stopped,gaps,rate");
  for (const auto& [key, counts] : masses.capture()) {
    const auto& [park, outlet, factor] = key.first;
    const std::int64_t due = counts.hours - counts.stopped;
    capture.add(
        {park, outlet, factor, key.second},
        {park, outlet, factor, time_text(key.second), std::to_string(counts.hours),
         std::to_string(counts.valid), std::to_string(counts.stopped), std::to_string(counts.gaps),
         due == 0 ? "" : number(to_units(Fraction(counts.valid, due)))});
  }
  Lines substitution("park,outlet,factor,start,mass_kg,method,run_start");
  for (const auto& [key, found] : masses.estimates()) {
    const auto& [park, outlet, factor] = key.first;
    substitution.add({park, outlet, factor, key.second},
                     {park, outlet, factor, time_text(key.second),
                      units_text(found.mass, mass_places), found.method, time_text(found.run)});
  }
  tables["capture"] = capture.text();
  tables["substitution"] = substitution.text();
}

void print_clusters(Oracle& oracle, std::map<std::string, std::string>& tables) {
  Lines parts("cluster,span,start,factor,park,phase,gross_kg,additive_kg,due,present,estimated_kg");
  Lines wholes(
      "cluster,span,start,factor,phase,mass_kg,additive_kg,equivalents,due,present,completeness,"
      "estimated_share,parks");
  const Masses masses(oracle);
  print_masses(masses, tables);
  const ClusterSums sums(oracle, masses);
  for (const auto& [key, part] : sums.parts()) {
    const auto& [cluster, by_day, start, factor] = key.first;
    parts.add({cluster, span(by_day), start, factor, key.second},
              {cluster, span(by_day), time_text(start), factor, key.second, phase(part.closed),
               units_text(part.gross, mass_places), units_text(part.additive, mass_places),
               std::to_string(part.due), std::to_string(part.present),
               units_text(part.estimated, mass_places)});
  }
  for (const auto& [key, whole] : sums.wholes()) {
    const auto& [cluster, by_day, start, factor] = key;
    const auto per = oracle.book().equivalent_kg(factor);
    std::string split;
    for (const auto& [park, gross] : whole.parks) {
      split += (split.empty() ? "" : ";") + park + "=" + units_text(gross, mass_places);
    }
    wholes.add(
        {cluster, span(by_day), start, factor},
        {cluster, span(by_day), time_text(start), factor, phase(whole.closed),
         units_text(whole.gross, mass_places), units_text(whole.additive, mass_places),
         per ? number(to_units(from_units(whole.gross, mass_places) / *per)) : "",
         std::to_string(whole.due), std::to_string(whole.present),
         whole.due == 0 ? "" : number(to_units(Fraction(whole.present, whole.due))),
         whole.gross == 0 ? "0" : number(to_units(Fraction(whole.estimated, whole.gross))), split});
  }
  tables["contribution"] = parts.text();
  tables["cluster_window"] = wholes.text();
}

std::string print_episodes(const Oracle& oracle) {
  Lines lines(
      "id,rule,park,outlet,factor,limit_id,span,severity,state,first_window,last_window,windows,"
      "resolved_window");
  for (const ParkRow& park : oracle.book().parks()) {
    for (const auto& [subject, track] : oracle.tracks(park.id)) {
      for (const EpisodeRow& row : episodes(track)) {
        const std::string id = episode_id(subject, row.first);
        lines.add({id}, {id, subject.rule, subject.park, subject.outlet, subject.factor,
                         subject.limit_id, span(subject.by_day),
                         *oracle.book().parameter("episode_severity_" + subject.rule),
                         row.resolved ? "resolved" : "open", time_text(row.first),
                         time_text(row.last), std::to_string(row.windows), time(row.resolved)});
      }
    }
  }
  return lines.text();
}

std::string print_dead(const Ledger& ledger) {
  Lines lines("digest,reason,payload_bytes,payload_sha256");
  for (const auto& [key, payload] : ledger.dead()) {
    lines.add({key.first, key.second},
              {key.first, key.second, std::to_string(payload.size()), sha256_text(payload)});
  }
  return lines.text();
}

std::string print_documents(const Ledger& ledger) {
  Lines lines("park,type,source,id,received,content");
  for (const auto& [key, held] : ledger.documents()) {
    lines.add({held.park, held.type, held.source, held.id},
              {held.park, held.type, held.source, held.id, time_text(held.received), held.members});
  }
  return lines.text();
}

std::string print_parks(const Ledger& ledger) {
  Lines lines("park,time");
  for (const auto& [park, at] : ledger.park_time()) lines.add({park}, {park, time_text(at)});
  return lines.text();
}

// The packed form of a device hour: numbers seven bits a byte, signed ones folded.

void pack_number(std::string& out, std::uint64_t value) {
  for (; value >= 128; value /= 128) out += static_cast<char>(128 + value % 128);
  out += static_cast<char>(value);
}

void pack_signed(std::string& out, std::int64_t value) {
  pack_number(out, value < 0 ? 2 * static_cast<std::uint64_t>(-(value + 1)) + 1
                             : 2 * static_cast<std::uint64_t>(value));
}

void pack_text(std::string& out, const std::string& text) {
  pack_number(out, text.size());
  out += text;
}

std::string print_device_hours(const Ledger& ledger) {
  using Values = std::vector<const KeptCopy*>;
  std::map<std::pair<std::string, Time>, std::map<std::pair<std::string, Report>, Values>> hours;
  for (const auto& [series, values] : ledger.kept()) {
    for (const auto& [at, copy] : values) {
      hours[{series.mn, floor_to(at, hour_ms)}][{series.factor, series.report}].push_back(&copy);
    }
  }
  Lines lines("mn,hour,content_bytes,content_sha256");
  for (const auto& [key, all] : hours) {
    std::string packed(1, '\1');
    pack_number(packed, all.size());
    for (const auto& [series, values] : all) {
      pack_text(packed, series.first);
      packed += static_cast<char>(series.second);
      pack_number(packed, values.size());
      for (const KeptCopy* copy : values) {
        pack_signed(packed, copy->time - key.second);
        pack_signed(packed, copy->received - key.second);
        const bool before = copy->first_received < copy->received;
        packed += static_cast<char>(static_cast<int>(copy->writing) + (copy->resent ? 16 : 0) +
                                    (copy->contradicted ? 32 : 0) + (before ? 64 : 0));
        if (before) {
          pack_number(packed, static_cast<std::uint64_t>(copy->received - copy->first_received));
        }
        pack_text(packed, copy->text);
      }
    }
    lines.add({key.first, key.second}, {key.first, time_text(key.second),
                                        std::to_string(packed.size()), sha256_text(packed)});
  }
  return lines.text();
}

// The tables of the past

std::string content(const WindowRow& row) {
  return "phase=" + phase(row.closed) + ";state=" + row.state + ";value=" + raw(row.value) +
         ";converted=" + raw(row.converted) + ";minimum=" + raw(row.minimum) +
         ";maximum=" + raw(row.maximum) + ";samples=" + std::to_string(row.samples) +
         ";valid_minutes=" + std::to_string(row.valid_minutes) +
         ";invalid_minutes=" + std::to_string(row.invalid_minutes) +
         ";converted_minutes=" + std::to_string(row.converted_minutes) +
         ";volume_m3=" + raw(row.volume_m3) + ";mass_kg=" + raw(row.mass_kg) +
         ";mass_state=" + row.mass_state + ";reported=" + raw(row.reported) +
         ";recomputed=" + raw(row.recomputed) + ";source=" + row.source +
         ";first_arrival=" + raw(row.first_arrival);
}

std::string content(const VerdictRow& row) {
  return "phase=" + phase(row.closed) + ";state_before_marks=" + row.state + ";state=" + row.state +
         ";value=" + raw(row.value) + ";lower_limit=" + raw(row.lower) +
         ";limit_value=" + raw(row.upper) + ";ratio=" + raw(row.ratio) +
         ";leads=" + (row.leads ? "1" : "0") + ";unsure=" + (row.unsure ? "1" : "0") +
         ";note=" + row.note;
}

template <class Row>
void print_versions(Lines& lines, const std::string& kind,
                    const std::map<Past::RowKey, VersionStack<Row>>& all) {
  for (const auto& [key, stack] : all) {
    const auto& [park, by_day, start, outlet, factor, limit] = key;
    std::string name =
        park + "|" + span(by_day) + "|" + time_text(start) + "|" + outlet + "|" + factor;
    if (kind == "verdict") name += "|" + limit;
    for (std::size_t i = 0; i + 1 < stack.versions.size(); ++i) {
      const Time minute = stack.versions[i].minute;
      lines.add({kind, name, minute},
                {kind, name, time_text(minute), content(stack.versions[i].state),
                 time_text(stack.versions[i + 1].minute), stack.versions[i + 1].cause});
    }
  }
}

/// One line of episode_event for an episode at `minute`.
void add_event(Lines& lines, const Subject& subject, Time minute, const EpisodeRow& row,
               const std::string& event, const std::string& state, const std::string& heir,
               bool retroactive) {
  const std::string id = episode_id(subject, row.first);
  lines.add({id, minute},
            {id, time_text(minute), event, state, subject.rule, subject.park, subject.outlet,
             subject.factor, subject.limit_id, time_text(row.first), time_text(row.last),
             std::to_string(row.windows), time(row.resolved), heir, yes(retroactive)});
}

const EpisodeRow* begun_at(const std::vector<EpisodeRow>& rows, Time first) {
  for (const EpisodeRow& row : rows) {
    if (row.first == first) return &row;
  }
  return nullptr;
}

bool holds(const EpisodeRow& row, Time window) {
  return row.first <= window && window <= row.last;
}

void add_events(Lines& lines, const Subject& subject, Time minute,
                const std::vector<EpisodeRow>& before, const EpisodesKnown& known) {
  const std::vector<EpisodeRow>& after = known.rows;
  for (const EpisodeRow& row : after) {
    const EpisodeRow* former = begun_at(before, row.first);
    if (former != nullptr && *former == row) continue;
    std::string event = "updated";
    if (former == nullptr) {
      event = "opened";
    } else if (row.resolved && !former->resolved) {
      event = "resolved";
    } else if (!row.resolved && former->resolved) {
      event = "reopened";
    }
    const auto closed = known.first_closed.find(row.first);
    const bool retroactive =
        event == "opened" && closed != known.first_closed.end() && closed->second < minute;
    add_event(lines, subject, minute, row, event, row.resolved ? "resolved" : "open", "",
              retroactive);
  }
  for (const EpisodeRow& row : before) {
    if (begun_at(after, row.first) != nullptr) continue;
    std::string heir;
    for (const EpisodeRow& other : after) {
      if (heir.empty() && (holds(other, row.first) || holds(row, other.first))) {
        heir = episode_id(subject, other.first);
      }
    }
    const std::string what = heir.empty() ? "withdrawn" : "superseded";
    add_event(lines, subject, minute, row, what, what, heir, true);
  }
}

std::string print_events(const Past& past) {
  Lines lines(
      "id,minute,event,state,rule,park,outlet,factor,limit_id,first_window,last_window,windows,"
      "resolved_window,superseded_by,retroactive");
  for (const auto& [subject, stack] : past.episodes()) {
    for (std::size_t i = 1; i < stack.versions.size(); ++i) {
      add_events(lines, subject, stack.versions[i].minute, stack.versions[i - 1].state.rows,
                 stack.versions[i].state);
    }
  }
  return lines.text();
}

}  // namespace

std::map<std::string, std::string> print_tables(Oracle& oracle, const Past* past) {
  std::map<std::string, std::string> tables;
  std::vector<const JudgedWindow*> windows;
  for (const ParkRow& park : oracle.book().parks()) {
    const ParkWindows& all = oracle.windows(park.id);
    for (const auto* spans : {&all.hours, &all.days}) {
      for (const auto& [place, series] : *spans) {
        for (const auto& [start, window] : series) windows.push_back(window);
      }
    }
  }
  tables["outlet_window"] = print_windows(windows);
  tables["verdict"] = print_verdicts(windows);
  tables["quality"] = print_quality(windows);
  tables["episode"] = print_episodes(oracle);
  print_clusters(oracle, tables);
  tables["dead_letter"] = print_dead(oracle.ledger());
  tables["document"] = print_documents(oracle.ledger());
  tables["device_hour"] = print_device_hours(oracle.ledger());
  tables["park"] = print_parks(oracle.ledger());
  if (past == nullptr) return tables;
  Lines history("kind,row_key,minute,content,replaced_minute,cause");
  print_versions(history, "outlet_window", past->windows());
  print_versions(history, "verdict", past->verdicts());
  tables["history"] = history.text();
  tables["episode_event"] = print_events(*past);
  return tables;
}

}  // namespace parkwatch::oracle
