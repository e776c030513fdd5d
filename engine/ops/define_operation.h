#pragma once
// What the file of a kind ends with: `template const OperationTraits& traits_of<Kind>();`. A kind defines each function
// of questions.h or lists it in `declined`, and not both; otherwise it does not compile.
#include "engine/ops/calls.h"
#include "engine/ops/claims.h"
#include "engine/ops/questions.h"

namespace plinth {

template <class T>
struct DefineOperation {
  static const T& of(const void* p) { return *static_cast<const T*>(p); }
  static constexpr bool has_thin = requires { typename T::Thin; };

  static void read(Operation& out, const Json& j, const JsonPath& at) {
    T value{};
    decode(value, j, at);
    out = std::move(value);
  }
  static void read_thin(Operation& out, const Json& j, const JsonPath& at, const Schema& destination) {
    if constexpr (has_thin) {
      typename T::Thin thin{};
      decode(thin, j, at);
      try {
        out = T::resolve(thin, destination);
      } catch (Error& e) {
        throw e.with("path", at.text());
      }
    } else {
      read(out, j, at);
    }
  }

  static constexpr void protocol(OperationTraits& t) {
    t.kind = T::kind;
    t.copy = [](const void* p) -> void* { return new T(of(p)); };
    t.destroy = [](void* p) { delete static_cast<T*>(p); };
    t.read = &read;
    t.read_thin = &read_thin;
    t.write = t.write_thin = [](Json& out, const void* p) { encode(out, of(p)); };
    t.type = t.thin_type = &describe<T>;
    if constexpr (has_thin) {
      t.full_key = T::full_key;
      t.write_thin = [](Json& out, const void* p) { encode(out, of(p).thin()); };
      t.thin_type = &describe<typename T::Thin>;
    }
  }

  static constexpr void everywhere(OperationTraits& t) {
    t.operation_class = [](const void* p) { return of(p).operation_class(); };
    t.phase = [](const void* p) { return of(p).phase(); };
    t.id = [](const void* p) { return of(p).id(); };
    t.label = [](const void* p) { return of(p).label(); };
    t.target = [](const void* p) { return of(p).target(); };
    t.path = [](const void* p) { return of(p).path(); };
    t.steps = [](const void* p) { return of(p).steps(); };
    t.apply = [](const void* p, Schema& s) { of(p).apply(s); };
    t.impact = [](const void* p, const Schema& before, int version) { return of(p).impact(before, version); };
  }

  // Either the kind has the member, or it says that it has not.
  template <unsigned question, bool has_member>
  static constexpr bool answers() {
    static_assert(has_member != ((T::declined & question) != 0), "a kind answers or declines every question");
    return has_member;
  }

  static constexpr void stored(OperationTraits& t) {
    if constexpr (answers<no_transaction, requires { &T::transaction; }>()) {
      t.transaction = [](const void* p) { return of(p).transaction(); };
    }
    if constexpr (answers<no_meta, requires { &T::meta; }>()) {
      t.meta = [](const void* p) { return of(p).meta(); };
    }
    if constexpr (answers<no_summary, requires { &T::summary; }>()) {
      t.summary = [](const void* p) { return of(p).summary(); };
    }
    if constexpr (answers<no_calls, requires { &T::calls; }>()) {
      t.calls = [](const void* p, CallContext& context) { return of(p).calls(context); };
    }
    if constexpr (answers<no_recognition, requires { &T::recognised; }>()) t.recognised = &T::recognised;
  }

  static constexpr void placed(OperationTraits& t) {
    if constexpr (answers<no_announcement, requires { &T::announce; }>()) {
      t.announce = [](const void* p, LinkContext& context) { of(p).announce(context); };
    }
    if constexpr (answers<no_links, requires { &T::link; }>()) {
      t.link = [](const void* p, const LinkContext& context, Links& links) { of(p).link(context, links); };
    }
    if constexpr (answers<no_taking, requires { &T::takes; }>()) {
      t.takes = [](const void* p, const NameContext& names) { return of(p).takes(names); };
    }
    if constexpr (answers<no_freeing, requires { &T::frees; }>()) {
      t.frees = [](void* p) { return static_cast<T*>(p)->frees(); };
    }
    if constexpr (answers<no_disturbing, requires { &T::disturbs; }>()) {
      t.disturbs = [](const void* p, UnmanagedUses& uses) { of(p).disturbs(uses); };
    }
    if constexpr (answers<no_mentions, requires { &T::mentions; }>()) {
      t.mentions = [](const void* p) { return of(p).mentions(); };
    }
    if constexpr (answers<no_online, requires { &T::online; }>()) {
      t.online = [](const void* p, std::vector<Operation>& out, bool may_transform) {
        of(p).online(out, may_transform);
      };
    }
  }

  static constexpr void followed(OperationTraits& t) {
    if constexpr (answers<no_lineage, requires { &T::lineage; }>()) {
      t.lineage = [](const void* p) { return of(p).lineage(); };
    }
    if constexpr (answers<no_turning, requires { &T::turned; }>()) {
      t.turned = [](const void* p) { return of(p).turned(); };
      t.step_aside = [](const void* p, const Schema& state) { return of(p).step_aside(state); };
    }
    if constexpr (answers<no_loss, requires { &T::loss; }>()) {
      t.loss = [](const void* p, const LossContext& context) { return of(p).loss(context); };
    }
    if constexpr (answers<no_type_change, requires { &T::changes_type; }>()) {
      t.changes_type = [](const void* p) { return of(p).changes_type(); };
    }
  }

  static constexpr OperationTraits traits() {
    OperationTraits out{};
    protocol(out);
    everywhere(out);
    stored(out);
    placed(out);
    followed(out);
    return out;
  }
};

template <class T>
const OperationTraits& traits_of() {
  static constexpr OperationTraits traits = DefineOperation<T>::traits();
  return traits;
}

}  // namespace plinth
