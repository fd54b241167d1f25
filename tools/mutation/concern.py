"""Which tests concern a mutant."""
import functools
import pathlib
import re

from mutation.source import code_only, functions

FOUNDATION_TESTS = ['core', 'tensor', 'autograd', 'function']
FOUNDATION_OPS = 'add,mul,sum,copy,view,permute,expand'


class Tests:
    """Commands that run the tests of a mutant, fastest first."""

    def __init__(self, root):
        self.root = root
        self.files = sorted((root / 'tests').glob('*_test.cpp'))
        # test name -> what its line `// covers: softmax, gemm` says; tests of a family (of ops.h) cover what they call
        self.covers = {}
        for path in self.files:
            text = path.read_text()
            match = re.search(r'^// covers: (.*)$', text, re.MULTILINE)
            covered = set(re.split(r',\s*', match[1]) if match else [])
            if '#include "limpid/ops/ops.h"' in text:
                covered |= set(re.findall(r'\b([a-z]\w*?)_?\(', text))
            self.covers[path.name[:-9]] = covered

    def named(self, names):
        return [t for t, covered in self.covers.items()
                if t in names or any(c in names for c in covered)]

    def cards(self, folder):
        """{card: op name} of an op's folder."""
        cards = {}
        for header in sorted((self.root / folder).glob('*.h')):
            text = header.read_text()
            for match in re.finditer(r'struct (\w+)[^{;]*\{(.*?)\n\};', text, re.DOTALL):
                if name := re.search(r'\.name = "(\w+)"', match[2]):
                    cards[match[1]] = name[1]
        return cards

    def ops_of(self, mutant):
        """The ops that a mutant can change: its card's, or those of cards that use its function."""
        cards = self.cards(str(pathlib.Path(mutant.file).parent))
        card = mutant.function.split('::')[0]
        if '::' in mutant.function and card in cards:
            return [cards[card]]
        code = code_only((self.root / mutant.file).read_text())
        users = {mutant.function}
        for _ in range(3):  # functions that call functions
            for body in functions(code):
                text = code[body.start:body.end]
                if any(re.search(rf'\b{re.escape(u)}\b', text) for u in users):
                    users.add(body.name)
        used = sorted({cards[u.split('::')[0]] for u in users if u.split('::')[0] in cards})
        return used or sorted(cards.values())

    @functools.lru_cache(maxsize=None)
    def users_of(self, path):
        """The ops whose folders include the header of this file, or of its card."""
        headers = [f'#include "{path.parent}/{stem}.h"' for stem in {path.stem, path.parent.name}]
        folders = {str(f.parent.relative_to(self.root)) for f in self.root.glob('limpid/ops/*/*.cpp')
                   if any(h in f.read_text() for h in headers)} - {str(path.parent)}
        return {name for folder in folders for name in self.cards(folder).values()}

    def stages(self, mutant):
        """[(environment, arguments)], run until one fails."""
        path = pathlib.PurePath(mutant.file)
        if mutant.file.startswith('limpid/ops/'):
            ops = self.ops_of(mutant)
            battery = [({'LIMPID_OP': ','.join(ops)}, self.select(['ops_*']))] if ops else []
            own = self.named({*ops, path.parent.name, path.stem})
            others = sorted(self.users_of(path) - set(ops))
            return (battery + ([({}, self.select(own))] if own else []) +
                    ([({'LIMPID_OP': ','.join(others)}, self.select(['ops_*']))] if others else []))
        own = self.named({path.stem})
        if 'backends' in mutant.file:
            return ([({}, self.select(own))] if own else []) + [({}, self.select(['ops_*']))]
        rest = [t for t in FOUNDATION_TESTS if t not in own]
        quick = ['--test-case-exclude=*million*,*diamond*']
        return [({}, self.select(own + rest) + quick),
                ({'LIMPID_OP': FOUNDATION_OPS}, self.select(['ops_*'])),
                ({}, self.select(['autograd']) + ['--test-case=*million*,*diamond*'])]

    @staticmethod
    def select(names):
        return ['--source-file=' + ','.join(f'*/{n}_test.cpp' if '*' not in n else f'*/{n}'
                                            for n in names)]
