#!/usr/bin/env python3
"""Plays changes of schema with the engine and with Prisma Next 0.16 or Prisma 8, in one repository and on one database.

usage: play.py --tool next|8 --engine FILE --tools DIR [--only NAME] [--jobs N] [--keep DIR] [--record DIR]

DIR is where npm has installed the tool and node@24 (scripts/fetch-prisma). The server is
that of PGHOST, PGPORT and PGUSER (scripts/with-postgres sets them). Each change is planned by either tool and applied by
either, in the form in which it was planned and as node emits it again from migration.ts; after it the other tool plans
and applies the next change. Prints a table; exits with 1 where a way fails for no reason that changes.txt gives.
"""
import argparse
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from changes import load
from tools import Eight, Failed, Next, Plinth, Project

TIMES = ['2026-01-0%dT08:00:00.000Z' % day for day in range(1, 4)]


def psql(url, text):
    run = subprocess.run(['psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', url, '-c', text], capture_output=True, text=True,
                         check=False)
    if run.returncode != 0:
        raise Failed('psql: ' + run.stderr)
    return run.stdout.strip()


def database_url(name):
    where = f"host={os.environ['PGHOST']}&port={os.environ.get('PGPORT', '5432')}"
    return f"postgresql://{os.environ['PGUSER']}@localhost/{name}?{where}"


def drop_database(name):
    psql(database_url('postgres'), f'DROP DATABASE IF EXISTS "{name}"')


def new_database(name):
    """An empty database of that name; its URL."""
    drop_database(name)
    psql(database_url('postgres'), f'CREATE DATABASE "{name}" TEMPLATE template0')
    return database_url(name)


class Played:
    """One change: its contracts and packages, made once, and the ways that are played with them."""

    def __init__(self, change, tool, engine, tools, root):
        self.change, self.root = change, Path(root)
        self.plinth, self.next = Plinth(engine), (Eight if tool == '8' else Next)(tools)
        self.tools = tools
        self.contracts = {}
        self.packages = {}

    def contract(self, name):
        return self.contracts[name] / 'contract.json'

    def hash_of(self, name):
        return json.loads(self.contract(name).read_text(encoding='utf-8'))['storage']['storageHash']

    def prepare(self):
        change = self.change
        made = Project(self.root / 'made', self.tools)
        for name in ('before', 'after', 'next'):
            self.next.emit(made, change.part(name))
            self.contracts[name] = self.root / name
            shutil.copytree(made.root / 'prisma', self.contracts[name])
        made.use(self.contracts['before'])
        first = self.next.plan(made, 'first', None, [], TIMES[0])
        made.use(self.contracts['after'])
        second = self.next.plan(made, 'second', self.hash_of('before'), change.edits(), TIMES[1])
        made.use(self.contracts['next'])
        third = self.next.plan(made, 'third', self.hash_of('after'), self.pairs('next edit'), TIMES[2])
        self.packages = {'first': first, ('second', 'next'): second, ('third', 'next'): third}
        ours = Project(self.root / 'ours', self.tools)
        ours.take(first)
        for number, (name, before, after) in enumerate((('second', 'before', 'after'), ('third', 'after', 'next'))):
            slots = self.fill('fill' if name == 'second' else 'next fill')
            also = [json.loads(line) for line in change.part('also').splitlines()] if name == 'second' else []
            made_by_us = self.plinth.plan(ours, name, self.contract(before), self.contract(after), slots, also,
                                          TIMES[number + 1])
            self.packages[name, 'plinth'] = made_by_us
            project = Project(self.root / ('emit-' + name), self.tools)
            project.take(made_by_us)
            self.next.emit_package(project, project.space / made_by_us.name)
            self.packages[name, 'plinth*'] = project.space / made_by_us.name

    def fill(self, part):
        return json.loads(self.change.part(part) or '[]')

    def pairs(self, part):
        lines = [line for line in self.change.part(part).splitlines() if line]
        return list(zip(lines[::2], lines[1::2]))

    def way(self, planner, applier, url):
        """Plays one way. Raises Failed with what went wrong."""
        other = {'plinth': 'next', 'plinth*': 'next', 'next': 'plinth'}[planner]
        project = Project(self.root / f'{planner}-{applier}', self.tools)
        psql(url, self.change.part('setup') or 'SELECT 1')
        project.take(self.packages['first'])
        self.step(project, 'before', 'next' if applier == 'plinth' else 'plinth', url)
        if self.change.part('rows'):
            psql(url, self.change.part('rows'))
        project.take(self.packages['second', planner])
        self.step(project, 'after', applier, url)
        self.expect(url)
        project.take(self.packages['third', other])
        self.step(project, 'next', 'next' if applier == 'plinth' else 'plinth', url)

    def step(self, project, contract, applier, url):
        project.use(self.contracts[contract])
        target = self.hash_of(contract)
        (self.next if applier == 'next' else self.plinth).apply(project, url, target)
        self.next.verify(project, url)
        self.plinth.verify(url, project.root / 'prisma/contract.json')
        marker = psql(url, "SELECT core_hash FROM prisma_contract.marker WHERE space = 'app'")
        if marker != target:
            raise Failed(f'the marker is {marker}, not {target}')
        names = sorted(p.name for p in project.space.iterdir() if p.is_dir() and p.name != 'refs')
        ledger = psql(url, 'SELECT migration_name FROM prisma_contract.ledger ORDER BY id').splitlines()
        logged = self.next.look(project, url)
        if ledger != names or sorted(logged) != names:
            raise Failed(f'the ledger holds {ledger}, the log {logged}, the directory {names}')
        again = self.plinth.call('applyMigration', url=url, migrations=str(project.space))
        if again['outcome'] != 'upToDate':
            raise Failed('applied again: ' + json.dumps(again)[:300])

    def expect(self, url):
        query, _, rows = self.change.part('expect').partition('=>\n')
        found = psql(url, query) if query else ''
        if found != rows.strip():
            raise Failed(f'expected {rows.strip()!r}, found {found!r}')


