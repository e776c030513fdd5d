#pragma once
// Warnings of a plan: nothing of it changes the plan.
#include <cmath>

#include "planner/hint.h"

namespace plinth {

enum class WarningCode {
  unclaimed,                 // a live object that the contract does not name, and that stays
  unchanged,                 // the contract is the same: no package was written
  leads_from_database_only,  // a database that differs from its contract: the package is no way from that contract
  start_unknown,             // the database keeps no copy of the contract that it follows
  no_baseline,               // no package leads to the contract that a written one starts from
  marker_spelling,           // the tool of the contract's era refuses the marker as it is spelt
  marker_unreadable,         // the role may not see which contract the database follows
  not_proven,                // a written package whose raw SQL may be why simulating it leads elsewhere
  default_may_be_skipped,    // a changed default whose check the default of before satisfies
  renamed_by_mapping,        // a model or a field of both contracts changed its place: it is renamed
  possible_rename,           // a dropped object may be an added one under another name
  possible_split,            // a dropped object may be several added ones
  possible_merge,            // several dropped objects may be one added one
  possible_extraction,       // columns that go may be rows of a table that comes
  values_reappear            // columns that go have the names of columns that come elsewhere
};
inline constexpr Named<WarningCode> warning_codes[] = {{"unclaimed", WarningCode::unclaimed},
                                                       {"unchanged", WarningCode::unchanged},
                                                       {"leadsFromDatabaseOnly", WarningCode::leads_from_database_only},
                                                       {"startUnknown", WarningCode::start_unknown},
                                                       {"noBaseline", WarningCode::no_baseline},
                                                       {"markerSpelling", WarningCode::marker_spelling},
                                                       {"markerUnreadable", WarningCode::marker_unreadable},
                                                       {"notProven", WarningCode::not_proven},
                                                       {"defaultMayBeSkipped", WarningCode::default_may_be_skipped},
                                                       {"renamedByMapping", WarningCode::renamed_by_mapping},
                                                       {"possibleRename", WarningCode::possible_rename},
                                                       {"possibleSplit", WarningCode::possible_split},
                                                       {"possibleMerge", WarningCode::possible_merge},
                                                       {"possibleExtraction", WarningCode::possible_extraction},
                                                       {"valuesReappear", WarningCode::values_reappear}};
constexpr const auto& names(WarningCode) { return warning_codes; }

/// How alike two things are, in hundredths; on the wire a number from 0 to 1.
struct Score {
  int hundredths = 0;
  auto operator<=>(const Score&) const = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14
};
template <>
struct Shape<Score> {
  static void read(Score& out, const Json& j, const JsonPath& at) {
    out.hundredths = static_cast<int>(std::lround(json::read_number(j, at) * 100));
  }
  static void write(Json& out, const Score& v) {
    const std::string digits = std::to_string(100 + v.hundredths % 100).substr(1);
    json::set_text(out, std::to_string(v.hundredths / 100) + "." + digits);
  }
  static std::string ts() { return "number"; }
  static std::string schema() { return R"({"type":"number"})"; }
};

struct Warning {
  WarningCode code = WarningCode::unclaimed;
  std::string message;
  std::vector<std::string> path;
  std::optional<Score> score;
  std::optional<Hint> hint;  // given back as one of `hints`, it makes the plan do what the warning supposes
  static constexpr auto fields =
      std::tuple{field("code", &Warning::code), field("message", &Warning::message), field("path", &Warning::path),
                 field("score", &Warning::score), field("hint", &Warning::hint)};
};

}  // namespace plinth
