#include "ingest/json_reader.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "ingest/json_members.h"
#include "ingest/json_text.h"
#include "ingest/name_set.h"

namespace parkwatch {

namespace {

namespace ondemand = simdjson::ondemand;

struct Attribute {
  std::string_view member;
  std::string_view attribute;
};
constexpr Attribute factor_attributes[] = {{value_member, value_member},
                                           {"flag", "Flag"},
                                           {"min", "Min"},
                                           {"max", "Max"},
                                           {"total", "Cou"},
                                           {converted_member, converted_member}};
constexpr Attribute facility_attributes[] = {{"state", "RS"}, {"run_hours", "RT"}};

Reason reason_of(simdjson::error_code error) {
  if (error == simdjson::UTF8_ERROR) return Reason::InvalidUtf8;
  if (error == simdjson::DEPTH_ERROR) return Reason::JsonTooDeep;
  if (error == simdjson::CAPACITY) return Reason::JsonTooLarge;
  return Reason::MalformedJson;
}

}  // namespace

/// One pass over the text; every byte of it is checked, also of what means nothing here.
struct JsonReader::State {
  using Field = simdjson::simdjson_result<ondemand::field>;

  explicit State(Options given)
      : options(given), names(static_cast<std::size_t>(given.depth_max) + 1) {}

  // Each returns false after setting `reason`.
  bool read_top(ondemand::object object, ValueCollector& values);
  bool read_group(ondemand::value value, JsonSlot& slot, std::span<const Attribute> known,
                  ValueCollector& values);
  bool read_attributes(ondemand::object object, std::string_view factor,
                       std::span<const Attribute> known, ValueCollector& values);
  bool read_value(ondemand::value value, std::string_view factor, std::string_view attribute,
                  ValueCollector& values);
  bool read_slot(ondemand::value value, JsonSlot& slot);
  bool read_other(std::string_view name, ondemand::value value);
  bool skip(ondemand::value value, std::size_t depth);
  bool skip_unknown(std::string_view name, ondemand::value value, std::size_t depth);
  bool skip_object(ondemand::object object, std::size_t depth);
  bool member(Field& field, std::string_view& name, ondemand::value& value);
  bool fail(Reason why) {
    reason = why;
    return false;
  }
  bool fail(simdjson::error_code error) { return fail(reason_of(error)); }

