#!/usr/bin/env python3
"""Brings repositories of Prisma Next 0.16, and their databases, to Prisma 8, and asks Prisma 8 what it thinks of them.

usage: upgrade.py --engine FILE --next DIR --eight DIR [--only NAME] [--jobs N] [--keep DIR]

The DIRs are where npm has installed the tools (scripts/fetch-prisma). The server is that of PGHOST, PGPORT and PGUSER.
Each change of changes.txt is played with Prisma Next: two packages are applied; a third one, which the engine plans,
waits. After the upgrade Prisma 8 checks the repository, verifies the database strictly, emits every package again from its migration.ts
to the same bytes, applies the third package, and plans and applies what leads to the contract that it emits itself.
Prints a table; exits with 1 where something fails.
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
from play import TIMES, drop_database, new_database, psql
from tools import Eight, Failed, Next, Plinth, Project

STEPS = ('upgrade', 'check', 'verify', 'types', 'emit again', 'apply the third', 'lead on')


class Upgrade:
    def __init__(self, change, schema, options, root):
        self.schema = schema  # the last one, in the language of Prisma 8
        self.change, self.root, self.options = change, Path(root), options
        self.plinth, self.next, self.eight = Plinth(options.engine), Next(options.next), Eight(options.eight)
        self.url = new_database('upgraded_' + change.name.replace('-', '_'))

    def prepare(self):
        """The repository of Prisma Next: two packages applied, one to come."""
        project = self.project = Project(self.root / 'project', self.options.next)
        contracts = {}
        for name in ('before', 'after', 'next'):
            self.next.emit(project, self.change.part(name))
            contracts[name] = self.root / name
            shutil.copytree(project.root / 'prisma', contracts[name])
        psql(self.url, self.change.part('setup') or 'SELECT 1')
        origin = None
        for number, (package, contract, edits) in enumerate((('first', 'before', []),
                                                             ('second', 'after', self.change.edits()))):
            project.use(contracts[contract])
            self.next.plan(project, package, origin, edits, TIMES[number])
            origin = hash_of(contracts[contract])
            # What Prisma Next cannot verify, the engine applies.
            refused = self.change.reason('next', 'next')
            (self.plinth if refused else self.next).apply(project, self.url, origin)
            if package == 'first' and self.change.part('rows'):
                psql(self.url, self.change.part('rows'))
        self.next.run(project, 'ref', 'set', 'db', origin, '--json')
        self.plinth.plan(project, 'third', contracts['after'] / 'contract.json', contracts['next'] / 'contract.json',
                         json.loads(self.change.part('next fill') or '[]'), [], TIMES[2])
        self.packages = sorted(p for p in project.space.iterdir() if (p / 'ops.json').exists())
        self.ops = {p.name: (p / 'ops.json').read_text(encoding='utf-8') for p in self.packages}
        self.content = dump(self.url)

    def play(self):
        """What becomes of each step: None, or what went wrong. A step that fails is the last one."""
        out = {}
        for step in STEPS:
            try:
                getattr(self, step.replace(' ', '_'))()
                out[step] = None
            except Failed as failure:
                out[step] = str(failure)
                break
        return out

    def upgrade(self):
        done = self.plinth.call('upgradeMigrations', migrations=str(self.project.space), to='prisma-8',
                                databases=[self.url])
        self.contracts = {c['before']: c['after'] for c in done['contracts']}
        for name, text in self.ops.items():
            if (self.project.space / name / 'ops.json').read_text(encoding='utf-8') != text:
                raise Failed(f'{name}: the operations are others')
        if dump(self.url) != self.content:
            raise Failed('the database has another content')
        kept = self.project.root / 'migrations.prisma-next/app'
        if sorted(p.name for p in kept.iterdir() if p.name != 'refs') != sorted(self.ops):
            raise Failed('the repository is not kept as it was')
        (self.project.root / 'prisma-next.config.ts').unlink()
        (self.project.root / 'node_modules').unlink()
        self.project = Project(self.root / 'eight', self.options.eight)
        shutil.move(self.root / 'project/migrations', self.project.root / 'migrations')
        self.use('after')

    def use(self, name):
        """Makes an upgraded contract the emitted one."""
        later = self.contracts[hash_of(self.root / name)]
        for file in ('contract.json', 'contract.d.ts'):
            shutil.copy(self.project.root / 'migrations/snapshots' / later / file, self.project.root / 'prisma' / file)
        return later

    def check(self):
        self.eight.run(self.project, 'migration', 'check', '--json')
        listed = self.eight.run(self.project, 'migration', 'list', '--json')
        for name in self.ops:
            if name not in listed:
                raise Failed(f'{name} is not listed: {listed[:300]}')

    def verify(self):
        self.eight.verify(self.project, self.url)
        self.plinth.verify(self.url, self.project.root / 'prisma/contract.json')
        logged = sorted(self.eight.log(self.project, self.url))
        if logged != sorted(self.ops)[:2]:
            raise Failed(f'the log holds {logged}')
        again = self.plinth.call('upgradeMigrations', migrations=str(self.project.space), to='prisma-8',
                                 databases=[self.url])
        if not again['alreadyUpgraded'] or again['databases'][0]['outcome'] != 'upToDate':
            raise Failed('upgraded again: ' + json.dumps(again)[:300])

    def types(self):
        (self.project.root / 'tsconfig.json').write_text(json.dumps({
            'compilerOptions': {'module': 'preserve', 'moduleResolution': 'bundler', 'target': 'es2023', 'strict': True, 'noEmit': True, 'types': [],
                                'skipLibCheck': True, 'resolveJsonModule': True, 'allowImportingTsExtensions': True},
            'include': ['migrations/app/*/migration.ts']}), encoding='utf-8')
        tsc = Path(self.options.eight) / 'node_modules/typescript/bin/tsc'
        run = subprocess.run([self.eight.node, str(tsc.resolve()), '-p', 'tsconfig.json'], cwd=self.project.root,
                             capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise Failed('tsc: ' + run.stdout[:800])

    def emit_again(self):
        for name in self.ops:
            package = self.project.space / name
            before = {f: (package / f).read_text(encoding='utf-8') for f in ('ops.json', 'migration.json')}
            self.eight.emit_package(self.project, package)
            for file, text in before.items():
                if (package / file).read_text(encoding='utf-8') != text:
                    raise Failed(f'{name}/{file} is another one')

    def apply_the_third(self):
        self.eight.apply(self.project, self.url, self.use('next'))
        self.verify_both()

    def lead_on(self):
        """To the contract that Prisma 8 emits: indexes and checks get the names that it gives them."""
        upgraded = hash_of(self.project.root / 'prisma')
        if not self.schema:
            return
        self.eight.emit(self.project, self.schema)
        emitted = hash_of(self.project.root / 'prisma')
        if emitted == upgraded:
            return
        try:
            self.eight.plan(self.project, 'lead-on', upgraded, [], '2026-01-04T08:00:00.000Z')
            self.eight.apply(self.project, self.url, emitted)
        except Failed as failure:
            if 'UNFILLED_PLACEHOLDER' in str(failure):
                return  # the language of Prisma 8 has another type here: a change like any other
            if 'planner produced no operations' not in str(failure):
                raise
            self.eight.run(self.project, 'db', 'sign', '--json', url=self.url)  # what it asks for in this case
        self.verify_both()

    def verify_both(self):
        self.eight.verify(self.project, self.url)
        self.plinth.verify(self.url, self.project.root / 'prisma/contract.json')


def hash_of(directory):
    return json.loads((directory / 'contract.json').read_text(encoding='utf-8'))['storage']['storageHash']


def dump(url):
    """All that the database holds, but for what it knows of migrations."""
    run = subprocess.run(['pg_dump', '-d', url, '--exclude-schema=prisma_contract'], capture_output=True, text=True,
                         check=False)
    if run.returncode != 0:
        raise Failed('pg_dump: ' + run.stderr)
    return '\n'.join(line for line in run.stdout.splitlines() if not line.startswith('\\'))


def play(change, schema, options):
    root = Path(options.keep or tempfile.mkdtemp(prefix='upgraded-')) / change.name
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    upgrade = Upgrade(change, schema, options, root)
    try:
        upgrade.prepare()
    except Failed as failure:
        return {STEPS[0]: f'not prepared: {failure}'}
    out = upgrade.play()
    if not options.keep:
        drop_database('upgraded_' + change.name.replace('-', '_'))
        shutil.rmtree(root.parent, ignore_errors=True)
    return out


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument('--engine', required=True)
    options.add_argument('--next', required=True)
    options.add_argument('--eight', required=True)
    options.add_argument('--only', default='')
    options.add_argument('--jobs', type=int, default=os.cpu_count())
    options.add_argument('--keep', help='a directory in which everything stays')
    options = options.parse_args()
    changes = [c for c in load('next') if options.only in c.name]
    schemas = {c.name: c.part('next') for c in load('8')}
    failures = 0
    print('| change | ' + ' | '.join(STEPS) + ' |')
    print('| --- ' * (len(STEPS) + 1) + '|')
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for change, outcome in zip(changes, pool.map(lambda c: play(c, schemas.get(c.name), options), changes)):
            cells = ['works' if outcome.get(s, '') is None else 'FAILS' if s in outcome else '' for s in STEPS]
            print(f'| {change.name} | ' + ' | '.join(cells) + ' |', flush=True)
            for step, failure in outcome.items():
                if failure is not None:
                    failures += 1
                    print(f'{change.name}, {step}: {failure}', file=sys.stderr, flush=True)
    print(f'\n{len(changes) - failures} of {len(changes)} repositories work')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
