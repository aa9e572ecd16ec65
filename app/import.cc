#include "app/import.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "ingest/record_headers.h"
#include "model/csv.h"
#include "storage/text_form.h"

namespace parkwatch {

namespace {

using Members = std::map<std::string, std::string, std::less<>>;

const std::string& member(const Members& members, std::string_view name) {
  static const std::string none;
  const auto found = members.find(name);
  return found == members.end() ? none : found->second;
}

bool is_reading(std::string_view type) {
  return type == "reading" || type == "activity";
}

void append_member(std::string& json, std::string_view name, std::string_view text) {
  if (json.back() != '{') json += ',';
  append_json_text(json, name);
  json += ':';
  append_json_text(json, text);
}

std::string flat_json(const Members& members) {
  std::string json = "{";
  for (const auto& [name, text] : members) append_member(json, name, text);
  return json + "}";
}

std::string reading_json(const Members& members) {
  static const std::set<std::string_view> own = {"type", "mn", "kind", "time", "received"};
  std::string json = "{";
  std::map<std::string_view, Members> factors;
  for (const auto& [name, text] : members) {
    if (own.contains(name)) {
      append_member(json, name, text);
    } else if (name == "resend") {
      json += ",\"resend\":" + text;  // true or false; the decoder refuses anything else
    } else {
      const std::size_t dot = name.find('.');
      const std::string_view factor = std::string_view(name).substr(0, dot);
      factors[factor][dot == name.npos ? "value" : name.substr(dot + 1)] = text;
    }
  }
  json += ",\"factors\":{";
  for (const auto& [factor, attributes] : factors) {
    if (json.back() != '{') json += ',';
    append_json_text(json, factor);
    json += ':' + flat_json(attributes);
  }
  return json + "}}";
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

/// The names of the columns; nothing when they cannot be used.
std::optional<std::vector<std::string>> header_of(const std::string& file, const CsvRow& row,
                                                  Faults& faults) {
  std::vector<std::string> names;
  std::set<std::string> known;
  for (const std::string& cell : row.cells) {
    names.push_back(trimmed(cell));
    if (!names.back().empty() && known.insert(names.back()).second) continue;
    faults.push_back({file, row.line, Severity::Fault,
                      names.back().empty() ? "a column has no name"
                                           : "the column `" + names.back() + "` stands twice",
                      "the first row names each column once, as the members of the record"});
    return std::nullopt;
  }
  return names;
}

}  // namespace

Importer::Importer(std::shared_ptr<const Plan> plan, const Decoder::Options& decoder,
                   ImportDefaults defaults, std::int64_t now_ms)
    : plan_(std::move(plan)),
      defaults_(std::move(defaults)),
      now_ms_(now_ms),
      trial_(plan_, decoder) {}

void Importer::read(const std::string& file, std::string_view text,
                    std::vector<OutgoingRecord>& records, Faults& faults) {
  const CsvContent content = read_csv(text);
  for (const CsvError& error : content.errors) {
    faults.push_back({file, error.line, Severity::Fault, error.message, error.advice});
  }
  if (content.rows.empty()) {
    faults.push_back({file, 0, Severity::Fault, "there is no row", "begin with column names"});
    return;
  }
  const auto names = header_of(file, content.rows.front(), faults);
  if (!names) return;
  for (std::size_t i = 1; i < content.rows.size(); ++i) {
    const CsvRow& row = content.rows[i];
    if (row.cells.size() > names->size()) {
      faults.push_back({file, row.line, Severity::Fault, "more cells than columns",
                        "quote cells that hold a comma"});
      continue;
    }
    OutgoingRecord record = record_of(*names, row.cells);
    check_record(record, file, row.line, faults);
    records.push_back(std::move(record));
  }
}

OutgoingRecord Importer::record_of(const std::vector<std::string>& names,
                                   const std::vector<std::string>& cells) const {
  Members members;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    std::string text = trimmed(cells[i]);
    if (!text.empty()) members.emplace(names[i], std::move(text));
  }
  if (!defaults_.type.empty()) members.emplace("type", defaults_.type);
  const std::string type = member(members, "type");
  OutgoingRecord record;
  record.headers = {
      {std::string(content_type_header), std::string(content_type_text(ContentType::Json))}};
  if (is_reading(type) || type.empty()) {
    record.payload = reading_json(members);
    const std::string& mn = member(members, "mn");
    const std::optional<std::int64_t> time = parse_iso_time(member(members, "time"));
    const auto match = plan_->device(mn, EventTime(time.value_or(now_ms_)));
    record.key = match.park == nullptr ? mn : *match.park;
  } else {
    if (!defaults_.source.empty()) members.emplace("source", defaults_.source);
    record.payload = flat_json(members);
    record.key = member(members, "park");
  }
  return record;
}

void Importer::check_record(const OutgoingRecord& record, const std::string& file, int line,
                            Faults& faults) {
  RecordView view;
  view.key = record.key;
  view.payload = record.payload;
  view.append_time_ms = now_ms_;
  view.headers.assign(record.headers.begin(), record.headers.end());
  read_headers(view);
  const std::vector<RecordTrial::Refusal> refusals = trial_.refusals({file, 0}, view);
  for (const auto& [reason, detail] : refusals) {
    faults.push_back({file, line, Severity::Fault,
                      "would be refused as " + reason + (detail.empty() ? "" : ": " + detail),
                      "correct the row; nothing is sent while one is refused"});
  }
  const bool registered =
      std::binary_search(plan_->parks().begin(), plan_->parks().end(), record.key);
  if (!registered && refusals.empty()) {
    faults.push_back({file, line, Severity::Warning, "`" + record.key + "` is not in the registry",
                      "the record is kept and counts once the registry has it"});
  }
}

}  // namespace parkwatch
