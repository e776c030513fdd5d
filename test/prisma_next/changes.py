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
"""
import os
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


def load(path=os.path.join(os.path.dirname(__file__), 'changes.txt')):
    """All changes, in the order of the file; bases are put in their places."""
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
    for change in changes:
        for name in ('before', 'after', 'next'):
            change.parts[name] = '// use prisma-next\n\n' + filled_in(change.part(name), bases)
    return changes


def filled_in(text, bases):
    out = []
    for line in text.splitlines():
        out.append(bases[line[2:]].part('schema') if line.startswith('+ ') else line + '\n')
    return ''.join(out)
