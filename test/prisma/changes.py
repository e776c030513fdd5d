"""The changes that both tools play: each a contract before, one after, and one to which the other tool leads on.

A change is a section of changes.txt: a line `== name: what it is about`, then parts behind lines `-- part --`:
  before, after, next   schemas in the language of Prisma Next; what they share stands in `base` parts: a line
                        `+ name` brings in the base of that name
  setup                 SQL that runs in the empty database first
  rows                  SQL that runs before the change, once `before` is applied
  expect                a query, and behind a line `=>` the rows that it gives once `after` is applied
  fill                  what fills the slots of our plan, as the methods take it
  also                  operations that our package has beside those of the plan, as descriptors, one a line
  edit                  pairs of lines: a text of the other tool's migration.ts, and what takes its place
  reason                lines `planner applier: text => why`: ways that fail with that text in what is said, and why
  tool                  `8` or `next`: only that one plays the change; its schemas are in the language of that tool
A part `edit 8` (and so on) takes the place of `edit` when Prisma 8 plays; an empty one of nothing. Schemas are in the
language of Prisma Next 0.16; `in_prisma_8` says them in that of Prisma 8.
"""
import os
import re
from dataclasses import dataclass, field


@dataclass
class Change:
    name: str
    about: str
    parts: dict = field(default_factory=dict)

    def part(self, name):
        return self.parts.get(name, '')

    def reason(self, planner, applier):
        """The text with which a way is expected to fail, and why it does; None for a way that works."""
        for line in self.part('reason').splitlines():
            way, _, rest = line.partition(': ')
            if way.split() == [planner, applier]:
                return rest.split(' => ')
        return None

    def edits(self):
        lines = [line for line in self.part('edit').splitlines() if line]
        return list(zip(lines[::2], lines[1::2]))


def load(tool, path=os.path.join(os.path.dirname(__file__), 'changes.txt')):
    """All changes that a tool plays, in the order of the file; bases are put in their places."""
    changes, bases, current, part = [], {}, None, None
    with open(path, encoding='utf-8') as lines:
        for line in lines.read().splitlines():
            if line.startswith('== '):
                name, _, about = line[3:].rstrip(":").partition(": ")
                current, part = Change(name, about), None
                if name.startswith('base '):
                    bases[name[5:]] = current
                else:
                    changes.append(current)
            elif line.startswith('-- ') and line.endswith(' --'):
                part = line[3:-3]
                current.parts[part] = ''
            elif part is not None:
                current.parts[part] += line + '\n'
    changes = [c for c in changes if c.part('tool').strip() in ('', tool)]
    for change in changes:
        for name in [n for n in change.parts if n.endswith(' 8')]:
            text = change.parts.pop(name)
            if tool == '8':
                change.parts[name[:-2]] = text
        for name in ('before', 'after', 'next'):
            text = filled_in(change.part(name), bases)
            if tool == '8':
                change.parts[name] = '// use prisma-8\n\n' + (text if change.part('tool') else in_prisma_8(text))
            else:
                change.parts[name] = '// use prisma-next\n\n' + text
        if tool == '8' and 'edit' in change.parts:
            change.parts['edit'] = change.parts['edit'].replace('@prisma-next/postgres', '@prisma/orm-postgres')
    return changes


# Types of Prisma Next, as far as Prisma 8 calls them otherwise.
TYPES = {'DateTime': 'TimestamptzString', 'Json': 'Jsonb', 'Timestamp': 'TimestampString',
         'Timestamptz': 'TimestamptzString', 'Time': 'TimeString', 'Date': 'DateString'}


def in_prisma_8(text):
    """A schema of Prisma Next 0.16 in the language of Prisma 8: types stand where they are used, defaults that are SQL
    or JSON are tagged."""
    aliases = {}
    for block in re.findall(r'^types \{\n(.*?)^\}\n', text, re.M | re.S):
        for name, native in re.findall(r'^ *(\w+) *= *\w+ @db\.(.*?) *$', block, re.M):
            base = native.partition('(')[0]
            aliases[name] = 'Json' if base == 'Json' else native.replace(base, TYPES.get(base, base), 1)
    text = re.sub(r'^types \{\n.*?^\}\n', '', text, flags=re.M | re.S)

    def field(match):
        indent, name, kind = match.groups()
        return indent + name + aliases.get(kind, TYPES.get(kind, kind))

    text = re.sub(r'^( +)(\w+ +)(\w+)(?=[ ?\[\n])', field, text, flags=re.M)
    text = re.sub(r'(?m)(Jsonb?\b.*)@default\("((?:[^"\\]|\\.)*)"\)',
                  lambda m: m[1] + '@default(json`' + m[2].replace('\\"', '"') + '`)', text)
    text = re.sub(r' *@default\(json`null`\)', '', text)  # refused where the column is NOT NULL
    text = re.sub(r'dbgenerated\("([^"]*)"\)', r'sql`\1`', text)
    text = re.sub(r'temporal\.(updatedAt|createdAt)\(\)', r'temporal.\1String()', text)
    return text


def filled_in(text, bases):
    out = []
    for line in text.splitlines():
        out.append(bases[line[2:]].part('schema') if line.startswith('+ ') else line + '\n')
    return ''.join(out)
