#include "ingest/hj212/sm4.h"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

namespace parkwatch::hj212 {

namespace {

constexpr std::size_t block_bytes = 16;

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* bytes_of(const char* text) {
  return reinterpret_cast<const unsigned char*>(text);
}

void transform(const Sm4Key& key, std::string_view text, std::string& out, int encrypt) {
  const std::size_t whole = text.size() / block_bytes * block_bytes;
  const std::size_t start = out.size();
  out.append(text);
  if (whole == 0) return;
  const Context context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  int written = 0;
  const bool done =
      context != nullptr &&
      EVP_CipherInit_ex(context.get(), EVP_sm4_ecb(), nullptr, key.data(), nullptr, encrypt) == 1 &&
      EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1 &&
      EVP_CipherUpdate(context.get(), reinterpret_cast<unsigned char*>(out.data() + start),
                       &written, bytes_of(text.data()), static_cast<int>(whole)) == 1;
  if (!done || written != static_cast<int>(whole)) {
    throw std::runtime_error("OpenSSL cannot run SM4-ECB");
  }
}

int hexadecimal_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<Sm4Key> parse_sm4_key(std::string_view hexadecimal) {
  Sm4Key key{};
  if (hexadecimal.size() != 2 * key.size()) return std::nullopt;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const int high = hexadecimal_digit(hexadecimal[2 * i]);
    const int low = hexadecimal_digit(hexadecimal[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    key[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return key;
}

void sm4_encrypt(const Sm4Key& key, std::string_view text, std::string& out) {
  transform(key, text, out, 1);
}

void sm4_decrypt(const Sm4Key& key, std::string_view bytes, std::string& out) {
  transform(key, bytes, out, 0);
}

}  // namespace parkwatch::hj212
