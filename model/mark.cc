#include "model/mark.h"

#include <utility>

#include "model/document_check.h"

namespace parkwatch {

namespace {

/// The name of a needed member that has no text; empty when all have.
std::string_view missing_member(const Document& document) {
  for (const std::string_view name : {"outlet", "scheme", "mark", "author"}) {
    if (document.member(name).empty()) return name;
  }
  return {};
}

std::string fault_of_period(const Mark& mark) {
  if (mark.to <= mark.from) return "to: is not after from";
  if (mark.to - mark.from > std::chrono::days(Mark::days_max)) {
    return "to: is more than " + std::to_string(Mark::days_max) + " days after from";
  }
  return {};
}

}  // namespace

Result<Mark, std::string> Mark::parse(const Document& document) {
  if (const std::string_view missing = missing_member(document); !missing.empty()) {
    return Unexpected{std::string(missing) + ": is missing"};
  }
  const Result<EventTime, std::string> from = time_of(document, "from");
  if (!from) return Unexpected{from.error()};
  const Result<EventTime, std::string> to = time_of(document, "to");
  if (!to) return Unexpected{to.error()};
  if (auto fault = fault_of_flag(document, "found_false")) return Unexpected{*std::move(fault)};
  Mark mark;
  mark.source = document.source;
  mark.id = document.id;
  mark.outlet = document.member("outlet");
  mark.scheme = document.member("scheme");
  mark.mark = document.member("mark");
  mark.factor = document.member("factor");
  mark.author = document.member("author");
  mark.from = *from;
  mark.to = *to;
  mark.received = document.received;
  if (document.member("found_false") == "true") mark.standing = Standing::False;
  if (document.revoked()) mark.standing = Standing::Revoked;
  if (std::string fault = fault_of_period(mark); !fault.empty()) {
    return Unexpected{std::move(fault)};
  }
  return mark;
}

}  // namespace parkwatch
