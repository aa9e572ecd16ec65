#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;
struct evp_md_st;

namespace parkwatch {

/// The 32 bytes of a SHA-256.
using Digest = std::array<unsigned char, 32>;

/// Digests many texts one after the other, each in pieces; cheaper than `sha256` for each.
class Sha256 {
 public:
  Sha256();
  void add(std::string_view bytes);
  /// The digest of what was added; the next text begins.
  Digest finish();

 private:
  void begin();
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
    void operator()(evp_md_st* algorithm) const;
  };
  std::unique_ptr<evp_md_st, Free> algorithm_;
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

Digest sha256(std::string_view bytes);
/// 64 lower-case hexadecimal digits.
std::string hex(const Digest& digest);
std::string sha256_hex(std::string_view bytes);

}  // namespace parkwatch
