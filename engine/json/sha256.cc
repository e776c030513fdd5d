#include "engine/json/sha256.h"

#include <openssl/evp.h>

#include <array>

#include "engine/error.h"

namespace plinth {
namespace {

void require(int result) {
  if (result != 1) throw Error(Code::engine_internal, "OpenSSL cannot compute a SHA-256");
}

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  if (context_ == nullptr) throw std::bad_alloc();
  require(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
}

void Sha256::add(std::string_view bytes) { require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size())); }

std::string Sha256::hex() && {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr std::size_t length = 32;
  std::array<unsigned char, length> digest{};
  require(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr));
  std::string out;
  out.reserve(2 * length);
  for (const unsigned char byte : digest) out.append({digits[byte >> 4U], digits[byte & 15U]});
  return out;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 hash;
  hash.add(bytes);
  return std::move(hash).hex();
}

}  // namespace plinth
