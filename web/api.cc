#include "web/api.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>
#include <utility>

#include "model/time.h"
#include "web/query.h"
#include "web/row_view.h"
#include "web/text.h"

namespace parkwatch {

namespace {

constexpr std::int64_t day_ms = 24LL * 3600 * 1000;

/// [from, to) of window starts.
struct Range {
  std::int64_t from = 0;
  std::int64_t to = 0;
};

/// The rows of an answer up to the bound, and where the next request has to begin.
class Rows {
 public:
  Rows(TableId id, std::size_t rows_max) : table_(table(id)), rows_max_(rows_max) {}

  bool full() const { return count_ >= rows_max_; }
  void add(const Row& row) {
    if (full()) return cut();
    if (count_++ > 0) body_ += ",\n";
    append_json_row(body_, table_, row);
  }
  void cut() { truncated_ = true; }
  void cut_at(std::int64_t next_from) {
    truncated_ = true;
    next_from_ = next_from;
  }
  bool truncated() const { return truncated_; }
  Answer answer() const {
    Answer answer;
    answer.body = "{\"rows\":[" + body_ + "],\"truncated\":" + (truncated_ ? "true" : "false");
    if (next_from_) answer.body += ",\"next_from\":" + json_string(utc_text(*next_from_));
    answer.body += "}\n";
    return answer;
  }

