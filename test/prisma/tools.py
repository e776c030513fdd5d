"""The tools: the engine, and Prisma Next or Prisma 8 with node."""
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

CONFIGS = {
    'prisma-next.config.ts': """import { defineConfig } from '@prisma-next/postgres/config';
export default defineConfig({
  contract: './prisma/contract.prisma',
  db: { connection: process.env['DATABASE_URL'] ?? 'postgres://nobody@127.0.0.1:1/nothing' },
});
""",
    'prisma.config.ts': """import { definePrismaConfig } from '@prisma/cli-engine';
import { defineConfig } from '@prisma/orm-postgres/config';
export default definePrismaConfig({
  orm: defineConfig({
    contract: './prisma/contract.prisma',
    db: { connection: process.env['DATABASE_URL'] ?? 'postgres://nobody@127.0.0.1:1/nothing' },
  }),
});
""",
}


class Failed(Exception):
    """A tool that does not do what it was asked for; the text is what it says."""


class Plinth:
    name = 'plinth'

    def __init__(self, engine):
        self.engine = engine

    def call(self, method, **params):
        request = json.dumps({'jsonrpc': '2.0', 'id': 1, 'method': method, 'params': params})
        run = subprocess.run([self.engine], input=request + '\n', capture_output=True, text=True, check=False)
        for line in run.stdout.splitlines():
            reply = json.loads(line)
            if 'result' in reply:
                return reply['result']
            if 'error' in reply:
                raise Failed(f"{method}: {reply['error']['data']['code']}: {reply['error']['message']} "
                             f"{json.dumps(reply['error']['data'].get('meta', ''))[:600]}")
        raise Failed(f'{method}: no answer: {run.stderr}')

    def plan(self, project, name, before, after, fill, also, created_at):
        """Plans from one contract to another; the package's directory."""
        space = str(project.space)
        states = {'from': {'kind': 'contract', 'path': str(before)}, 'to': {'kind': 'contract', 'path': str(after)}}
        write = {'migrations': space, 'name': name}
        if any(slot['slot'].endswith('*') for slot in fill):
            open_slots = [p['slot'] for p in self.call('planWithDescriptors', **states).get('placeholders', [])]
            fill = [{**slot, 'slot': name.removesuffix(':run')} for slot in fill for name in open_slots
                    if name.startswith(slot['slot'].rstrip('*'))]
        wanted = {'slots': fill, 'createdAt': created_at}
        if also:
            made = self.call('planWithDescriptors', **states, **wanted)
            made = self.call('evaluateMigration', **states, operations=also + made['operations'], write=write,
                             createdAt=created_at)
            return Path(made['written']['dir'])
        made = self.call('planWithDescriptors', **states, **wanted, write=write)
        if made.get('conflicts') or 'package' not in made:
            raise Failed('plan: ' + json.dumps(made.get('conflicts') or made.get('warnings')))
        return Path(made['package']['dir'])

    def apply(self, project, url, target):
        self.call('applyMigration', url=url, migrations=str(project.space), target=target)

    def verify(self, url, contract):
        found = self.call('diff', **{'from': {'kind': 'database', 'url': url},
                                     'to': {'kind': 'contract', 'path': str(contract)}}, strict=True)
        if found.get('issues'):
            raise Failed('diff: ' + '; '.join(i['message'] for i in found['issues']))


