#pragma once
// What a `Json` is made of, for the files that walk and build trees. All others use json_document.h.
#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include "engine/json/json_document.h"

namespace plinth {

/// A value in 16 bytes. Short texts (most keys and names) stand in it; longer ones, elements and members have one block
/// of memory, which grows in place where the allocator can do that. Freeing a tree needs no memory.
class Json {
 public:
  enum class Kind : std::uint8_t { null, boolean, integer, natural, real, text, array, object };
  struct Member;

  Json() noexcept = default;
  explicit Json(bool v) noexcept : Json(Kind::boolean, v) {}
  explicit Json(std::int64_t v) noexcept : Json(Kind::integer, v) {}
  explicit Json(std::uint64_t v) noexcept : Json(Kind::natural, v) {}
  explicit Json(double v) noexcept : Json(Kind::real, v) {}
  explicit Json(std::string_view text);
  explicit Json(const char*) = delete;
  /// An array or an object without elements.
  static Json empty(Kind kind) noexcept;
  Json(const Json& other);
  Json(Json&& other) noexcept : state_(std::exchange(other.state_, State())) {}
  Json& operator=(Json other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~Json();

  /// `natural` is an integer that only an unsigned one can hold, or one that was read as such.
  Kind kind() const { return state_.kind; }
  bool boolean() const { return load<bool>(); }
  std::int64_t integer() const { return load<std::int64_t>(); }
  std::uint64_t natural() const { return load<std::uint64_t>(); }
  /// Any number, rounded to what a double holds.
  double number() const;
  std::string_view text() const {
    return state_.length == in_a_block ? std::string_view(load<const char*>(), size())
                                       : std::string_view(state_.raw.data(), state_.length);
  }
  std::span<const Json> elements() const { return {load<const Json*>(), size()}; }
  std::span<Json> elements() { return {load<Json*>(), size()}; }
  std::span<const Member> members() const;
  std::span<Member> members();

  Json& push(Json&& element);
  Json& put(Json&& key, Json&& value);
  /// Gives back the memory that growing took beyond what was needed.
  void shrink();

 private:
  static constexpr std::uint8_t in_a_block = 0xFF;
  static constexpr std::size_t longest_inside = 14;
  static constexpr std::size_t size_at = sizeof(void*);
  static constexpr std::size_t spare_at = size_at + sizeof(std::uint32_t);

  // A number; or a short text; or the address of a block, how much it holds, and whether it was made with room to
  // spare.
  struct State {
    alignas(8) std::array<char, longest_inside> raw = {};
    std::uint8_t length = in_a_block;  // of a short text
    Kind kind = Kind::null;
  };

  template <class T>
  Json(Kind kind, T v) noexcept {
    state_.kind = kind;
    store(v);
  }
  template <class T>
  T load(std::size_t at = 0) const {
    T out;
    std::memcpy(&out, state_.raw.data() + at, sizeof(T));  // NOLINT(bugprone-sizeof-expression): an address is meant
    return out;
  }
  template <class T>
  void store(T v, std::size_t at = 0) {
    std::memcpy(state_.raw.data() + at, &v, sizeof(T));
  }
  std::uint32_t size() const { return load<std::uint32_t>(size_at); }
  std::size_t element_size() const;
  std::size_t capacity() const;
  void resize_block(std::size_t capacity);
  template <class T>
  T* grow();

  State state_;
};

struct Json::Member {
  Json key, value;
  std::string_view name() const { return key.text(); }
};

inline std::span<const Json::Member> Json::members() const { return {load<const Member*>(), size()}; }
inline std::span<Json::Member> Json::members() { return {load<Member*>(), size()}; }

}  // namespace plinth
