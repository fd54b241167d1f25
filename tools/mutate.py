#!/usr/bin/env python3
"""Mutation testing: changes the source in small ways and sees whether the tests notice.

A mutant is one change of one line: a sign, a bound, a constant, a dropped term. The mutants of a file
are compiled together (your files are never touched): a function that has some becomes a choice between
its mutated bodies and its own, made by the environment variable LIMPID_MUTANT. With the objects of an
existing build that gives one program, and for each mutant the tests that concern it are run: the battery
over its op (LIMPID_OP) and test files of its name, or for the foundation (core, tensor, autograd, op) the
tests of these. A mutant that all tests let pass is a survivor: the tests need one more, or the change is
no change, which is then said

  - on the line:   // mutate: equivalent -- why
  - or in tests/mutation_equivalents.toml, with file, line, kind and reason.

What was killed is noted in build/mutate/done.jsonl, so that a run that was broken off goes on where it
was; a file that changes is judged anew, and so is everything with --again.

Usage: tools/mutate.py [--sample] [--op NAME ...] [--foundation] [--list] [--help]
Exit status: 0 all killed, 1 survivors, 2 something else is wrong. Python's standard library only.
"""
import argparse
import concurrent.futures
import dataclasses
import functools
import hashlib
import json
import math
import os
import pathlib
import random
import re
import resource
import shlex
import shutil
import subprocess
import sys
import threading
import time
import typing

# ---------------------------------------------------------------- what can be mutated

# Files besides those of ops; None as tests: all ops are run (kernels share these files).
FOUNDATION = ['limpid/core/*.cpp', 'limpid/core/walk.h', 'limpid/core/half.h', 'limpid/core/random.h',
              'limpid/tensor/*.cpp', 'limpid/autograd/*.cpp', 'limpid/op/*.cpp']
BACKENDS = ['limpid/backends/cpu/**/*.cpp']
SKIPPED_FILES = re.compile(r'_cases\.(cpp|h)$|/all_ops|/version\.cpp$|/files\.cpp$|/quote\.cpp$|/suggest\.cpp$')
FOUNDATION_TESTS = ['core', 'tensor', 'autograd', 'function']
FOUNDATION_OPS = 'add,mul,sum,copy,view,permute,expand'

# An operand: a name or number with calls, members and indices behind it.
OPERAND = (r'(?:[A-Za-z_][\w:.]*|\d[\w.]*)'
           r'(?:->\w+|\.\w+|\((?:[^()]|\([^()]*\))*\)|\[(?:[^\[\]]|\[[^\]]*\])*\])*')


def swapped(match):
    return f'{match[3]} {match[2]} {match[1]}'


# kind: [(pattern in a line, replacement)]. Binary operators have spaces around (clang-format).
KINDS = {
    'sign': [(r'(?<=\S) \+ (?=\S)', ' - '), (r'(?<=\S) - (?=\S)', ' + '), (r' \+= ', ' -= '),
             (r' -= ', ' += '), (r'(?<=[(,=?:{] )-(?=[\w(])|(?<=[({])-(?=[\w(])|(?<=return )-(?=[\w(])', '')],
    'bound': [(r' < ', ' <= '), (r' <= ', ' < '), (r' > ', ' >= '), (r' >= ', ' > ')],
    'equal': [(r' == ', ' != '), (r' != ', ' == ')],
    'constant': [(r'(?<![\w.])0(?![\w.])', '1'), (r'(?<![\w.])1(?![\w.])', '2')],
    'drop': [(r' [+\-*] ' + OPERAND, '')],
    'swap': [(f'({OPERAND}) ([-/]) ({OPERAND})', swapped)],
    'logic': [(r' && ', ' || '), (r' \|\| ', ' && '), (r'(?<=[( ])!(?=[\w(])', '')],
    'minmax': [(r'\bmin(?=[(<])', 'max'), (r'\bmax(?=[(<])', 'min')],
    'remove': [(r'^\s*[^\s(;=]\S* (?:[-+*|&]=) [^;]*;$', ''), (r'^\s*(?:\+\+|--)[\w\[\].>-]+;$', '')],
}

