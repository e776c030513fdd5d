#!/usr/bin/env python3
"""Measures the engine beside the tools of Postgres, on schemas of several sizes.

usage: scripts/with-postgres -- bench/figures.py [--sizes 100,1000,5000] [--runs 5] [--generator PATH]

Needs a release build (scripts/build), psql and pg_dump, and the schema generator with the catalogue floor beside it
(--generator, PLINTH_GENERATOR, or ../shared/tools/gen_schema.py). Every figure is the median wall time of a whole
process, with its peak memory; the order of the candidates alternates between runs.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
ENGINE = ROOT / "build" / "plinth-engine"
SHORT_TYPES = {"int2": "pg/int2@1", "int4": "pg/int4@1", "int8": "pg/int8@1", "text": "pg/text@1", "bool": "pg/bool@1",
               "jsonb": "pg/jsonb@1", "uuid": "pg/uuid@1", "timestamptz": "pg/timestamptz@1", "date": "pg/timestamptz@1",
               "numeric": "pg/numeric@1", "character varying": "sql/varchar@1"}


def measure(argv):
    """Runs a process to its end; its seconds, and no figure of its memory."""
    start = time.monotonic()
    subprocess.run([str(a) for a in argv], stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - start, None


def measure_engine(request):
    """Starts an engine and asks it once; the seconds to the end of its reply, and its peak MiB by then."""
    start = time.monotonic()
    engine = subprocess.Popen([ENGINE], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    engine.stdin.write(request)
    engine.stdin.flush()
    reply = engine.stdout.readline()
    seconds = time.monotonic() - start
    status = pathlib.Path(f"/proc/{engine.pid}/status").read_text()
    engine.stdin.close()
    engine.wait()
    if b'"error"' in reply[:60]:
        sys.exit(reply[:2000].decode())
    peak_kib = int(status.split("VmHWM:")[1].split()[0])
    return seconds, peak_kib / 1024


def line(method, params):
    return (json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}) + "\n").encode()


def ask(method, params):
    """One request to a fresh engine; its result."""
    answer = subprocess.run([ENGINE], input=line(method, params), stdout=subprocess.PIPE, check=True).stdout
    reply = json.loads(answer.splitlines()[-1])
    if "error" in reply:
        sys.exit(json.dumps(reply["error"], indent=1)[:3000])
    return reply["result"]


def median(candidates, runs):
    """{name: thunk -> (seconds, MiB)} to {name: (median seconds, greatest MiB)}, turn and turn about."""
    seen = {name: [] for name in candidates}
    for _ in range(runs):
        for name, run in candidates.items():
            seen[name].append(run())
    return {n: (statistics.median(s for s, _ in r), max((m for _, m in r if m), default=None)) for n, r in seen.items()}


def psql(url, *args):
    subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", url, *args], check=True)


def make_database(admin, name, sql):
    psql(admin, "-c", f'CREATE DATABASE "{name}" TEMPLATE template0')
    server, _, rest = admin.rpartition("/postgres")
    url = f"{server}/{name}{rest}"
    psql(url, "-1", "-f", sql, "-c", "ANALYZE")
    return url


def contract_of(schema):
    """A contract that asks for what contracts can say of a schema; the rest is left out."""
    tables = {}
    for table in schema["schemas"][0]["tables"]:
        columns = {}
        for c in table["columns"]:
            base, _, modifier = c["type"].partition("(")
            column = {"codecId": SHORT_TYPES[base], "nativeType": base, "nullable": c.get("nullable", False)}
            numbers = [int(n) for n in modifier.rstrip(")").split(",") if n]
            if base == "numeric" and numbers:
                column["typeParams"] = {"precision": numbers[0], "scale": numbers[1]}
            elif numbers:
                column["typeParams"] = {"length": numbers[0]}
            if "identity" in c:
                column["default"] = {"kind": "function", "expression": "autoincrement()"}
            elif "default" in c and c["default"]["kind"] == "literal":
                column["default"] = {"kind": "literal", "value": json.loads(c["default"]["value"])}
            elif "default" in c:
                column["default"] = {"kind": "function", "expression": c["default"]["value"]}
            columns[c["name"]] = column
        plain = [i for i in table.get("indexes", []) if all("column" in k for k in i["keys"]) and "predicate" not in i]
        source = {"namespaceId": "public", "tableName": table["name"]}
        tables[table["name"]] = {
            "columns": columns,
            "primaryKey": {"columns": table["primaryKey"]["columns"], "name": table["primaryKey"]["name"]},
            "uniques": [{"columns": u["columns"], "name": u["name"]} for u in table.get("uniques", [])],
            "indexes": [{"columns": [k["column"] for k in i["keys"]], "name": i["name"]} for i in plain],
            "foreignKeys": [
                {"source": {**source, "columns": f["columns"]},
                 "target": {"namespaceId": f["referencedSchema"], "tableName": f["referencedTable"],
                            "columns": f["referencedColumns"]},
                 "name": f["name"], **({"onDelete": f["onDelete"]} if "onDelete" in f else {})}
                for f in table.get("foreignKeys", [])],
        }
    contract = {"schemaVersion": "1", "targetFamily": "sql", "target": "postgres", "profileHash": "", "roots": {},
                "domain": {"namespaces": {}},
                "storage": {"namespaces": {"public": {"id": "public", "kind": "postgres-schema", "entries": {"table": tables}}},
                            "storageHash": ""},
                "capabilities": {}, "extensionPacks": {}, "meta": {}}
    hashes = ask("hashContract", {"contract": contract})
    contract["storage"]["storageHash"] = hashes["storageHash"]
    contract["profileHash"] = hashes["profileHash"]
    return contract


def engine_run(method, params):
    request = line(method, params)
    return lambda: measure_engine(request)


def figures(size, generator, runs, scratch, admin):
    out = scratch / str(size)
    subprocess.run([sys.executable, generator, "--tables", str(size), "--out", out], check=True, stdout=subprocess.DEVNULL)
    old = make_database(admin, f"bench_old_{size}", out / "old.sql")
    new = make_database(admin, f"bench_new_{size}", out / "new.sql")
    for name, url in (("old", old), ("new", new)):
        (out / f"{name}.json").write_text(json.dumps(contract_of(ask("introspect", {"url": url})["schema"]), indent=2))
    floor = generator.parent / "catalog_floor.sql"
    contract = lambda name: {"kind": "contract", "path": str(out / f"{name}.json")}
    database = lambda url: {"kind": "database", "url": url}
    result = median({
        "catalogue floor (psql)": lambda: measure(["psql", "-X", "-q", "-o", "/dev/null", "-f", floor, old]),
        "pg_dump --schema-only": lambda: measure(["pg_dump", "--schema-only", "-f", "/dev/null", old]),
        "introspect": engine_run("introspect", {"url": old}),
        "diff contract → database": engine_run("diff", {"from": contract("old"), "to": database(old)}),
        "diff database → database": engine_run("diff", {"from": database(old), "to": database(new)}),
        "planWithDescriptors, offline": engine_run("planWithDescriptors", {"from": contract("old"), "to": contract("new")}),
        "planWithDescriptors, nothing changed": engine_run("planWithDescriptors", {"from": contract("old"), "to": contract("old")}),
    }, runs)
    truth = len(json.loads((out / "truth.json").read_text())["changes"])
    found = len(ask("diff", {"from": database(old), "to": database(new)})["issues"])
    print(f"\n{size} tables ({truth} changes made, {found} issues found)\n")
    print("| what | seconds | peak MiB |\n|---|---|---|")
    for name, (seconds, mib) in result.items():
        print(f"| {name} | {seconds:.3f} | {'–' if mib is None else round(mib)} |", flush=True)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--sizes", default="100,1000,5000")
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--generator", type=pathlib.Path,
                           default=os.environ.get("PLINTH_GENERATOR", ROOT.parent / "shared" / "tools" / "gen_schema.py"))
    options = arguments.parse_args()
    admin = os.environ["PLINTH_DATABASE_URL"]
    if not options.generator.exists():
        sys.exit(f"no schema generator at {options.generator}; name one with --generator")
    cold = [measure_engine(line("rpc.discover", {})) for _ in range(max(options.runs, 20))]
    print(f"cold start to the end of the first reply: {statistics.median(s for s, _ in cold) * 1000:.1f} ms, "
          f"{max(m for _, m in cold):.1f} MiB")
    with tempfile.TemporaryDirectory() as scratch:
        for size in options.sizes.split(","):
            figures(int(size), options.generator, options.runs, pathlib.Path(scratch), admin)


if __name__ == "__main__":
    main()
