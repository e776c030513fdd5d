#include <doctest/doctest.h>

#include "engine/ops/by_hand/data_transform.h"
#include "engine/ops/by_hand/raw_sql.h"
#include "engine/ops/tables/drop_table.h"
#include "planner/render/markdown.h"
#include "test/planner/support/schemas.h"

namespace plinth {
namespace {

using namespace test;

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_CASE("markdown: a whole plan") {
  const Schema from = schema({table("users", {column("id", "int4"), column("bio")})});
  const Schema to = schema({table("users", {column("id", "int4"), column("email")})});
  const std::string hash = "sha256:0123456789abcdef0123";
  CHECK(markdown(plan(to, from), {"Add emails", {}, hash}) == R"(## Add emails

no contract → `0123456789ab` · 4 operations · **1 slot to fill**

### Operations
| # | Operation | Class | Locks | Hazards |
| --: | --- | --- | --- | --- |
| 1 | Add column "email" to "users" | additive | users accessExclusive |  |
| 2 | Data transform: backfill-users-email | data |  |  |
| 3 | Set NOT NULL on "users"."email" | destructive | users accessExclusive | tableScan<br>blocksReads<br>mayFail |
| 4 | Drop column "bio" from "users" | destructive | users accessExclusive | dataLoss |

### Hazards
- 3: **tableScan** every row of "users" is read
- 3: **blocksReads** ACCESS EXCLUSIVE on "users" meanwhile: reads and writes wait until commit; safer: prove it by a CHECK that is added NOT VALID and validated first
- 3: **mayFail** fails when a value is NULL

### Data that is lost
- **Drop column "bio" from "users"**: all values of "users"."bio" are lost

### To fill in before it can be applied
- [ ] `backfill-users-email:run` – done when this returns no row:
  ```sql
  SELECT 1 FROM "public"."users" WHERE "email" IS NULL LIMIT 1
  ```

<details>
<summary>SQL</summary>

```sql
BEGIN;

-- Add column "email" to "users"
ALTER TABLE "public"."users" ADD COLUMN "email" text;

-- Data transform: backfill-users-email
-- To be written by hand, where there are rows that this finds: the statements of this transform.
--   SELECT 1 FROM "public"."users" WHERE "email" IS NULL LIMIT 1
DO '#variable_conflict use_column
BEGIN IF EXISTS (SELECT 1 FROM "public"."users" WHERE "email" IS NULL LIMIT 1) THEN RAISE EXCEPTION USING MESSAGE = ''fill the slot "backfill-users-email:run"''; END IF; END';

-- Set NOT NULL on "users"."email"
ALTER TABLE "public"."users" ALTER COLUMN "email" SET NOT NULL;

-- Drop column "bio" from "users"
ALTER TABLE "public"."users" DROP COLUMN "bio";

COMMIT;
```

</details>
)");
}

TEST_CASE("markdown: no name and no statement breaks out of its place") {
  const std::string text = markdown(
      plan_of({DropTable{"public", "a|b\n<i>*x*_y_`z`\\&#[l](u)"}}, {}, usual_server_version), {"t|<b>", {}, {}});
  CHECK(holds(text, "## t\\|&lt;b&gt;\n"));
  CHECK(holds(text, R"#(| 1 | Drop table "a\|b<br>&lt;i&gt;\*x\*\_y\_\`z\`\\&amp;\#\[l\](u)" | destructive |)#"));

  RawSql raw;
  raw.raw_id = raw.raw_label = "fences";
  raw.execute = {{"x", "SELECT '\n```\n</details>\n````'", {}, {}}};
  CHECK(holds(markdown(plan_of({raw}, {}, usual_server_version), {"t", {}, {}}),
              "\n`````sql\nBEGIN;\n\n-- fences\nSELECT '\n```\n</details>\n````';\n\nCOMMIT;\n`````\n"));

  DataTransform open;
  open.name = "a `b`";
  const std::string tasks = markdown(plan_of({open}, {}, usual_server_version), {"t", {}, {}});
  CHECK(holds(tasks, "- [ ] ``a `b`:check``\n- [ ] ``a `b`:run``\n"));
}

TEST_CASE("markdown: nothing to do, conflicts, and what does not come back") {
  CHECK(markdown(Plan{}, {"t", "sha256:aa", "bb"}) == "## t\n\n`aa` → `bb` · 0 operations\n\nNothing to do.\n");
  Plan stuck;
  stuck.conflicts.push_back({ConflictKind::unsupported_operation, "No | way", "Because.", "Do this.", {}});
  CHECK(markdown(stuck, {"t", {}, "bb"}) ==
        "## t\n\nno contract → `bb` · **1 conflict**\n\n### Conflicts\n- **No \\| way** Because. Do this.\n");
  stuck.warnings.push_back({WarningCode::possible_rename, "a_b?", {}, {}, RenameTableHint{"public", "a", "b"}});
  CHECK(holds(markdown(stuck, {"t", {}, "bb"}),
              "### Warnings\n- a\\_b? As a hint: `{\"kind\":\"renameTable\",\"from\":\"a\",\"to\":\"b\"}`\n"));
  const std::string back = markdown(plan_of({DropTable{"public", "t"}}, {}, usual_server_version),
                                    {"t", {}, {}, {"the rows of public.a_b"}});
  CHECK(holds(back, "### What does not come back\n- the rows of public.a\\_b\n"));
}

}  // namespace
}  // namespace plinth