# Code whose text is not behaviour: blanked before mutations are looked for.
BLANKED = [
    r'^[ \t]*#(?:[^\n]*\\\n)*[^\n]*',               # includes, pragmas
    r'\bthrow\b[^;]*;', r'\bstatic_assert\([^;]*;',  # messages
    r'\btemplate <[^;{]*?>(?=\s)', r'\[\[[^\]]*\]\]', r'[^\n]*\b\w*[gG]rain\w*\b[^\n]*',
    r'(?<=\bwalk)<\d>', r'(?<=\bwalk_rows)<\d>',   # how many lists of strides there are
    r'\.reserve\([^;]*;', r'\bif constexpr \([^\n]*',
]


@dataclasses.dataclass
class Mutant:
    file: str       # from the root
    line: int       # from 1
    column: int
    kind: str
    before: str     # the line
    after: str
    function: str
    body: 'Function'
    state: str = ''
    seconds: float = 0.0

    def diff(self):
        return (f'{self.file}:{self.line} [{self.kind}] in {self.function}\n'
                f'  - {self.before.strip()}\n  + {self.after.strip()}')


# ---------------------------------------------------------------- reading C++

def blank(text, pattern, flags=re.MULTILINE):
    """`text` with what matches replaced by spaces; newlines stay, so that places stay."""
    return re.sub(pattern, lambda m: re.sub(r'[^\n]', ' ', m[0]), text, flags=flags)