def record(played, directory):
    """Writes a transcript in which the engine alone evaluates and applies the packages of the other tool."""
    change = played.change
    lines = [{'//': f'Recorded: {change.about}. The packages are those of Prisma Next 0.16.0.'}]
    for name in ('first', 'second', 'third'):
        package = played.packages['first' if name == 'first' else (name, 'next')]
        for file in ('migration.json', 'ops.json', 'start-contract.json', 'end-contract.json'):
            if (package / file).exists():
                content = json.loads((package / file).read_text(encoding='utf-8'))
                lines.append({'file': f'app/{package.name}/{file}', 'content': content})
        params = {'package': f'<dir>/app/{package.name}'}
        lines.append({'send': {'method': 'evaluateMigration', 'params': params}})
        text = change.part({'first': 'setup', 'second': 'rows', 'third': ''}[name]).strip()
        if text:
            lines.append({'sql': text})
        lines.append({'send': {'method': 'applyMigration', 'params': {'url': '<url>', 'package': params['package']}}})
        states = {'from': {'kind': 'database', 'url': '<url>'}, 'to': {'kind': 'package', 'dir': params['package']}}
        lines.append({'send': {'method': 'diff', 'params': {**states, 'strict': True}}})
    with open(Path(directory) / f'prisma-next-{change.name}.jsonl', 'w', encoding='utf-8') as out:
        number = 0
        for line in lines:
            if 'send' in line:
                number += 1
                line = {'send': {'jsonrpc': '2.0', 'id': number, **line['send']}}
            out.write(json.dumps(line, ensure_ascii=False, separators=(',', ':')) + '\n')
            if 'send' in line:
                out.write(json.dumps({'receive': {'jsonrpc': '2.0', 'id': number, 'result': {}}},
                                     separators=(',', ':')) + '\n')


def play(change, options):
    """The outcomes of a change by way, and the seconds that it took."""
    root = Path(options.keep or tempfile.mkdtemp(prefix='played-')) / change.name
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    out = {}
    played = Played(change, options.tool, options.engine, options.tools, root)
    try:
        played.prepare()
    except Failed as failure:
        return {way: f'not prepared: {failure}' for way in WAYS}
    if options.record:
        record(played, options.record)
        return {}
    for planner, applier in WAYS:
        database = f'played_{change.name}_{planner}_{applier}'.replace('-', '_').replace('*', '_again')
        url = new_database(database)
        try:
            played.way(planner, applier, url)
            out[planner, applier] = None
        except Failed as failure:
            out[planner, applier] = str(failure)
        drop_database(database)
    if not options.keep:
        shutil.rmtree(root.parent, ignore_errors=True)
    return out


WAYS = [(planner, applier) for planner in ('plinth', 'plinth*', 'next') for applier in ('plinth', 'next')]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument('--tool', required=True, choices=['next', '8'])
    options.add_argument('--engine', required=True)
    options.add_argument('--tools', required=True)
    options.add_argument('--only', default='')
    options.add_argument('--jobs', type=int, default=os.cpu_count())
    options.add_argument('--keep', help='a directory in which everything stays')
    options.add_argument('--record', help='only writes the transcripts of the packages of the other tool, into DIR')
    options = options.parse_args()
    changes = [c for c in load(options.tool) if options.only in c.name]
    failures = 0
    print('| change | ' + ' | '.join(f'{p} → {a}' for p, a in WAYS) + ' |')
    print('| --- ' * (len(WAYS) + 1) + '|')
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for change, outcomes in zip(changes, pool.map(lambda c: play(c, options), changes)):
            if options.record:
                print(change.name, *outcomes.values(), flush=True)
                continue
            cells = []
            for planner, applier in WAYS:
                failure = outcomes[planner, applier]
                reason = change.reason(planner.rstrip('*'), applier)
                if failure is None and reason is None:
                    cells.append('works')
                elif failure is not None and reason is not None and reason[0] in failure:
                    cells.append('no: ' + reason[1])
                else:
                    cells.append('FAILS' if failure is not None else 'works, against its reason')
                    print(f'{change.name}, {planner} → {applier}: {failure}', file=sys.stderr, flush=True)
                    failures += 1
            print(f'| {change.name} | ' + ' | '.join(cells) + ' |', flush=True)
    total = 0 if options.record else len(changes) * len(WAYS)
    print(f'\n{total - failures} of {total} ways are as expected')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