 private:
  const Table& table_;
  const std::size_t rows_max_;
  std::size_t count_ = 0;
  bool truncated_ = false;
  std::optional<std::int64_t> next_from_;
  std::string body_;
};

Answer not_found(const std::string& what) {
  return {404, Answer{}.content_type, json_error(what)};
}

/// The time of the newest park; 0 in an empty store.
std::int64_t newest_park_time(Store& store) {
  std::int64_t newest = 0;
  store.scan(TableId::Park, {}, {}, 0, [&](const Row& row) {
    newest = std::max(newest, RowView(TableId::Park, row).number("time").value_or(0));
  });
  return newest;
}

/// from and to as asked for; without them the last day of the store.
Range range_of(Store& store, const QueryParameters& parameters, int days_max) {
  const std::optional<std::int64_t> from = parameters.time("from");
  const std::optional<std::int64_t> to = parameters.time("to");
  Range range;
  if (to) {
    range.to = *to;
  } else {
    range.to = from ? *from + day_ms : newest_park_time(store) + 1;
  }
  range.from = from ? *from : range.to - day_ms;
  if (range.from >= range.to) throw BadParameter("'from' must be before 'to'");
  if (range.to - range.from > days_max * day_ms) {
    throw BadParameter("the range is longer than " + std::to_string(days_max) + " days");
  }
  return range;
}

/// Window starts of one (owner, span) in a range, one at a time: two look-ups a window whatever
/// else the park holds, and no assumption about time zones.
std::optional<std::int64_t> next_start(Store& store, TableId table, const std::string& owner,
                                       const std::string& span, Range range) {
  std::optional<std::int64_t> start;
  store.scan(table, {owner, span, range.from}, {owner, span, range.to}, 1,
             [&](const Row& row) { start = RowView(table, row).number("start"); });
  return start;
}

/// Calls `read` with each start until it returns false; the start it refused is where to go on.
template <class Read>
std::optional<std::int64_t> each_start(Store& store, TableId table, const std::string& owner,
                                       const std::string& span, Range range, const Read& read) {
  while (range.from < range.to) {
    const std::optional<std::int64_t> start = next_start(store, table, owner, span, range);
    if (!start) break;
    if (!read(*start)) return start;
    range.from = *start + 1;
  }
  return std::nullopt;
}

/// Collects the rows under each prefix whose factor matches; false when they do not fit any more.
bool add_window(Store& store, TableId table, const Key& prefix,
                const std::optional<std::string>& factor, std::size_t& room, Rows& rows) {
  std::vector<Row> found;
  store.read(table, std::span(&prefix, 1), [&](const Row& row) {
    if (!factor || RowView(table, row).text("factor") == *factor) found.push_back(row);
  });
  if (found.size() > room) return false;
  room -= found.size();
  for (const Row& row : found) rows.add(row);
  return true;
}

}  // namespace

bool episode_is_open(std::string_view state) {
  return state != "resolved" && state != "withdrawn" && state != "superseded";
}

Answer Api::by_outlet(TableId table, const Query& query) const {
  const QueryParameters parameters(query, {"outlet", "park", "span", "factor", "from", "to"},
                                   options_.parameter_bytes_max);
  const std::optional<std::string> outlet = parameters.text("outlet");
  const std::optional<std::string> park = parameters.text("park");
  if (outlet.has_value() == park.has_value()) {
    throw BadParameter("give either 'outlet' or 'park'");
  }
  const std::string span = parameters.choice("span", {"hour", "day"});
  const std::optional<std::string> factor = parameters.text("factor");
  if (park && !registry_.parks().contains(*park)) return not_found("unknown park");
  if (outlet && !registry_.outlet(*outlet)) return not_found("unknown outlet");
  const std::vector<std::string> parks =
      outlet ? registry_.parks_of(*outlet) : std::vector<std::string>{*park};
  const Range range = range_of(store_, parameters, options_.days_max);
  Rows rows(table, options_.rows_max);
  std::size_t room = options_.rows_max;
  for (const std::string& owner : parks) {
    const std::optional<std::int64_t> rest =
        each_start(store_, table, owner, span, range, [&](std::int64_t start) {
          Key prefix{owner, span, start};
          if (outlet) prefix.emplace_back(*outlet);
          return add_window(store_, table, prefix, factor, room, rows);
        });
    if (rest) {
      rows.cut_at(*rest);
      break;
    }
  }
  return rows.answer();
}

Answer Api::verdicts(const Query& query) const {
  return by_outlet(TableId::Verdict, query);
}

Answer Api::windows(const Query& query) const {
  return by_outlet(TableId::OutletWindow, query);
}

Answer Api::clusters(const Query& query) const {
  const QueryParameters parameters(query, {"cluster", "span", "factor", "from", "to"},
                                   options_.parameter_bytes_max);
  const std::string span = parameters.choice("span", {"hour", "day"});
  const std::optional<std::string> factor = parameters.text("factor");
  std::vector<std::string> clusters;
  if (const std::optional<std::string> asked = parameters.text("cluster")) {
    if (!registry_.clusters().contains(*asked)) return not_found("unknown cluster");
    clusters.push_back(*asked);
  } else {
    for (const auto& [id, cluster] : registry_.clusters()) clusters.push_back(id);
  }
  const Range range = range_of(store_, parameters, options_.days_max);
  Rows rows(TableId::ClusterWindow, options_.rows_max);
  std::size_t room = options_.rows_max;
  for (const std::string& cluster : clusters) {
    const std::optional<std::int64_t> rest =
        each_start(store_, TableId::ClusterWindow, cluster, span, range, [&](std::int64_t start) {
          return add_window(store_, TableId::ClusterWindow, {cluster, span, start}, factor, room,
                            rows);
        });
    if (rest) {
      rows.cut_at(*rest);
      break;
    }
  }
  return rows.answer();
}

Answer Api::episodes(const Query& query) const {
  const QueryParameters parameters(query, {"state", "park", "outlet"},
                                   options_.parameter_bytes_max);
  const std::string state = parameters.choice("state", {"open", "closed", "all"});
  const std::optional<std::string> park = parameters.text("park");
  const std::optional<std::string> outlet = parameters.text("outlet");
  std::vector<std::pair<std::int64_t, Row>> found;
  store_.scan(TableId::Episode, {}, {}, 0, [&](const Row& row) {
    const RowView view(TableId::Episode, row);
    const bool open = episode_is_open(view.text("state"));
    if (state != "all" && open != (state == "open")) return;
    if (park && view.text("park") != *park) return;
    if (outlet && view.text("outlet") != *outlet) return;
    found.emplace_back(view.number("first_window").value_or(0), row);
  });
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return b.first < a.first; });
  Rows rows(TableId::Episode, options_.rows_max);
  for (const auto& [first, row] : found) rows.add(row);
  return rows.answer();
}

Answer Api::parks(const Query& query) const {
  const QueryParameters parameters(query, {}, options_.parameter_bytes_max);
  std::map<std::string, std::string> times;
  store_.scan(TableId::Park, {}, {}, 0, [&](const Row& row) {
    const RowView view(TableId::Park, row);
    times[view.text("park")] = utc_text(view.number("time").value_or(0));
  });
  for (const auto& [id, park] : registry_.parks()) times.try_emplace(id);
  Answer answer;
  answer.body = "{\"rows\":[";
  bool first = true;
  for (const auto& [id, time] : times) {
    if (!first) answer.body += ",\n";
    first = false;
    const auto known = registry_.parks().find(id);
    const Park park = known == registry_.parks().end() ? Park{} : known->second;
    answer.body += "{\"park\":" + json_string(id) + ",\"name\":" + json_string(park.name) +
                   ",\"level\":" + json_string(park.level) +
                   ",\"province\":" + json_string(park.province) +
                   ",\"city\":" + json_string(park.city) +
                   ",\"time\":" + (time.empty() ? "null" : json_string(time)) + "}";
  }
  answer.body += "],\"truncated\":false}\n";
  return answer;
}

}  // namespace parkwatch