def code_only(text):
    """The source without comments, texts, and what BLANKED names."""
    tokens = r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|' + r"'(?:\\.|[^'\\\n])+'"
    text = blank(text, tokens, re.DOTALL)
    for pattern in BLANKED:
        text = blank(text, pattern)
    return blank_calls(text, r'\b(?:str|add_context)\(')


def blank_calls(text, pattern):
    """Blanks calls with all their arguments."""
    out = list(text)
    for match in re.finditer(pattern, text):
        depth, end = 1, match.end()
        while end < len(text) and depth:
            depth += {'(': 1, ')': -1}.get(text[end], 0)
            end += 1
        for i in range(match.start(), end):
            if out[i] != '\n':
                out[i] = ' '
    return ''.join(out)


class Function(typing.NamedTuple):
    start: int      # of the body, its braces included
    end: int
    name: str
    constant: bool  # may run in the compiler, where nothing can be chosen


def functions(code):
    """The functions of a file, the outermost of nested ones."""
    found, stack, last = [], [], 0
    for at, char in enumerate(code):
        if char == '{':
            header = code[last:at].strip()
            stack.append((at, function_name(header), 'constexpr' in header or 'consteval' in header))
        elif char == '}' and stack:
            start, name, constant = stack.pop()
            if name and not any(n for _, n, _ in stack):
                found.append(Function(start, at + 1, name, constant))
        if char in '{};':
            last = at + 1
    return found


def function_name(header):
    """The name of the function whose body follows `header`, or '' where it is no function."""
    if '(' not in header or re.match(r'(namespace|struct|class|enum|union|extern)\b', header):
        return ''
    name = re.search(r'([\w:~]+|operator[^\s(]+)\s*\(', header)
    return name[1] if name else ''


def mutants_of(root, file):
    text = (root / file).read_text()
    code = code_only(text)
    lines, code_lines = text.split('\n'), code.split('\n')
    starts = [0]
    for line in code_lines:
        starts.append(starts[-1] + len(line) + 1)
    found = []
    for body in functions(code):
        if body.name.endswith('::flops'):  # an estimate, for timings
            continue
        for number, line in enumerate(code_lines):
            if starts[number + 1] <= body.start or starts[number] >= body.end:
                continue
            if 'mutate: equivalent' not in lines[number]:
                found += mutants_of_line(file, number, lines[number], line, starts[number], body)
    return found


def mutants_of_line(file, number, original, code, at, body):
    """Every change of one line, which begins at `at`; only code within the function is touched."""
    found, seen = [], set()
    for kind, rules in KINDS.items():
        for pattern, replacement in rules:
            for match in re.finditer(pattern, code):
                if at + match.start() <= body.start or at + match.end() >= body.end:
                    continue
                part = original[match.start():match.end()]
                new = replacement(match) if callable(replacement) else replacement
                if new == part or (kind == 'remove' and '{' in part):
                    continue
                after = original[:match.start()] + new + original[match.end():]
                if after.strip() in seen:
                    continue
                seen.add(after.strip())
                found.append(Mutant(file, number + 1, match.start(), kind, original, after, body.name, body))
    return found


# ---------------------------------------------------------------- many mutants in one file

CHOICE = 'extern "C" int limpid_mutant;\n'
CHOOSER = """#include <cstdlib>
extern "C" int limpid_mutant;
int limpid_mutant = 0;
__attribute__((constructor(101))) static void choose() {  // before anything else is initialised
  if (const char* number = std::getenv("LIMPID_MUTANT")) limpid_mutant = std::atoi(number);
}
"""


def mutated(text, mutant):
    lines = text.split('\n')
    lines[mutant.line - 1] = mutant.after
    return '\n'.join(lines)


def combined(text, numbered):
    """`text` with a choice of bodies in each function, and {line: number of the mutant in it}.
    `numbered`: [(number, mutant)]; the number is what LIMPID_MUTANT names."""
    by_body = {}
    for number, mutant in numbered:
        by_body.setdefault(mutant.body, []).append((number, mutant))
    out, owner, line, last = [], {}, 1, 0

    def put(piece, number=None):
        nonlocal line
        end = line + piece.count('\n')
        if number is not None:
            owner.update(dict.fromkeys(range(line, end + 1), number))
        out.append(piece)
        line = end

    put(CHOICE)
    for body in sorted(by_body):
        put(text[last:body.start] + '{\n')
        for number, mutant in by_body[body]:
            put(f'if (limpid_mutant == {number})\n')
            longer = len(mutant.after) - len(mutant.before)
            put(mutated(text, mutant)[body.start:body.end + longer], number)
            put('\nelse ')
        put('\n' + text[body.start:body.end] + '\n}')
        last = body.end
    put(text[last:])
    return ''.join(out), owner


def portions(text, mutants, lines=1500):
    """Parts of a file's mutants that one compiler takes together; what cannot be chosen goes alone."""
    parts, size = [], 0
    for mutant in mutants:
        more = text.count('\n', mutant.body.start, mutant.body.end) + 1
        if mutant.body.constant:
            parts.insert(0, [mutant])
            continue
        if not size or size + more > lines:
            parts.append([])
            size = 0
        parts[-1].append(mutant)
        size += more
    return parts


# ---------------------------------------------------------------- what is known to be equivalent

def read_equivalents(path):
    """[[equivalent]] tables of key = "text" lines: the part of TOML that the file uses."""
    entries = []
    for line in path.read_text().split('\n') if path.exists() else []:
        line = line.strip()
        if line == '[[equivalent]]':
            entries.append({'used': False})
        elif match := re.match(r'(\w+) = (".*"|\'.*\')$', line):
            text = match[2]
            entries[-1][match[1]] = json.loads(text) if text[0] == '"' else text[1:-1]
        elif line and not line.startswith('#'):
            sys.exit(f'{path}: cannot read: {line}')
    for entry in entries:
        for key in ('file', 'line', 'kind', 'reason'):
            if not entry.get(key):
                sys.exit(f'{path}: an entry for {entry.get("file", "?")} has no {key}')
    return entries


def is_equivalent(mutant, entries):
    for entry in entries:
        if (entry['file'] == mutant.file and entry['line'] == mutant.before.strip()
                and entry['kind'] == mutant.kind
                and entry.get('to', mutant.after.strip()) == mutant.after.strip()):
            entry['used'] = True
            return True
    return False


# ---------------------------------------------------------------- which tests concern a mutant

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


# ---------------------------------------------------------------- building

class Build:
    """An up-to-date build folder, from which single files are compiled and linked anew."""

    def __init__(self, root, folder):
        self.root, self.folder = root, folder
        self.lock, self.chooser_object = threading.Lock(), None
        run_or_stop(['cmake', str(folder), '-DCMAKE_EXPORT_COMPILE_COMMANDS=ON'], 'configuring')
        run_or_stop(['cmake', '--build', str(folder), '--target', 'limpid_tests',
                     '-j', str(os.cpu_count())], 'building limpid_tests')
        database = json.loads((folder / 'compile_commands.json').read_text())
        targets = r'CMakeFiles/limpid(_tests|_cases|_simd_\w+)?\.dir/'
        self.units = [u for u in database if re.search(targets, self.output(u))]
        self.link = self.link_command()
        self.includes = {u['file']: self.included(u['file']) for u in self.units}

    def link_command(self):
        """The command that links limpid_tests, with the library's archive replaced by its objects."""
        link_file = self.folder / 'CMakeFiles/limpid_tests.dir/link.txt'
        if (self.folder / 'build.ninja').exists():
            out = subprocess.run(['ninja', '-C', str(self.folder), '-t', 'commands', 'limpid_tests'],
                                 capture_output=True, text=True, check=True).stdout
            words = shlex.split(out.strip().split('\n')[-1].removeprefix(': && ').removesuffix(' && :'))
        else:
            words = shlex.split(link_file.read_text())
        objects = [self.output(u) for u in self.units]
        out = []
        for word in words:
            if word.endswith('liblimpid.a'):
                out += [o for o in objects if o not in words and o not in out]  # it may stand there twice
            elif word not in out or word not in objects:
                out.append(word)
        return out

    def output(self, unit):
        """The object of a unit, as the link command names it."""
        words = shlex.split(unit['command'])
        return os.path.relpath(pathlib.Path(unit['directory'], words[words.index('-o') + 1]), self.folder)

    def included(self, file):
        """Our own files that a file includes, and those include."""
        seen, queue = set(), [str(file)]
        while queue:
            for name in self.direct_includes(queue.pop()):
                if name not in seen:
                    seen.add(name)
                    queue.append(str(self.root / name))
        return seen

    @functools.lru_cache(maxsize=None)
    def direct_includes(self, file):
        names = re.findall(r'^#include "((?:limpid|tests)/[^"]+)"', pathlib.Path(file).read_text(), re.MULTILINE)
        return [name for name in names if (self.root / name).exists()]

    def units_of(self, file):
        """What must be compiled when `file` changes. Of the core's headers, which everything includes,
        only their test: it holds code of its own that uses them."""
        if file.endswith('.cpp'):
            return [u for u in self.units if os.path.samefile(u['file'], self.root / file)]
        if file.startswith('limpid/core/'):
            return [u for u in self.units if u['file'].endswith('tests/core_test.cpp')]
        return [u for u in self.units if file in self.includes[u['file']]]

    def compile(self, file, text, folder):
        """Compiles what includes `file` with `text` in its place: ({object: new object}, '') or
        (None, what the compiler says)."""
        changed = folder / file
        changed.parent.mkdir(parents=True, exist_ok=True)
        changed.write_text(text)
        replaced = {}
        for number, unit in enumerate(self.units_of(file)):
            words = shlex.split(unit['command'])
            source = str(changed) if file.endswith('.cpp') else unit['file']
            words = [source if w == unit['file'] else w for w in words]
            output = str(folder / f'{number}.o')
            words[words.index('-o') + 1] = output
            if file.endswith('.h') and '-include' in words:  # precompiled headers hold the unchanged file
                at = words.index('-include')
                del words[at:at + 2]
            compiler = next(i for i, w in enumerate(words) if w.startswith('-'))
            words = words[compiler - 1:]  # without ccache, which needs no mutants
            words[1:1] = [f'-I{folder}']
            words += ['-w'] if '-O0' in words else ['-O1', '-w']
            done = subprocess.run(words, cwd=unit['directory'], capture_output=True, text=True, errors='replace')
            if done.returncode:
                return None, done.stderr
            replaced[self.output(unit)] = output
        return replaced, ''

    def make(self, file, numbered, folder):
        """A program with these mutants and which of them are in it. Those in whose lines the compiler
        finds an error are left out; no program: the errors are elsewhere, or none was left."""
        text = (self.root / file).read_text()
        while numbered:
            alone = numbered[0][1].body.constant
            new, owner = (CHOICE + mutated(text, numbered[0][1]), {}) if alone else combined(text, numbered)
            replaced, errors = self.compile(file, new, folder)
            if replaced is not None:
                return self.linked(replaced, folder), numbered
            lines = re.findall(rf'{re.escape(str(folder / file))}:(\d+):\d+: (?:fatal )?error', errors)
            bad = {owner.get(int(line)) for line in lines} - {None}
            if not bad:
                break
            numbered = [pair for pair in numbered if pair[0] not in bad]
        return None, numbered

    def linked(self, replaced, folder):
        """The path of limpid_tests with some objects replaced. These come first: of functions that
        several objects hold, the linker takes the first."""
        program = str(folder / 'limpid_tests')
        at = next(i for i, w in enumerate(self.link) if w.endswith('.o'))
        words = self.link[:at] + [*replaced.values(), self.chooser()]
        words += [w for w in self.link[at:] if w not in replaced]
        words[words.index('-o') + 1] = program
        done = subprocess.run(words, cwd=self.folder, capture_output=True, text=True, errors='replace')
        if done.returncode:
            sys.exit(f'mutate: linking failed\n{done.stderr[-2000:]}')
        return program

    def chooser(self):
        """The object that reads LIMPID_MUTANT."""
        with self.lock:
            if not self.chooser_object:
                source = self.root / 'build/mutate/chooser.cpp'
                source.write_text(CHOOSER)
                words = shlex.split(self.units[0]['command'])
                compiler = words[next(i for i, w in enumerate(words) if w.startswith('-')) - 1]
                self.chooser_object = str(source.with_suffix('.o'))
                run_or_stop([compiler, '-c', str(source), '-o', self.chooser_object], 'compiling a choice')
        return self.chooser_object


def run_or_stop(command, what):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(done.stdout[-4000:] + done.stderr[-4000:])
        sys.stderr.write(f'mutate: {what} failed\n')
        sys.exit(2)


# ---------------------------------------------------------------- running

class Runner:
    def __init__(self, build, tests, work, done, total):
        self.build, self.tests, self.work, self.done = build, tests, work, done
        self.judged, self.total, self.portions = [], total, 0
        self.lock = threading.Lock()

    def run_tests(self, program, stage, number, cpu, wall):
        """True when the tests pass with mutant `number`. A mutant may ask for endless time or memory."""
        environment, arguments = stage
        environment = {**os.environ, 'OMP_NUM_THREADS': '1', 'LIMPID_SOURCE_DIR': str(self.build.root),
                       'LIMPID_MUTANT': str(number), **environment}

        def limited():
            resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
            resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        try:
            done = subprocess.run([program, '--abort-after=1', '--no-intro', *arguments], timeout=wall,
                                  env=environment, cwd=pathlib.Path(program).parent, capture_output=True,
                                  preexec_fn=limited)
            return done.returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def limits(self, program, stage, known):
        """Seconds of work and of waiting that a stage may take: from those it takes without a mutation,
        when it must pass."""
        key = repr(stage)
        if key not in known:
            start = time.monotonic()
            if not self.run_tests(program, stage, 0, 600, 1200):
                sys.stderr.write(f'mutate: tests fail without any mutation: {key}\n')
                sys.exit(2)  # reaches the main thread with the future's result
            seconds = time.monotonic() - start
            known[key] = math.ceil(2 + 8 * seconds), 60 + 30 * seconds
        return known[key]

    def judge(self, mutants, deadline):
        """Fills in the states of a portion of a file's mutants: killed, survived, or did not compile."""
        start = time.monotonic()
        with self.lock:
            self.portions += 1
            folder = self.work / f'{os.getpid()}.{self.portions}'  # several runs may go on side by side
        numbered = list(enumerate(mutants, 1))
        program, rest = self.build.make(mutants[0].file, numbered, folder)
        for mutant in mutants:  # the compiler's time is everybody's
            mutant.seconds = (time.monotonic() - start) / len(mutants)
        for mutant in (m for pair in numbered if pair not in rest for m in pair[1:]):
            self.settle(mutant, 'did not compile')
        if not program and len(rest) > 1:
            for _, mutant in rest:
                self.judge([mutant], deadline)
        elif not program and rest:
            self.settle(rest[0][1], 'did not compile')
        elif program:
            self.try_each(program, rest, deadline)
        shutil.rmtree(folder, ignore_errors=True)

    def try_each(self, program, numbered, deadline):
        known = {}
        for number, mutant in numbered:
            start = time.monotonic()
            if start > deadline:
                return
            alone = mutant.body.constant  # it cannot be switched off: the program as built sets the limits
            plain = str(self.build.folder / 'limpid_tests') if alone else program
            state = 'survived'
            for stage in self.tests.stages(mutant):
                limits = self.limits(plain, stage, known)
                if not self.run_tests(program, stage, number, *limits):
                    state = 'killed'
                    break
            mutant.seconds += time.monotonic() - start
            self.settle(mutant, state)

    def settle(self, mutant, state):
        mutant.state = state
        with self.lock:
            self.judged.append(mutant)
            self.done.add(mutant)
            report(mutant, len(self.judged), self.total)

    def run_all(self, portions, jobs, deadline):
        """Judges all mutants, or those for which there is time."""
        queue = list(portions)
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            running = set()
            while queue or running:
                while queue and len(running) < jobs and time.monotonic() < deadline - 10:
                    running.add(pool.submit(self.judge, queue.pop(0), deadline))
                if not running:
                    break
                ended, running = concurrent.futures.wait(
                    running, return_when=concurrent.futures.FIRST_COMPLETED)
                for future in ended:
                    future.result()
        return self.judged


class Done:
    """What earlier runs settled, by the text of the file and the change."""

    def __init__(self, root, path, again):
        self.root, self.path, self.texts = root, path, {}
        self.known = set()
        if not again and path.exists():
            self.known = {json.loads(line)['key'] for line in path.read_text().split('\n') if line}

    def key(self, mutant):
        if mutant.file not in self.texts:
            self.texts[mutant.file] = (self.root / mutant.file).read_bytes()
        change = f'{mutant.line} {mutant.after}'.encode()
        return hashlib.sha256(self.texts[mutant.file] + change).hexdigest()[:24]

    def __contains__(self, mutant):
        return self.key(mutant) in self.known

    def add(self, mutant):
        if mutant.state == 'survived':  # to be tried again, when there is a new test
            return
        with open(self.path, 'a') as log:
            log.write(json.dumps({'key': self.key(mutant), 'state': mutant.state, 'file': mutant.file,
                                  'line': mutant.line}) + '\n')


def report(mutant, number, total):
    print(f'{number:4}/{total} {mutant.state:16} {mutant.seconds:5.1f} s  '
          f'{mutant.file}:{mutant.line} {mutant.kind}', flush=True)
    if mutant.state == 'survived':
        print(mutant.diff(), flush=True)


# ---------------------------------------------------------------- choosing

def target_files(root, args):
    patterns = []
    if args.op:
        folders = {str(h.parent.relative_to(root)) for h in root.glob('limpid/ops/*/*.h')
                   if any(re.search(rf'\.name = "{re.escape(op)}"', h.read_text()) for op in args.op)}
        if not folders:
            sys.exit(f'mutate: no card says .name = "{args.op[0]}"')
        patterns = [f'{folder}/*.{ext}' for folder in sorted(folders) for ext in ('cpp', 'h')]
    elif args.file:
        patterns = args.file
    else:
        patterns = FOUNDATION + BACKENDS
        if not args.foundation:
            patterns = ['limpid/ops/*/*.cpp', 'limpid/ops/*/*.h'] + patterns
    files = {str(p.relative_to(root)) for pattern in patterns for p in root.glob(pattern)}
    return sorted(f for f in files if not SKIPPED_FILES.search(f))


def choose(mutants, per_function, rng):
    """At most `per_function` of each function, of kinds as different as there are, in random order."""
    groups = {}
    for mutant in mutants:
        groups.setdefault((mutant.file, mutant.function), []).append(mutant)
    rounds = []  # (round, random number, mutant): each function's first mutants come first
    for group in groups.values():
        rng.shuffle(group)
        kinds = [m.kind for m in group]
        order = sorted(range(len(group)), key=lambda i: kinds[:i].count(kinds[i]))
        rounds += [(number, rng.random(), group[i])
                   for number, i in enumerate(order[:per_function or len(order)])]
    return [m for _, _, m in sorted(rounds, key=lambda r: r[:2])]


def risk(file):
    """Kernels and gradients first, then what every op goes through; headers last: they take many files."""
    rooms = ['limpid/ops/', 'limpid/autograd/', 'limpid/op/', 'limpid/tensor/', 'limpid/backends/']
    room = next((i for i, room in enumerate(rooms) if file.startswith(room)), len(rooms))
    return file.endswith('.h'), room, file


def in_portions(root, mutants):
    by_file = {}
    for mutant in mutants:
        by_file.setdefault(mutant.file, []).append(mutant)
    return [part for file in sorted(by_file, key=risk)
            for part in portions((root / file).read_text(), by_file[file])]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--sample', action='store_true', help='as many as fit into --budget seconds')
    parser.add_argument('--budget', type=float, default=140, help='seconds for --sample (140)')
    parser.add_argument('--op', action='append', help='only the folder of this op; may be repeated')
    parser.add_argument('--file', action='append', help='only files of this pattern; may be repeated')
    parser.add_argument('--foundation', action='store_true', help='only core, tensor, autograd, op, backends')
    parser.add_argument('--per-function', type=int, default=5, help='mutants a function; 0: all (5)')
    parser.add_argument('--seed', type=int, default=0, help='of the choice (0)')
    parser.add_argument('--jobs', type=int, default=os.cpu_count(), help='mutants side by side (cores)')
    parser.add_argument('--again', action='store_true', help='also what earlier runs settled')
    parser.add_argument('--list', action='store_true', help='print the mutants and stop')
    parser.add_argument('--root', type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    parser.add_argument('--build', type=pathlib.Path, help='build folder to start from (build/release)')
    return parser.parse_args()


def main():
    args = arguments()
    start = time.monotonic()
    root = args.root.resolve()
    entries = read_equivalents(root / 'tests/mutation_equivalents.toml')
    everything = [m for f in target_files(root, args) for m in mutants_of(root, f)]
    mutants = [m for m in everything if not is_equivalent(m, entries)]
    stale = [e for e in entries if not e['used'] and e['file'] in {m.file for m in everything}]
    for entry in stale:
        print(f"mutate: no mutation matches this entry any more: {entry['file']}: {entry['line']}")
    mutants = choose(mutants, args.per_function, random.Random(args.seed))
    if args.list:
        print('\n'.join(m.diff() for m in sorted(mutants, key=lambda m: (m.file, m.line, m.column))))
        print(f'{len(mutants)} of {len(everything)} mutants')
        return 0
    work = root / 'build/mutate'
    work.mkdir(parents=True, exist_ok=True)
    done = Done(root, work / 'done.jsonl', args.again or args.sample)
    settled = sum(m in done for m in mutants)
    mutants = [m for m in mutants if m not in done]
    build = Build(root, (args.build or root / 'build/release').resolve())
    if args.sample:  # enough for the time there is; headers take too many files along
        mutants = [m for m in mutants if len(build.units_of(m.file)) <= 3]
    mutants = [m for m in mutants if build.units_of(m.file)]
    print(f'mutate: seed {args.seed}, {len(mutants)} mutants chosen of {len(everything)}, {settled} settled before')
    parts = in_portions(root, mutants)
    if args.sample:
        random.Random(args.seed).shuffle(parts)
    deadline = start + args.budget if args.sample else float('inf')
    judged = Runner(build, Tests(root), work, done, len(mutants)).run_all(parts, args.jobs, deadline)
    return summary(judged, settled, len(stale), time.monotonic() - start)


def summary(done, settled, stale, seconds):
    survivors = [m for m in done if m.state == 'survived']
    for mutant in survivors:
        print(f'\nsurvived: {mutant.diff()}')
    count = {s: sum(m.state == s for m in done) for s in ('killed', 'survived', 'did not compile')}
    mean = sum(m.seconds for m in done) / max(len(done), 1)
    print(f"\nmutate: {count['killed']} killed, {count['survived']} survived, {count['did not compile']} "
          f'did not compile; {mean:.1f} s each, {seconds:.0f} s in all')
    if not done and not settled:
        print('mutate: no mutant was run')
        return 2
    return 1 if survivors or stale else 0


if __name__ == '__main__':
    sys.exit(main())
