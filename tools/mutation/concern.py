"""Which tests concern a mutant."""
import functools
import pathlib
import re
import typing

from mutation.source import code_only, functions

FOUNDATION_TESTS = ['core', 'shape', 'dtype', 'tensor', 'strides', 'allocator', 'autograd', 'autograd_passes',
                    'autograd_inplace', 'grad_hooks', 'retain', 'gradcheck', 'function']
FOUNDATION_OPS = ('add', 'mul', 'sum', 'copy', 'view', 'permute', 'expand')
SLOW = '*million*,*diamond*'
FEW, MANY = 4, 20


class Tests:
    """Finds the tests that concern a mutant."""

    def __init__(self, root):
        self.root = root
        self.files = sorted((root / 'tests').glob('*_test.cpp'))
        # test -> what its line `// covers: softmax, gemm` says; function -> tests of a family (of ops.h) that call it
        self.covers, self.callers = {}, {}
        for path in self.files:
            text, test = path.read_text(), path.name[:-9]
            match = re.search(r'^// covers: ([^\n]*(?:\n// +[^\n]*)?)', text, re.MULTILINE)
            self.covers[test] = set(re.findall(r'\w+', match[1]) if match else []) | {test}
            if '#include "limpid/ops/ops.h"' in text:
                for name in set(re.findall(r'\b([a-z]\w*?)_?\(', text)):
                    self.callers.setdefault(name, []).append(test)
        self.includers, self.own_header = {}, {}  # {header: files of ops and of the backend}; {file: header}
        self.card_headers = {str(h.relative_to(root)) for h in (root / 'limpid/ops').rglob('*.h')
                             if '.name = "' in h.read_text()}
        for path in [*(root / 'limpid/ops').rglob('*.*'), *(root / 'limpid/backends').rglob('*.*')]:
            file = path.relative_to(root)
            headers = re.findall(r'^#include "([^"]+)"', path.read_text(), re.MULTILINE)
            beside = headers and pathlib.PurePosixPath(headers[0]).parent == file.parent
            self.own_header[file] = headers[0] if beside and file.suffix != '.h' else str(file)
            for header in headers:
                self.includers.setdefault(header, []).append(file)

    def named(self, names):
        """Tests of that name, or that say so."""
        return [test for test, covered in self.covers.items() if covered & set(names)]

    def calling(self, ops):
        """Tests that call an op, but for what many call in passing."""
        return [test for op in sorted(ops) for test in self.callers.get(op, ()) if len(self.callers[op]) <= FEW]

    @functools.lru_cache(maxsize=None)
    def folder_cards(self, folder):
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
        cards = self.folder_cards(pathlib.PurePath(mutant.file).parent)
        card = mutant.function.split('::')[0]
        if '::' in mutant.function and card in cards:
            return [cards[card]]
        code = code_only((self.root / mutant.file).read_text())
        users = {mutant.function}
        for _ in range(3):  # functions that call functions
            for body in functions(code):
                text = code[body.start:body.end]
                if body.name in users or any(re.search(rf'\b{re.escape(u)}\b', text) for u in users):
                    users.update({body.name, *re.findall(r'\bcomposite<(\w+)>', text)})
        used = sorted({cards[u.split('::')[0]] for u in users if u.split('::')[0] in cards})
        return used or sorted(cards.values())

    @functools.lru_cache(maxsize=None)
    def users_of(self, path):
        """The ops of other folders that use this file: which include its header, or that of a file of the
        backend, or of a folder without cards, that does, or a header of its folder that is no card's."""
        headers = {self.own_header[path]}
        ops, waiting = set(), sorted(headers)
        while waiting:
            for file in self.includers.get(waiting.pop(), ()):
                cards = self.folder_cards(file.parent)
                header = self.own_header[file]
                if file.parent != path.parent:
                    ops.update(cards.values())
                elif pathlib.PurePosixPath(header).parent == path.parent and header not in self.card_headers:
                    cards = {}
                if not cards and header not in headers and str(file.parent) != 'limpid/ops':
                    headers.add(header)
                    waiting.append(header)
        return ops

    def stages(self, mutant):
        """What is run until something fails, quick and likely things first."""
        path = pathlib.PurePosixPath(mutant.file)
        if mutant.file.startswith('limpid/ops/'):
            ops = self.ops_of(mutant)
            others = self.users_of(path) - set(ops)
            if len(others) > MANY and ops:  # what so many use is tested by itself
                others = ()
            own = self.named({*ops, path.parent.name, path.stem}) + self.calling({*ops, path.stem})
            first = battery(ops)
            if any((self.root / path.parent).glob('algorithm_*')):  # the battery runs the one that is chosen
                return first[:1] + alone(own) + first[1:] + battery(others)
            return first + alone(own) + battery(others)
        if 'backends' in mutant.file:
            own = self.named({path.stem, pathlib.PurePath(self.own_header[path]).stem})
            return alone(own) + battery(self.users_of(path))
        own = self.named({path.stem})
        rest = [t for t in FOUNDATION_TESTS if t not in own]
        return ([Stage(test, '', '--test-case-exclude=' + SLOW) for test in own + rest] + battery(FOUNDATION_OPS) +
                [Stage('autograd', '', '--test-case=' + SLOW)])


class Stage(typing.NamedTuple):
    """A file of tests, the ops that a battery is run for, and a filter."""
    test: str
    ops: str = ''
    filter: str = ''

    def environment(self):
        return {'LIMPID_OP': self.ops} if self.ops else {}

    def arguments(self):
        return [f'--source-file=*/{self.test}_test.cpp'] + ([self.filter] if self.filter else [])


def battery(ops):
    names = ','.join(sorted(ops))
    tests = ('ops_golden', 'ops_kernels', 'ops_memory', 'ops_gradients')
    return [Stage(test, names) for test in tests] if ops else []


def alone(tests):
    return [Stage(test) for test in dict.fromkeys(tests) if not test.startswith('ops_')]
