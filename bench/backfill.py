#!/usr/bin/env python3
"""Measures a column that is filled online: in batches, while others write, beside one plain UPDATE of the same rows.

usage: scripts/with-postgres -- bench/backfill.py [--rows 10000000] [--size 10000] [--max-lock-ms 1000] [--seconds 60]

Needs a release build (scripts/build), psql and pgbench. It prints the rows per second of a plain UPDATE and of the
batches, the longest transaction of the engine, and the latency of a writer (pgbench, 4 clients) alone and while the
column is filled.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
ENGINE = ROOT / "build" / "plinth-engine"
INT8, TEXT = {"codecId": "pg/int8@1", "nativeType": "int8"}, {"codecId": "pg/text@1", "nativeType": "text"}
OPEN = "(SELECT NOT bool_or(attnotnull) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'handle')"
# The writer knows nothing of the new column, so it stops when that is NOT NULL.
WRITER = f"""\\set id random(1, :rows)
BEGIN;
UPDATE users SET name = 'Name ' || :id || ' of ' || :client_id WHERE id = :id AND {OPEN} IS NOT FALSE;
INSERT INTO users (id, name) SELECT nextval('fresh'), 'New' WHERE {OPEN} IS NOT FALSE;
COMMIT;
"""


def request(method, params, listen=lambda progress: None):
    """One request to a fresh engine; its result."""
    engine = subprocess.Popen([ENGINE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    engine.stdin.write(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}) + "\n")
    engine.stdin.flush()
    for text in engine.stdout:
        message = json.loads(text)
        if message.get("method") == "$/progress":
            listen(message["params"])
            continue
        engine.stdin.close()
        engine.wait()
        if "error" in message:
            sys.exit(json.dumps(message["error"], indent=1)[:3000])
        return message["result"]
    sys.exit("the engine gave no answer")


def psql(url, sql):
    return subprocess.run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", url, "-c", sql], check=True, text=True,
                          stdout=subprocess.PIPE).stdout.strip()


def contract(columns):
    table = {"columns": {n: {**c, "nullable": False} for n, c in columns.items()}, "primaryKey": {"columns": ["id"]},
             "uniques": [], "indexes": [], "foreignKeys": []}
    out = {"schemaVersion": "1", "targetFamily": "sql", "target": "postgres", "profileHash": "", "roots": {},
           "domain": {"namespaces": {}}, "capabilities": {}, "extensionPacks": {}, "meta": {},
           "storage": {"namespaces": {"public": {"id": "public", "kind": "postgres-schema",
                                                 "entries": {"table": {"users": table}}}}, "storageHash": ""}}
    hashes = request("hashContract", {"contract": out})
    out["storage"]["storageHash"], out["profileHash"] = hashes["storageHash"], hashes["profileHash"]
    return out


class Server:
    """Makes databases with the rows, each a copy of the first."""

    def __init__(self, admin, before, rows):
        self.admin, self.count = admin, 0
        server, _, rest = admin.rpartition("/postgres")
        self.url = lambda name: f"{server}/{name}{rest}"
        psql(admin, 'CREATE DATABASE backfill_rows TEMPLATE template0')
        request("applyMigration", {"url": self.url("backfill_rows"), "contract": {"path": str(before)}})
        psql(self.url("backfill_rows"), f"INSERT INTO users SELECT g, 'Name ' || g FROM generate_series(1, {rows}) g")
        psql(self.url("backfill_rows"), f"CREATE SEQUENCE fresh START {rows + 1}")
        psql(self.url("backfill_rows"), "VACUUM ANALYZE users")

    def fresh(self):
        self.count += 1
        name = f"backfill_{self.count}"
        psql(self.admin, f"CREATE DATABASE {name} TEMPLATE backfill_rows")
        psql(self.url(name), "CHECKPOINT")
        return self.url(name)

    def drop(self, url):
        psql(self.admin, f"DROP DATABASE {re.search(r'backfill_[0-9]+', url).group()} WITH (FORCE)")


class Watch(threading.Thread):
    """Asks again and again how old the engine's transaction is that has written something."""

    def __init__(self, url):
        super().__init__(daemon=True)
        self.url, self.longest, self.stopped = url, 0.0, False

    def run(self):
        asked = ("SELECT COALESCE(max(extract(epoch FROM clock_timestamp() - xact_start)), 0) FROM pg_stat_activity WHERE "
                 "application_name LIKE 'plinth%' AND backend_xid IS NOT NULL AND datname = current_database() \\watch 0.02\n")
        watch = subprocess.Popen(["psql", "-XqAt", self.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        watch.stdin.write(asked)
        watch.stdin.flush()
        for text in watch.stdout:
            if self.stopped:
                break
            if re.fullmatch(r"[0-9.]+", text.strip()):
                self.longest = max(self.longest, float(text))
        watch.kill()


def engine_run(url, migrations):
    """Applies the package; the seconds of each of its steps, and the longest transaction."""
    marks = []
    watch = Watch(url)
    watch.start()
    result = request("applyMigration", {"url": url, "migrations": str(migrations)},
                     lambda p: marks.append((time.monotonic(), p["message"])) if "rows" not in p else None)
    marks.append((time.monotonic(), ""))
    watch.stopped = True
    watch.join(timeout=5)
    if result["outcome"] != "applied":
        sys.exit(json.dumps(result))
    return {marks[i][1]: marks[i + 1][0] - marks[i][0] for i in range(len(marks) - 1)}, watch.longest


def writer(url, rows, seconds, scratch, name):
    """Writes for some time; transactions, failures, and the latencies in milliseconds."""
    script = scratch / "writer.sql"
    script.write_text(WRITER)
    log = scratch / name
    ran = subprocess.run(["pgbench", "-n", "-c", "4", "-j", "1", "-T", str(seconds), "-D", f"rows={rows}", "-f", script,
                          "-l", "--log-prefix", log, "--rate", "400", url], text=True, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT)
    latencies = sorted(int(row.split()[2]) / 1000 for file in scratch.glob(f"{name}.*")
                       for row in file.read_text().splitlines())
    if not latencies:
        sys.exit(f"pgbench wrote nothing: {ran.stdout[:2000]}")
    return ran, latencies


def percentile(values, part):
    return values[min(len(values) - 1, int(len(values) * part))]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=10_000_000)
    arguments.add_argument("--size", type=int, default=10_000)
    arguments.add_argument("--max-lock-ms", type=int, default=1000)
    arguments.add_argument("--seconds", type=int, default=60)
    options = arguments.parse_args()
    rows = options.rows
    with tempfile.TemporaryDirectory() as made:
        scratch = pathlib.Path(made)
        before, after, migrations = scratch / "before.json", scratch / "after.json", scratch / "migrations"
        before.write_text(json.dumps(contract({"id": INT8, "name": TEXT})))
        after.write_text(json.dumps(contract({"id": INT8, "name": TEXT, "handle": TEXT})))
        server = Server(os.environ["PLINTH_DATABASE_URL"], before, rows)
        request("planWithDescriptors", {
            "from": {"kind": "contract", "path": str(before)}, "to": {"kind": "contract", "path": str(after)},
            "online": True, "write": {"migrations": str(migrations), "name": "handle"},
            "slots": [{"slot": "backfill-users-handle", "value": "lower(name)", "sync": True,
                       "batch": {"size": options.size, "maxLockMs": options.max_lock_ms}}]})

        url = server.fresh()
        psql(url, "ALTER TABLE users ADD COLUMN handle text")
        start = time.monotonic()
        psql(url, "UPDATE users SET handle = (lower(name)) WHERE handle IS NULL")
        plain = time.monotonic() - start
        server.drop(url)
        print(f"plain UPDATE of {rows} rows: {plain:.1f} s, {rows / plain:.0f} rows/s", flush=True)

        url = server.fresh()
        steps, longest = engine_run(url, migrations)
        batches = next(s for name, s in steps.items() if name.startswith("Data transform"))
        print(f"batches: {batches:.1f} s, {rows / batches:.0f} rows/s ({plain / batches:.2f} of the plain one); "
              f"longest transaction {longest * 1000:.0f} ms; all of the migration {sum(steps.values()):.1f} s", flush=True)
        for name, seconds in steps.items():
            print(f"  {seconds:8.3f} s  {name}")
        server.drop(url)

        url = server.fresh()
        _, alone = writer(url, rows, options.seconds, scratch, "alone")
        server.drop(url)
        url = server.fresh()
        found = []
        busy = threading.Thread(target=lambda: found.append(writer(url, rows, options.seconds, scratch, "beside")))
        busy.start()
        time.sleep(2)
        steps, longest = engine_run(url, migrations)
        busy.join()
        ran, beside = found[0]
        failures = re.findall(r"(?:ERROR|failed|aborted).*", ran.stdout)
        failures = [f for f in failures if not re.match(r"failed transactions: 0 ", f)]
        print(f"writer alone: {len(alone)} transactions, p50 {percentile(alone, .5):.1f} ms, p99 {percentile(alone, .99):.1f} ms, "
              f"longest {alone[-1]:.0f} ms")
        print(f"writer beside: {len(beside)} transactions, p50 {percentile(beside, .5):.1f} ms, p99 {percentile(beside, .99):.1f} ms, "
              f"longest {beside[-1]:.0f} ms; failures: {failures or 'none'}; the migration took {sum(steps.values()):.1f} s")
        wrong = psql(url, "SELECT count(*) FROM users WHERE handle IS DISTINCT FROM lower(name)")
        written = psql(url, "SELECT count(*) FILTER (WHERE name LIKE '% of %') || ' updated, ' || count(*) FILTER (WHERE name = 'New') || ' new' FROM users")
        print(f"rows written beside it: {written}; rows whose handle is not that of their name: {wrong}")
        if failures or wrong != "0":
            sys.exit("a write failed, or was lost")


if __name__ == "__main__":
    main()
