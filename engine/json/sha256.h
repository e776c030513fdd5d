#pragma once
// The hash that contracts and packages are identified by.
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace plinth {

/// SHA-256 of a text that comes in pieces. Error: ENGINE.INTERNAL where OpenSSL cannot compute it.
class Sha256 {
 public:
  Sha256();
  void add(std::string_view bytes);
  /// Lower-case hex of all that was added.
  std::string hex() &&;

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

/// The same of one text.
std::string sha256_hex(std::string_view bytes);

}  // namespace plinth
