#include "model/document_check.h"

#include "model/mark.h"
#include "model/milestone.h"

namespace parkwatch {

namespace {

std::optional<std::string> fault_of_digest(std::string_view text) {
  constexpr std::size_t digest_digits = 64;
  const bool hexadecimal = text.find_first_not_of("0123456789abcdefABCDEF") == text.npos;
  if (text.empty() || (text.size() == digest_digits && hexadecimal)) return std::nullopt;
  return "sha256: '" + std::string(text) + "' has not 64 hexadecimal digits";
}

}  // namespace

Result<EventTime, std::string> time_of(const Document& document, std::string_view name) {
  const std::string_view text = document.member(name);
  if (const std::optional<std::int64_t> time = parse_iso_time(text)) return EventTime(*time);
  return Unexpected{std::string(name) + ": '" + std::string(text) +
                    "' is no ISO 8601 time with a zone, such as 2026-03-15T09:30:00+08:00"};
}

std::optional<std::string> fault_of_flag(const Document& document, std::string_view name) {
  const std::string_view text = document.member(name);
  if (text.empty() || text == "true" || text == "false") return std::nullopt;
  return std::string(name) + ": '" + std::string(text) + "' is neither true nor false";
}

std::optional<std::string> fault_of(const Document& document) {
  if (!document.member("time").empty()) {
    const Result<EventTime, std::string> time = time_of(document, "time");
    if (!time) return time.error();
  }
  if (auto fault = fault_of_flag(document, "revoked")) return fault;
  if (auto fault = fault_of_digest(document.member("sha256"))) return fault;
  if (document.revoked()) return std::nullopt;  // what is taken back needs no contents
  if (document.type == "milestone") {
    const Result<Milestone, std::string> milestone = Milestone::parse(document);
    if (!milestone) return milestone.error();
  }
  if (document.type == mark_type) {
    const Result<Mark, std::string> mark = Mark::parse(document);
    if (!mark) return mark.error();
  }
  return std::nullopt;
}

}  // namespace parkwatch
