#include "ingest/hj212/frame_members.h"

#include <simdjson.h>

#include "ingest/hj212/frame_json.h"
#include "ingest/hj212/segment.h"
#include "ingest/hj212/writer.h"
#include "ingest/json_text.h"
#include "model/time.h"

namespace parkwatch::hj212 {

namespace {

namespace ondemand = simdjson::ondemand;
using JsonField = simdjson::simdjson_result<ondemand::field>;

constexpr std::size_t declared_max = 9999;

bool read_text(ondemand::value value, std::string& out) {
  std::string_view text;
  if (value.get_string().get(text)) return false;
  out = restore_bytes(text);
  return true;
}

bool is_null(ondemand::value& value) {
  return without_trailing_blanks(value.raw_json_token()) == "null";
}

bool read_member(JsonField& field, std::string& name, ondemand::value& value) {
  std::string_view key;
  if (field.unescaped_key().get(key) || field.value().get(value)) return false;
  name = restore_bytes(key);
  return true;
}

bool read_header(ondemand::value value, FrameMembers& out) {
  ondemand::object object;
  if (value.get_object().get(object)) return false;
  for (JsonField field : object) {
    FrameMembers::HeaderText text;
    ondemand::value inner;
    if (!read_member(field, text.name, inner)) return false;
    const std::string_view token = without_trailing_blanks(inner.raw_json_token());
    if (is_json_number(token)) {
      text.value = token;
    } else if (!read_text(inner, text.value)) {
      return false;
    }
    out.header.push_back(std::move(text));
  }
  return true;
}

bool read_item(ondemand::value value, const std::string& name, const std::string& attribute,
               FrameMembers& out) {
  FrameMembers::ItemText item{name, attribute, std::string()};
  if (is_null(value)) {
    item.value.reset();
  } else if (!read_text(value, *item.value)) {
    return false;
  }
  out.items.push_back(std::move(item));
  return true;
}

/// One value, or the list of a repeated one.
bool read_item_values(ondemand::value value, const std::string& name, const std::string& attribute,
                      FrameMembers& out) {
  if (!value.raw_json_token().starts_with('[')) return read_item(value, name, attribute, out);
  ondemand::array array;
  if (value.get_array().get(array)) return false;
  for (auto element : array) {
    ondemand::value inner;
    if (element.get(inner) || !read_item(inner, name, attribute, out)) return false;
  }
  return true;
}

bool read_items(ondemand::value value, FrameMembers& out) {
  ondemand::object object;
  if (value.get_object().get(object)) return false;
  for (JsonField field : object) {
    std::string name;
    ondemand::value inner;
    if (!read_member(field, name, inner)) return false;
    if (!inner.raw_json_token().starts_with('{')) {
      if (!read_item_values(inner, name, "", out)) return false;
      continue;
    }
    ondemand::object attributes;
    if (inner.get_object().get(attributes)) return false;
    for (JsonField attribute_field : attributes) {
      std::string attribute;
      ondemand::value last;
      if (!read_member(attribute_field, attribute, last)) return false;
      if (!read_item_values(last, name, attribute, out)) return false;
    }
  }
  return true;
}

/// The time as a frame writes it.
bool read_time(ondemand::value value, FrameMembers& out) {
  if (is_null(value)) return true;
  std::string text;
  if (!read_text(value, text)) return false;
  const std::optional<std::int64_t> at = parse_iso_time(text);
  if (at) out.data_time = data_time_text(EventTime(*at));
  return at.has_value();
}

bool has_any(std::string_view text, std::string_view characters) {
  return text.find_first_of(characters) != std::string_view::npos;
}

bool breaks_apart(const FrameMembers& members) {
  for (const auto& field : members.header) {
    if (has_any(field.name, ";=") || has_any(field.value, ";")) return true;
  }
  for (const auto& item : members.items) {
    if (has_any(item.name, ",;=") || has_any(item.attribute, ",;=-")) return true;
    if (item.value && has_any(*item.value, ",;")) return true;
  }
  return has_any(members.data_time, ",;");
}

}  // namespace

struct FrameMembersReader::State {
  bool read_member_of_line(std::string_view name, ondemand::value value, FrameMembers& out);

  ondemand::parser parser;
  std::string padded;
  std::string status;
};

bool FrameMembersReader::State::read_member_of_line(std::string_view name, ondemand::value value,
                                                    FrameMembers& out) {
  if (name == "status") return read_text(value, status);
  if (name == "header") return read_header(value, out);
  if (name == "time") return read_time(value, out);
  if (name == "items") return read_items(value, out);
  if (name == "encrypted") return !value.get_bool().get(out.encrypted);
  if (name == "raw") return read_text(value, out.raw.emplace());
  return true;  // offset, length, version and warnings follow from the others
}

FrameMembersReader::FrameMembersReader() : state_(std::make_unique<State>()) {}
FrameMembersReader::~FrameMembersReader() = default;

LineOutcome FrameMembersReader::read(std::string_view line, FrameMembers& out) {
  out = {};
  State& state = *state_;
  state.status.clear();
  state.padded.assign(line);
  state.padded.append(simdjson::SIMDJSON_PADDING, ' ');
  const simdjson::padded_string_view view(state.padded.data(), line.size(), state.padded.size());
  ondemand::document document;
  ondemand::object object;
  if (state.parser.iterate(view).get(document) || document.get_object().get(object)) {
    return LineOutcome::Malformed;
  }
  for (JsonField field : object) {
    std::string name;
    ondemand::value value;
    if (!read_member(field, name, value) || !state.read_member_of_line(name, value, out)) {
      return LineOutcome::Malformed;
    }
  }
  const char* behind = nullptr;
  if (document.current_location().get(behind) != simdjson::OUT_OF_BOUNDS) {
    return LineOutcome::Malformed;
  }
  // A data time that no calendar has stands among the items as a bare pair.
  if (!out.items.empty() && out.items[0].name == "DataTime" && out.items[0].attribute.empty() &&
      out.items[0].value) {
    out.data_time = *out.items[0].value;
    out.items.erase(out.items.begin());
  }
  if (state.status == "rejected" || state.status == "skipped") return LineOutcome::NotAccepted;
  return state.status == "accepted" ? LineOutcome::Written : LineOutcome::Malformed;
}

LineOutcome append_frame_of(const FrameMembers& members, const KeyLookup& keys, std::string& out) {
  if (breaks_apart(members)) return LineOutcome::Unwritable;
  std::string text;
  std::string_view mn;
  for (const auto& field : members.header) {
    text.append(field.name).append("=").append(field.value).append(";");
    if (field.name == "MN") mn = field.value;
  }
  std::vector<Item> items;
  for (const auto& item : members.items) {
    const std::string_view value = item.value ? std::string_view(*item.value) : "";
    items.push_back({item.name, item.attribute, value, item.value.has_value()});
  }
  text.append("CP=&&");
  if (!members.data_time.empty()) text.append("DataTime=").append(members.data_time);
  if (!members.data_time.empty() && !items.empty()) text.push_back(';');
  text.append(area_text(items)).append("&&");
  if (text.size() > declared_max) return LineOutcome::Unwritable;
  if (!members.encrypted) {
    append_frame(text, out);
    return LineOutcome::Written;
  }
  const std::optional<Sm4Key> key = keys ? keys(mn) : std::nullopt;
  if (!key) return LineOutcome::NoKey;
  append_encrypted_frame(text, *key, CipherForm::Raw, out);
  return LineOutcome::Written;
}

}  // namespace parkwatch::hj212
