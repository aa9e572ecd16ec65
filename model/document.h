#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "model/result.h"
#include "model/time.h"

namespace parkwatch {

/// By name the text of a document's members: strings without quotes, other scalars as written.
using DocumentMembers = std::map<std::string, std::string, std::less<>>;

/// A record of the input topic that is no reading: a milestone, a mark, an acknowledgement or an
/// explanation. Known by park, type, source and id; the same again corrects it, and of all copies
/// the greatest by (received, members as text) holds.
struct Document {
  std::string type, source, id, park;
  ReceivedTime received{};
  DocumentMembers members;  // all others, as text

  /// A member's text; empty where there is none.
  std::string_view member(std::string_view name) const;
  /// Taken back by its source: the member `revoked` is true.
  bool revoked() const { return member("revoked") == "true"; }
  friend bool operator==(const Document&, const Document&) = default;
};

/// The members as one line, `name=value` in the order of their names with ';' between them; '%',
/// ';', '=' and control characters are written as %XX. Equal texts are equal members.
std::string pack_members(const DocumentMembers& members);
/// Back from such a line; the error says what is wrong with it.
Result<DocumentMembers, std::string> unpack_members(std::string_view text);

}  // namespace parkwatch
