#include "engine/json/json_tree.h"

#include <bit>
#include <cstdlib>
#include <limits>
#include <new>
#include <stdexcept>
#include <type_traits>

namespace plinth {

static_assert(sizeof(Json) == 16 && sizeof(Json::Member) == 32);

Json::Json(std::string_view text) {
  state_.kind = Kind::text;
  if (text.size() <= longest_inside) {
    state_.length = static_cast<std::uint8_t>(text.size());
    std::copy(text.begin(), text.end(), state_.raw.begin());
    return;
  }
  if (text.size() > std::numeric_limits<std::uint32_t>::max()) throw std::length_error("a text of 4 GiB");
  resize_block(text.size());
  std::memcpy(load<char*>(), text.data(), text.size());
  store(static_cast<std::uint32_t>(text.size()), size_at);
}

Json Json::empty(Kind kind) noexcept { return {kind, static_cast<void*>(nullptr)}; }

Json::Json(const Json& other) : Json() {  // so that what is copied is freed when memory runs out
  switch (other.state_.kind) {
    case Kind::null:
    case Kind::boolean:
    case Kind::integer:
    case Kind::natural:
    case Kind::real: state_ = other.state_; break;
    case Kind::text: *this = Json(other.text()); break;
    case Kind::array:
      *this = empty(Kind::array);
      for (const Json& element : other.elements()) push(Json(element));
      shrink();
      break;
    case Kind::object:
      *this = empty(Kind::object);
      for (const Member& m : other.members()) put(Json(m.key), Json(m.value));
      shrink();
      break;
  }
}

Json::~Json() {
  switch (state_.kind) {
    case Kind::null:
    case Kind::boolean:
    case Kind::integer:
    case Kind::natural:
    case Kind::real: return;
    case Kind::text:
      if (state_.length != in_a_block) return;
      break;
    case Kind::array:
      for (Json& element : elements()) element.~Json();
      break;
    case Kind::object:
      for (Member& member : members()) member.~Member();
      break;
  }
  std::free(load<void*>());  // NOLINT(cppcoreguidelines-no-malloc): the block grew by realloc
}

double Json::number() const {
  if (state_.kind == Kind::integer) return static_cast<double>(integer());
  return state_.kind == Kind::natural ? static_cast<double>(natural()) : load<double>();
}

Json& Json::push(Json&& element) { return *new (grow<Json>()) Json(std::move(element)); }

Json& Json::put(Json&& key, Json&& value) {
  return (new (grow<Member>()) Member{std::move(key), std::move(value)})->value;
}

void Json::shrink() {
  if (!load<bool>(spare_at)) return;
  resize_block(size());
  store(false, spare_at);
}

std::size_t Json::element_size() const {
  if (state_.kind == Kind::text) return 1;
  return state_.kind == Kind::object ? sizeof(Member) : sizeof(Json);
}

// Blocks grow to powers of two; one that is full, or was made in its final size, has nothing to spare.
std::size_t Json::capacity() const { return load<bool>(spare_at) ? std::bit_ceil<std::size_t>(size()) : size(); }

void Json::resize_block(std::size_t capacity) {
  void* block =
      std::realloc(load<void*>(), capacity * element_size());  // NOLINT(cppcoreguidelines-no-malloc): as above
  if (block == nullptr) throw std::bad_alloc();
  store(block);
}

template <class T>
T* Json::grow() {
  const std::size_t used = size();
  if (used == std::numeric_limits<std::uint32_t>::max()) throw std::length_error("4294967296 elements in one list");
  if (used == capacity()) {
    resize_block(std::bit_ceil(used + 1));
    store(true, spare_at);
  }
  store(static_cast<std::uint32_t>(used + 1), size_at);
  return load<T*>() + used;
}

}  // namespace plinth
