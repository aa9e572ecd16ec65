#include "model/codes.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace parkwatch {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_letter(char c) {
  return is_upper(c) || (c >= 'a' && c <= 'z');
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_digit);
}

bool is_province(std::string_view two) {
  static constexpr std::string_view provinces =
      "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 "
      "65 "
      "71 81 82";
  return provinces.find(two) != std::string_view::npos;
}

}  // namespace

bool is_credit_code(std::string_view code) {
  // GB 32100-2015 annex A: no I, O, S, V, Z; weight of position i is 3^i mod 31.
  static constexpr std::string_view alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  if (code.size() != 18 || !all_digits(code.substr(2, 6))) return false;
  std::size_t sum = 0;
  std::size_t weight = 1;
  for (const char c : code.substr(0, 17)) {
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) return false;
    sum += value * weight;
    weight = weight * 3 % alphabet.size();
  }
  return code[17] == alphabet[(alphabet.size() - sum % alphabet.size()) % alphabet.size()];
}

bool is_permit_code(std::string_view code) {
  if (code.size() != 22) return false;
  const auto upper_or_digit = [](char c) { return is_upper(c) || is_digit(c); };
  return std::all_of(code.begin(), code.end(), upper_or_digit) && all_digits(code.substr(18, 3));
}

bool is_division_code(std::string_view code) {
  return code.size() == 6 && all_digits(code) && is_province(code.substr(0, 2));
}

bool is_industry_code(std::string_view code) {
  if (!code.empty() && is_letter(code.front())) {
    if (code.front() < 'A' || code.front() > 'T') return false;
    code.remove_prefix(1);
  }
  return code.size() >= 2 && code.size() <= 4 && all_digits(code);
}

bool is_plant_code(std::string_view code, PlantCode kind) {
  struct Form {
    std::string_view prefix;
    std::size_t digits;
  };
  static constexpr std::array<Form, 5> forms = {
      {{"DA", 3}, {"DW", 3}, {"TA", 3}, {"TW", 3}, {"MF", 4}}};
  const Form& form = forms[static_cast<std::size_t>(kind)];
  return code.starts_with(form.prefix) && code.size() == form.prefix.size() + form.digits &&
         all_digits(code.substr(form.prefix.size()));
}

bool is_id(std::string_view id) {
  const auto allowed = [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == ':' || c == '-';
  };
  return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), allowed);
}

bool is_mn(std::string_view mn) {
  const auto allowed = [](char c) {
    return c > ' ' && c < 0x7F && std::string_view(";=&,#\"").find(c) == std::string_view::npos;
  };
  return !mn.empty() && mn.size() <= 64 && std::all_of(mn.begin(), mn.end(), allowed);
}

bool names_word(std::string_view words, std::string_view value) {
  while (!words.empty()) {
    const std::string_view word = words.substr(0, words.find(' '));
    if (word == value) return true;
    words.remove_prefix(std::min(words.size(), word.size() + 1));
  }
  return false;
}

}  // namespace parkwatch
