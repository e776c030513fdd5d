#!/usr/bin/env python3
"""Measures what planning costs beside reading: 0, 10 and 1,000 changes in schemas of several sizes, from contract to
contract, without a database.

usage: bench/planning.py [--sizes 100,1000,10000] [--changes 0,10,1000] [--runs 5]

Needs a release build (scripts/build). Every figure is the median wall time of a whole process that reads two contracts
and plans; `0 changes` is what reading, hashing and comparing alone take.
"""
import argparse
import json
import pathlib
import statistics
import tempfile

from figures import ask, engine_run


def column(native, codec, nullable=True):
    return {"codecId": codec, "nativeType": native, "nullable": nullable}


def table(name, target):
    columns = {"id": column("int8", "pg/int8@1", False), "parent": column("int8", "pg/int8@1")}
    for i in range(8):
        columns[f"c{i}"] = column(*(("text", "pg/text@1") if i % 2 else ("int4", "pg/int4@1")))
    return {
        "columns": columns, "primaryKey": {"columns": ["id"]}, "uniques": [],
        "indexes": [{"columns": ["parent"], "name": f"{name}_parent_idx"}],
        "foreignKeys": [{"source": {"namespaceId": "public", "tableName": name, "columns": ["parent"]},
                         "target": {"namespaceId": "public", "tableName": target, "columns": ["id"]}}]}


def change(tables, number):
    """One change, of one of five kinds, in one of the tables."""
    name = f"t{(number // 5) % len(tables):05}"
    t, turn = tables[name], f"{number}"
    kind = number % 5
    if kind == 0:
        t["columns"]["new" + turn] = column("text", "pg/text@1")
    elif kind == 1:
        t["columns"].pop(f"c{(number // 5 // len(tables)) % 8}", None)
    elif kind == 2:
        t["columns"]["filled" + turn] = column("int4", "pg/int4@1", False)
    elif kind == 3:
        t["indexes"].append({"columns": ["id", "parent"], "name": f"{name}_{turn}_idx"})
    else:
        t["columns"]["reference" + turn] = column("int8", "pg/int8@1")
        t["foreignKeys"].append(
            {"source": {"namespaceId": "public", "tableName": name, "columns": ["reference" + turn]},
             "target": {"namespaceId": "public", "tableName": "t00000", "columns": ["id"]}})


def contract(size, changes):
    tables = {f"t{i:05}": table(f"t{i:05}", f"t{(i + 1) % size:05}") for i in range(size)}
    for number in range(changes):
        change(tables, number)
    out = {"schemaVersion": "1", "targetFamily": "sql", "target": "postgres", "profileHash": "", "roots": {},
           "domain": {"namespaces": {}}, "capabilities": {}, "extensionPacks": {}, "meta": {},
           "storage": {"namespaces": {"public": {"id": "public", "kind": "postgres-schema", "entries": {"table": tables}}},
                       "storageHash": ""}}
    hashes = ask("hashContract", {"contract": out})
    out["storage"]["storageHash"] = hashes["storageHash"]
    out["profileHash"] = hashes["profileHash"]
    return out


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--sizes", default="100,1000,10000")
    arguments.add_argument("--changes", default="0,10,1000")
    arguments.add_argument("--runs", type=int, default=5)
    options = arguments.parse_args()
    print("| tables | changes | operations | seconds | peak MiB |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        for size in map(int, options.sizes.split(",")):
            paths = {}
            for changes in [0, *map(int, options.changes.split(","))]:
                paths[changes] = pathlib.Path(scratch) / f"{size}-{changes}.json"
                paths[changes].write_text(json.dumps(contract(size, changes)))
            for changes in map(int, options.changes.split(",")):
                params = {"from": {"kind": "contract", "path": str(paths[0])},
                          "to": {"kind": "contract", "path": str(paths[changes])}}
                run = engine_run("planWithDescriptors", params)
                measured = [run() for _ in range(options.runs)]
                operations = len(ask("planWithDescriptors", params).get("operations", []))
                print(f"| {size} | {changes} | {operations} | {statistics.median(s for s, _ in measured):.3f} "
                      f"| {round(max(m for _, m in measured))} |", flush=True)


if __name__ == "__main__":
    main()
