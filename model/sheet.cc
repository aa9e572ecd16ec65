#include "model/sheet.h"

#include <algorithm>
#include <utility>

#include "model/codes.h"

namespace parkwatch {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string in_quotes(std::string_view text) {
  return "`" + std::string(text) + "`";
}

std::optional<int> digits(std::string_view text) {
  int value = 0;
  if (text.empty() || text.size() > 9) return std::nullopt;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// How many decimals the number needs.
int places_needed(const Number& number) {
  int places = number.scale;
  std::int64_t mantissa = number.mantissa;
  while (places > 0 && mantissa % 10 == 0) {
    mantissa /= 10;
    --places;
  }
  return places;
}

template <class FixedType>
std::optional<FixedType> exact(const Number& number) {
  if (places_needed(number) > FixedType::places) return std::nullopt;
  return FixedType::from_number(number);
}

}  // namespace

std::optional<EventTime> parse_day_or_time(std::string_view text) {
  if (text.size() != 10) {
    const std::optional<std::int64_t> at = parse_iso_time(text);
    return at ? std::optional(EventTime(*at)) : std::nullopt;
  }
  if (text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::optional<int> year = digits(text.substr(0, 4));
  const std::optional<int> month = digits(text.substr(5, 2));
  const std::optional<int> day = digits(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  CivilTime civil;
  civil.year = *year;
  civil.month = *month;
  civil.day = *day;
  const std::optional<std::int64_t> at = from_civil_time(civil, china_standard_time);
  return at ? std::optional(EventTime(*at)) : std::nullopt;
}

std::string TextFiles::path(std::string_view name) const {
  return folder.empty() ? std::string(name) : folder + "/" + std::string(name);
}

bool overlap(const Validity& a, const Validity& b) {
  return a.from < b.to && b.from < a.to;
}

int SheetRow::line() const {
  return sheet_.reader_.line();
}

std::string_view SheetRow::cell(std::string_view column) const {
  return sheet_.cell(column);
}

std::string SheetRow::required(std::string_view column) const {
  std::string value = text(column);
  if (value.empty()) fault(in_quotes(column) + " is empty", "fill it in");
  return value;
}

std::string SheetRow::id(std::string_view column) const {
  std::string value = required(column);
  if (!value.empty() && !is_id(value)) {
    fault(in_quotes(column) + " is no id: " + in_quotes(value),
          "use 1 to 64 letters, digits or . _ : - without blanks");
  }
  return value;
}

std::optional<Number> SheetRow::number(std::string_view column) const {
  const std::string_view value = cell(column);
  if (value.empty()) return std::nullopt;
  const std::optional<Number> number = Number::parse(value);
  if (!number) refuse_number(column, "a decimal number such as 12.5");
  return number;
}

std::optional<Decimal> SheetRow::decimal(std::string_view column) const {
  const std::optional<Number> sent = number(column);
  if (!sent) return std::nullopt;
  const std::optional<Decimal> value = exact<Decimal>(*sent);
  if (!value) refuse_number(column, "a number below 9 million million with at most 6 decimals");
  return value;
}

std::optional<MassDecimal> SheetRow::mass(std::string_view column) const {
  const std::optional<Number> sent = number(column);
  if (!sent) return std::nullopt;
  const std::optional<MassDecimal> value = exact<MassDecimal>(*sent);
  if (!value) refuse_number(column, "a number below 9 thousand million with at most 9 decimals");
  return value;
}

int SheetRow::whole(std::string_view column, int otherwise, int least, int greatest) const {
  const std::string_view value = cell(column);
  if (value.empty()) return otherwise;
  const std::optional<int> number = digits(value);
  if (number && *number >= least && *number <= greatest) return *number;
  refuse_number(column,
                "a whole number from " + std::to_string(least) + " to " + std::to_string(greatest));
  return otherwise;
}

bool SheetRow::yes_no(std::string_view column, bool otherwise) const {
  return choice<bool>(column, otherwise, {{"yes", true}, {"no", false}});
}

std::vector<std::string> SheetRow::list(std::string_view column) const {
  std::vector<std::string> parts;
  const std::string_view value = cell(column);
  std::size_t start = 0;
  while (start <= value.size()) {
    const std::size_t end = std::min(value.find(';', start), value.size());
    const std::string_view part = trimmed(value.substr(start, end - start));
    if (!part.empty()) parts.emplace_back(part);
    start = end + 1;
  }
  return parts;
}

Validity SheetRow::validity() const {
  Validity validity;
  if (const std::optional<EventTime> from = instant("valid_from")) validity.from = *from;
  if (const std::optional<EventTime> to = instant("valid_to")) validity.to = *to;
  if (validity.from < validity.to) return validity;
  fault(
      "`valid_to` is not after `valid_from`",
      "`valid_to` is the first day on which the row no longer holds; leave it empty while it does");
  return {};
}

std::optional<EventTime> SheetRow::instant(std::string_view column) const {
  const std::string_view value = cell(column);
  if (value.empty()) return std::nullopt;
  const std::optional<EventTime> at = parse_day_or_time(value);
  if (!at) {
    fault(in_quotes(column) + " is no date: " + in_quotes(value),
          "write it as 2026-03-15, or as 2026-03-15T09:30:00+08:00");
  }
  return at;
}

void SheetRow::fault(std::string message, std::string advice) const {
  faults_.push_back({sheet_.file_, line(), Severity::Fault, std::move(message), std::move(advice)});
}

void SheetRow::warn(std::string message, std::string advice) const {
  faults_.push_back(
      {sheet_.file_, line(), Severity::Warning, std::move(message), std::move(advice)});
}

void SheetRow::refuse_choice(std::string_view column,
                             std::span<const std::string_view> allowed) const {
  std::string names;
  for (const std::string_view name : allowed)
    names += (names.empty() ? "" : ", ") + std::string(name);
  const std::string_view value = cell(column);
  fault(in_quotes(column) + (value.empty() ? " is empty" : " is not known: " + in_quotes(value)),
        "use one of " + names);
}

void SheetRow::refuse_number(std::string_view column, std::string_view what) const {
  fault(in_quotes(column) + " is refused: " + in_quotes(text(column)),
        "write " + std::string(what));
}

Sheet::Sheet(std::string file, std::string_view text, std::span<const SheetColumn> columns,
             Faults& faults)
    : file_(std::move(file)), reader_(text), faults_(faults), first_fault_(faults.size()) {
  if (reader_.next()) {
    read_header(columns);
  } else if (reader_.errors().empty()) {
    add(1, Severity::Fault, "the file has no header", "its first row must name the columns");
  }
}

void Sheet::read_header(std::span<const SheetColumn> columns) {
  usable_ = true;
  const auto refuse = [&](std::string message, std::string advice) {
    add(reader_.line(), Severity::Fault, std::move(message), std::move(advice));
    usable_ = false;
  };
  for (const std::string_view cell : reader_.cells()) {
    const std::string name(trimmed(cell));
    const bool known = std::any_of(columns.begin(), columns.end(),
                                   [&](const SheetColumn& column) { return column.name == name; });
    if (name.find(';') != std::string::npos) {
      refuse("cells seem to be separated by semicolons", "save the file with commas");
    } else if (!known) {
      refuse("unknown column " + in_quotes(name), "check its spelling, or remove it");
    } else if (std::find(header_.begin(), header_.end(), name) != header_.end()) {
      refuse("column " + in_quotes(name) + " stands twice", "remove one");
    }
    header_.push_back(name);
  }
  for (const SheetColumn& column : columns) {
    if (!column.required || std::find(header_.begin(), header_.end(), column.name) != header_.end())
      continue;
    refuse("column " + in_quotes(column.name) + " is missing", "add it to the header");
  }
}

/// Columns are mostly asked for in the order of the file, some more than once.
std::string_view Sheet::cell(std::string_view column) const {
  for (std::size_t i = 0; i < header_.size(); ++i) {
    const std::size_t at = (last_column_ + i) % header_.size();
    if (header_[at] != column) continue;
    last_column_ = at;
    return trimmed(reader_.cells()[at]);
  }
  return {};
}

void Sheet::for_each(const std::function<void(const SheetRow&)>& visit) {
  while (reader_.next()) {
    if (!usable_) continue;  // read on for its errors
    if (reader_.cells().size() == header_.size()) {
      visit(SheetRow(*this, faults_));
      continue;
    }
    add(reader_.line(), Severity::Fault,
        "the row has " + std::to_string(reader_.cells().size()) + " cells, the header " +
            std::to_string(header_.size()),
        "add or remove commas; put text that contains a comma in quotes");
  }
  Faults errors;  // before what else is wrong with the file
  for (const CsvError& error : reader_.errors()) {
    errors.push_back({file_, error.line, Severity::Fault, error.message, error.advice});
  }
  faults_.insert(faults_.begin() + static_cast<std::ptrdiff_t>(first_fault_), errors.begin(),
                 errors.end());
}

void Sheet::add(int line, Severity severity, std::string message, std::string advice) const {
  faults_.push_back({file_, line, severity, std::move(message), std::move(advice)});
}

}  // namespace parkwatch