class Next:
    name = 'next'
    words = {}
    program = 'prisma-next'

    def __init__(self, tools):
        self.tools = Path(tools).resolve()
        self.node = str(self.tools / 'node_modules/.bin/node')

    def run(self, project, *words, url=None, program=None, check=True):
        env = dict(os.environ, PRISMA_NEXT_DISABLE_TELEMETRY='1', PRISMA_DISABLE_TELEMETRY='1', DO_NOT_TRACK='1')
        env.pop('DATABASE_URL', None)
        if url:
            env['DATABASE_URL'] = url
        if program is None:
            program = str(self.tools / 'node_modules/.bin' / self.program)
            words = (*self.words.get(words[0], words[:1]), *words[1:])
        with open(project.root / 'out.txt', 'w+', encoding='utf-8') as out:  # a pipe would be cut at 64 KiB
            run = subprocess.run([self.node, program, *words], cwd=project.root, env=env, stdout=out,
                                 stderr=subprocess.PIPE, text=True, check=False)
            out.seek(0)
            text = out.read()
        if check and run.returncode != 0:
            raise Failed(f"{' '.join(words) or program}: {told(text) or run.stderr[-800:]}")
        return text

    def emit(self, project, schema):
        (project.root / 'prisma/contract.prisma').write_text(schema, encoding='utf-8')
        self.run(project, 'contract', 'emit', '--json')
        return project.root / 'prisma/contract.json'

    def plan(self, project, name, origin, edits, created_at):
        """Plans from a contract of the history (nothing: from the empty database) to the emitted one."""
        words = ['migration', 'plan', '--name', name, '--json']
        if origin:
            words += ['--from', origin]
        made = json.loads(self.run(project, *words))
        package = project.root / made['dir']
        stamp = re.sub(r'[-:]', '', created_at[:16])
        target = package.with_name(stamp + '_' + name)
        package.rename(target)
        manifest = json.loads((target / 'migration.json').read_text(encoding='utf-8'))
        manifest['createdAt'] = created_at
        (target / 'migration.json').write_text(json.dumps(manifest, indent=2), encoding='utf-8')
        if edits:
            edit(target / 'migration.ts', edits)
        self.emit_package(project, target)  # its hash covers createdAt
        return target

    def emit_package(self, project, package):
        self.run(project, program=str(package / 'migration.ts'))

    def apply(self, project, url, target):
        self.run(project, 'migrate', '--to', target, '--json', url=url)

    def verify(self, project, url):
        self.run(project, 'db', 'verify', '--strict', '--json', url=url)

    def look(self, project, url):
        """What status, log and check say: all must be content."""
        status = json.loads(self.run(project, 'migration', 'status', '--json', url=url))
        pending = [m for s in status.get('spaces', []) for m in s.get('migrations', []) if m.get('status') == 'pending']
        if pending or status.get('diagnostics'):
            raise Failed('status: ' + json.dumps(pending or status.get('diagnostics')))
        self.run(project, 'migration', 'check', '--json')
        return self.log(project, url)

    def log(self, project, url):
        """The names of the packages that the ledger holds."""
        log = json.loads(self.run(project, 'migration', 'log', '--json', url=url))
        return [r['name'] for r in log.get('records', log.get('entries', []))]


class Eight(Next):
    """Prisma 8: other words, other files, and replies as lines of JSON."""
    words = {'migrate': ('db', 'migrate')}
    program = 'prisma'

    def run(self, project, *words, url=None, program=None, check=True):
        if '--json' not in words:
            return super().run(project, *words, url=url, program=program, check=check)
        text = super().run(project, *words, url=url, check=False)
        envelope = envelope_of(text)
        result = envelope.get('result') or {}
        if check and not (envelope.get('ok') and result.get('ok', True)):
            raise Failed(f"{' '.join(words)}: {json.dumps(envelope)[:4000]}")
        return json.dumps(result)


def envelope_of(text):
    for line in reversed(text.splitlines()):
        if line.startswith('{') and json.loads(line).get('kind') == 'result':
            return json.loads(line)['envelope']
    return {'ok': False, 'text': text[-800:]}


class Project:
    """A repository of the other tool in a directory of its own."""

    def __init__(self, root, tools):
        self.root = Path(root)
        self.space = self.root / 'migrations/app'
        (self.root / 'prisma').mkdir(parents=True)
        # Prisma 8 imports what the project depends on.
        dependencies = {n: '*' for n in ('@prisma/orm-postgres',) if (Path(tools) / 'node_modules' / n).exists()}
        (self.root / 'package.json').write_text(json.dumps({'name': 'played', 'type': 'module', 'private': True,
                                                            'dependencies': dependencies}), encoding='utf-8')
        for name, text in CONFIGS.items():
            if (Path(tools) / 'node_modules' / re.search("'(@[^']*)/config'", text)[1]).exists():
                (self.root / name).write_text(text, encoding='utf-8')
        (self.root / 'node_modules').symlink_to(Path(tools).resolve() / 'node_modules')

    def use(self, contract_dir):
        """Makes an emitted contract the current one."""
        for name in ('contract.json', 'contract.d.ts', 'contract.prisma'):
            shutil.copy(contract_dir / name, self.root / 'prisma' / name)

    def take(self, package):
        self.space.mkdir(parents=True, exist_ok=True)
        shutil.copytree(package, self.space / package.name)
        store = package.parent.parent / 'snapshots'
        if store.exists():
            shutil.copytree(store, self.space.parent / 'snapshots', dirs_exist_ok=True)


def told(text):
    try:
        reply = json.loads(text)
    except json.JSONDecodeError:
        return text[-800:]
    return ' '.join(str(reply.get(k, '')) for k in ('code', 'summary', 'why')) + ' ' + json.dumps(
        reply.get('schema', {}).get('issues', reply.get('meta', '')))[:800]


def edit(path, edits):
    text = path.read_text(encoding='utf-8')
    for old, new in edits:
        if old not in text:
            raise Failed(f'{path.name} does not hold: {old}\n{text}')
        text = text.replace(old, new)
    if 'postgresStatic' not in text and any('db.' in new for _, new in edits):
        library = re.search("'(@[^']*)/migration'", text)[1]
        text = text.replace('\nexport default', f"import postgresStatic from '{library}/static';\n\n"
                            'const { sql: db, contract } = postgresStatic<End>({ contractJson: endContract });\n'
                            '\nexport default', 1)
    path.write_text(text.replace('this.dataTransform(endContract', 'this.dataTransform(contract'), encoding='utf-8')