  Options options;
  ondemand::parser parser;
  std::string padded;
  std::vector<NameSet> names;  // one for each depth
  JsonSlots slots;
  std::size_t unknown_members = 0;
  Reason reason = Reason::MalformedJson;
};

bool JsonReader::State::member(Field& field, std::string_view& name, ondemand::value& value) {
  if (const auto error = field.unescaped_key().get(name)) return fail(error);
  const auto error = field.value().get(value);
  return error ? fail(error) : true;
}

bool JsonReader::State::skip_object(ondemand::object object, std::size_t depth) {
  names[depth].clear();
  for (Field field : object) {
    std::string_view name;
    ondemand::value value;
    if (!member(field, name, value)) return false;
    if (!names[depth].add(name).fresh) return fail(Reason::DuplicateMember);
    if (!skip(value, depth + 1)) return false;
  }
  return true;
}

/// Walks over a value that lies `depth` levels below the top.
bool JsonReader::State::skip(ondemand::value value, std::size_t depth) {
  const std::string_view token = without_trailing_blanks(value.raw_json_token());
  if (token.starts_with('"')) {
    std::string_view text;
    const auto error = value.get_string().get(text);
    return error ? fail(error) : true;
  }
  if (!token.starts_with('{') && !token.starts_with('[')) {
    return is_json_scalar(token) ? true : fail(Reason::MalformedJson);
  }
  if (depth >= names.size()) return fail(Reason::JsonTooDeep);
  if (token[0] == '{') {
    ondemand::object object;
    if (const auto error = value.get_object().get(object)) return fail(error);
    return skip_object(object, depth);
  }
  ondemand::array array;
  if (const auto error = value.get_array().get(array)) return fail(error);
  for (auto element : array) {
    ondemand::value inner;
    if (const auto error = element.get(inner)) return fail(error);
    if (!skip(inner, depth + 1)) return false;
  }
  return true;
}

/// A member of the top object without a name here: kept for documents, which are flat.
bool JsonReader::State::read_other(std::string_view name, ondemand::value value) {
  ++unknown_members;
  if (!names[0].add(name).fresh) return fail(Reason::DuplicateMember);
  JsonSlot slot;
  const bool nested =
      value.raw_json_token().starts_with('{') || value.raw_json_token().starts_with('[');
  if (nested) {
    slots.nested_others = true;
    return skip(value, 1);
  }
  if (!read_slot(value, slot)) return false;
  if (slot.text || slot.value != "null") slots.others.push_back({name, slot.value});
  return true;
}

/// A member without meaning of an object at `depth`.
bool JsonReader::State::skip_unknown(std::string_view name, ondemand::value value,
                                     std::size_t depth) {
  ++unknown_members;
  if (!names[depth].add(name).fresh) return fail(Reason::DuplicateMember);
  return skip(value, depth + 1);
}

bool JsonReader::State::read_slot(ondemand::value value, JsonSlot& slot) {
  slot.present = true;
  const std::string_view token = without_trailing_blanks(value.raw_json_token());
  if (!token.starts_with('"')) {
    slot.value = token;
    return skip(value, 1);
  }
  slot.text = true;
  const auto error = value.get_string().get(slot.value);
  return error ? fail(error) : true;
}

bool JsonReader::State::read_value(ondemand::value value, std::string_view factor,
                                   std::string_view attribute, ValueCollector& values) {
  const std::string_view token = without_trailing_blanks(value.raw_json_token());
  if (token.starts_with('"')) {
    std::string_view text;
    if (const auto error = value.get_string().get(text)) return fail(error);
    values.add(factor, attribute, text);
    return true;
  }
  if (token.starts_with('{') || token.starts_with('[')) {
    values.reject(factor, attribute, {}, Reason::BadMember);
    return skip(value, 3);
  }
  if (token.empty() || std::strchr("}]:,", token[0]) != nullptr) {
    return fail(Reason::MalformedJson);
  }
  if (token == "null") {
    values.reject(factor, attribute, token, Reason::EmptyValue);
  } else if (is_text_attribute(attribute)) {
    values.reject(factor, attribute, token, Reason::BadMember);
  } else if (is_json_number(token)) {
    values.add(factor, attribute, token);
  } else {
    values.reject(factor, attribute, token, Reason::BadNumber);  // NaN, Infinity, 007, +1
  }
  return true;
}

/// {"value":"12.3","flag":"N"} of a factor, {"state":1} of a facility.
bool JsonReader::State::read_attributes(ondemand::object object, std::string_view factor,
                                        std::span<const Attribute> known, ValueCollector& values) {
  names[2].clear();
  unsigned seen = 0;
  for (Field field : object) {
    std::string_view name;
    ondemand::value value;
    if (!member(field, name, value)) return false;
    std::size_t index = 0;
    while (index < known.size() && known[index].member != name) ++index;
    if (index == known.size()) {
      if (!skip_unknown(name, value, 2)) return false;
      continue;
    }
    if ((seen & (1U << index)) != 0) return fail(Reason::DuplicateMember);
    seen |= 1U << index;
    if (!read_value(value, factor, known[index].attribute, values)) return false;
  }
  return true;
}

/// The members "factors" and "facilities": an object of objects.
bool JsonReader::State::read_group(ondemand::value value, JsonSlot& slot,
                                   std::span<const Attribute> known, ValueCollector& values) {
  slot.present = true;
  if (!value.raw_json_token().starts_with('{')) {
    slot.fits = false;
    return skip(value, 1);
  }
  ondemand::object object;
  if (const auto error = value.get_object().get(object)) return fail(error);
  names[1].clear();
  for (Field field : object) {
    std::string_view name;
    ondemand::value inner;
    if (!member(field, name, inner)) return false;
    if (!names[1].add(name).fresh) return fail(Reason::DuplicateMember);
    if (!inner.raw_json_token().starts_with('{')) {
      slot.fits = false;
      if (!skip(inner, 2)) return false;
      continue;
    }
    ondemand::object attributes;
    if (const auto error = inner.get_object().get(attributes)) return fail(error);
    if (!read_attributes(attributes, name, known, values)) return false;
  }
  return true;
}

bool JsonReader::State::read_top(ondemand::object object, ValueCollector& values) {
  slots.clear();
  names[0].clear();
  unknown_members = 0;
  for (Field field : object) {
    std::string_view name;
    ondemand::value value;
    if (!member(field, name, value)) return false;
    std::size_t index = 0;
    while (index < json_member_names.size() && json_member_names[index] != name) ++index;
    if (index == json_member_names.size()) {
      if (!read_other(name, value)) return false;
      continue;
    }
    JsonSlot& slot = slots.at(index);
    if (slot.present) return fail(Reason::DuplicateMember);
    bool read = false;
    if (index == static_cast<std::size_t>(JsonMember::Factors)) {
      read = read_group(value, slot, factor_attributes, values);
    } else if (index == static_cast<std::size_t>(JsonMember::Facilities)) {
      read = read_group(value, slot, facility_attributes, values);
    } else {
      read = read_slot(value, slot);
    }
    if (!read) return false;
  }
  return true;
}

JsonReader::JsonReader(Options options)
    : state_(std::make_unique<State>(
          Options{options.bytes_max, std::max(options.depth_max, 4), options.values_max})) {}
JsonReader::~JsonReader() = default;

std::optional<Reason> JsonReader::read(std::string_view text, ValueCollector& values,
                                       Decoded& out) {
  State& state = *state_;
  if (text.size() > state.options.bytes_max) return Reason::JsonTooLarge;
  const std::size_t size = text.size() + simdjson::SIMDJSON_PADDING;
  if (state.padded.size() < size) state.padded.resize(size);
  std::memcpy(state.padded.data(), text.data(), text.size());
  std::memset(state.padded.data() + text.size(), ' ', simdjson::SIMDJSON_PADDING);
  values.begin(out, state.options.values_max);
  const simdjson::padded_string_view view(state.padded.data(), text.size(), state.padded.size());
  ondemand::document document;
  if (const auto error = state.parser.iterate(view).get(document)) return reason_of(error);
  ondemand::object object;
  if (const auto error = document.get_object().get(object)) return reason_of(error);
  if (!state.read_top(object, values)) return state.reason;
  const char* behind = nullptr;
  if (document.current_location().get(behind) != simdjson::OUT_OF_BOUNDS) {
    return Reason::MalformedJson;
  }
  out.unknown_members = state.unknown_members;
  const JsonSlot& type = state.slots.at(JsonMember::Type);
  const bool is_reading = !type.present || is_reading_type(type.value);
  if (is_reading && !values.within_bound()) return Reason::TooManyValues;
  values.finish();
  return interpret_json(state.slots, out);
}

}  // namespace parkwatch
