#!/usr/bin/env python3
"""Mutation testing: changes the source in small ways and sees whether the tests notice.

A mutant is one change of one line: a sign, a bound, a constant, a dropped term. It is compiled apart
(your files are never touched), linked with the objects of an existing build, and the tests that concern
it are run: the battery over its op (LIMPID_OP) and test files of its name, or for the foundation
(core, tensor, autograd, op) the tests of these. A mutant that all tests let pass is a survivor: the tests
need one more, or the change is no change, which is then said

  - on the line:   // mutate: equivalent -- why
  - or in tests/mutation_equivalents.toml, with file, line, kind and reason.

Usage: tools/mutate.py [--sample] [--op NAME ...] [--foundation] [--list] [--help]
Exit status: 0 all killed, 1 survivors, 2 something else is wrong. Python's standard library only.
"""
import argparse
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import random
import re
import resource
import shlex
import subprocess
import sys
import threading
import time

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


def functions(code):
    """[(start, end, name)] of function bodies, the outermost of nested ones."""
    found, stack, last = [], [], 0
    for at, char in enumerate(code):
        if char == '{':
            header = code[last:at].strip()
            stack.append((at, function_name(header)))
        elif char == '}' and stack:
            start, name = stack.pop()
            if name and not any(n for _, n in stack):
                found.append((start, at, name))
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
    for start, end, name in functions(code):
        for number, line in enumerate(code_lines):
            if starts[number + 1] <= start or starts[number] > end:
                continue
            if 'mutate: equivalent' not in lines[number]:
                found += mutants_of_line(file, number, lines[number], line,
                                         (start - starts[number], end - starts[number]), name)
    return found


def mutants_of_line(file, number, original, code, body, function):
    """Every change of one line; only code within `body` (columns) is touched."""
    found, seen = [], set()
    for kind, rules in KINDS.items():
        for pattern, replacement in rules:
            for match in re.finditer(pattern, code):
                if match.start() < body[0] or match.end() > body[1]:
                    continue
                part = original[match.start():match.end()]
                new = replacement(match) if callable(replacement) else replacement
                if new == part or (kind == 'remove' and '{' in part):
                    continue
                after = original[:match.start()] + new + original[match.end():]
                if after.strip() in seen:
                    continue
                seen.add(after.strip())
                found.append(Mutant(file, number + 1, match.start(), kind, original, after, function))
    return found


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
        self.covers = {}  # test name -> what its line `// covers: softmax, gemm` says
        for path in self.files:
            match = re.search(r'^// covers: (.*)$', path.read_text(), re.MULTILINE)
            self.covers[path.name[:-9]] = re.split(r',\s*', match[1]) if match else []

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
            for start, end, name in functions(code):
                if any(re.search(rf'\b{re.escape(u)}\b', code[start:end]) for u in users):
                    users.add(name)
        used = sorted({cards[u.split('::')[0]] for u in users if u.split('::')[0] in cards})
        return used or sorted(cards.values())

    def stages(self, mutant):
        """[(environment, arguments)], run until one fails."""
        path = pathlib.PurePath(mutant.file)
        if mutant.file.startswith('limpid/ops/'):
            ops = self.ops_of(mutant)
            battery = [({'LIMPID_OP': ','.join(ops)}, self.select(['ops_*']))] if ops else []
            own = self.named({*ops, path.parent.name, path.stem})
            return battery + ([({}, self.select(own))] if own else [])
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

    def included(self, file, seen=None):
        """Our own files that a file includes, and those include."""
        seen = set() if seen is None else seen
        for name in re.findall(r'^#include "((?:limpid|tests)/[^"]+)"',
                               pathlib.Path(file).read_text(), re.MULTILINE):
            if name not in seen and (self.root / name).exists():
                seen.add(name)
                self.included(self.root / name, seen)
        return seen

    def units_of(self, file):
        """What must be compiled when `file` changes. Of the core's headers, which everything includes,
        only their test: it holds code of its own that uses them."""
        if file.endswith('.cpp'):
            return [u for u in self.units if os.path.samefile(u['file'], self.root / file)]
        if file.startswith('limpid/core/'):
            return [u for u in self.units if u['file'].endswith('tests/core_test.cpp')]
        return [u for u in self.units if file in self.includes[u['file']]]

    def make(self, mutant, folder):
        """Compiles and links; the program's path, or None where it does not compile."""
        changed = folder / mutant.file
        changed.parent.mkdir(parents=True, exist_ok=True)
        lines = (self.root / mutant.file).read_text().split('\n')
        lines[mutant.line - 1] = mutant.after
        changed.write_text('\n'.join(lines))
        replaced = {}
        for number, unit in enumerate(self.units_of(mutant.file)):
            words = shlex.split(unit['command'])
            source = str(changed) if mutant.file.endswith('.cpp') else unit['file']
            words = [source if w == unit['file'] else w for w in words]
            output = str(folder / f'{number}.o')
            words[words.index('-o') + 1] = output
            compiler = next(i for i, w in enumerate(words) if w.startswith('-'))
            words[compiler:compiler] = [f'-I{folder}']
            words += ['-O1', '-w']
            if subprocess.run(words, cwd=unit['directory'], capture_output=True).returncode:
                return None
            replaced[self.output(unit)] = output
        program = str(folder / 'limpid_tests')
        words = [replaced.get(w, w) for w in self.link]
        words[words.index('-o') + 1] = program
        return None if subprocess.run(words, cwd=self.folder, capture_output=True).returncode else program


def run_or_stop(command, what):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(done.stdout[-4000:] + done.stderr[-4000:])
        sys.stderr.write(f'mutate: {what} failed\n')
        sys.exit(2)


# ---------------------------------------------------------------- running

def limited():
    """A mutant may ask for endless memory."""
    resource.setrlimit(resource.RLIMIT_AS, (12 << 30, 12 << 30))


class Runner:
    def __init__(self, build, tests, work):
        self.build, self.tests, self.work = build, tests, work
        self.normal = {}  # stage -> seconds without a mutation
        self.lock = threading.Lock()

    def run_tests(self, program, stage, timeout):
        """True when the tests pass. Killed when it runs too long: an endless loop."""
        environment, arguments = stage
        environment = {**os.environ, 'OMP_NUM_THREADS': '1', 'LIMPID_SOURCE_DIR': str(self.build.root),
                       **environment}
        try:
            done = subprocess.run([program, '--abort-after=1', '--no-intro', *arguments], timeout=timeout,
                                  env=environment, cwd=self.work, capture_output=True,
                                  preexec_fn=limited)
            return done.returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def limit(self, stage):
        """Seconds that a stage may take. Without a mutation it must pass, and that time sets the limit."""
        key = repr(stage)
        with self.lock:
            if key not in self.normal:
                start = time.monotonic()
                if not self.run_tests(str(self.build.folder / 'limpid_tests'), stage, 600):
                    sys.stderr.write(f'mutate: tests fail without any mutation: {key}\n')
                    sys.exit(2)  # reaches the main thread with the future's result
                self.normal[key] = time.monotonic() - start
            return max(20, 8 * self.normal[key])

    def judge(self, number, mutant):
        """Fills in the mutant's state: killed, survived, or did not compile."""
        start = time.monotonic()
        folder = self.work / str(number)
        program = self.build.make(mutant, folder)
        mutant.state = 'survived' if program else 'did not compile'
        for stage in self.tests.stages(mutant) if program else []:
            if not self.run_tests(program, stage, self.limit(stage)):
                mutant.state = 'killed'
                break
        subprocess.run(['rm', '-rf', str(folder)], check=False)
        mutant.seconds = time.monotonic() - start
        return mutant

    def run_all(self, mutants, jobs, deadline):
        """Judges mutants until done, or until the next would not end before `deadline`."""
        done, queue = [], list(enumerate(mutants))
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            running = set()
            while queue or running:
                longest = max((m.seconds for m in done), default=10)
                while queue and len(running) < jobs and time.monotonic() + longest < deadline:
                    running.add(pool.submit(self.judge, *queue.pop(0)))
                if not running:
                    break
                ended, running = concurrent.futures.wait(
                    running, return_when=concurrent.futures.FIRST_COMPLETED)
                for future in ended:
                    done.append(future.result())
                    report(done[-1], len(done), len(mutants))
        return done


def report(mutant, number, total):
    print(f'{number:4}/{total} {mutant.state:16} {mutant.seconds:5.1f} s  '
          f'{mutant.file}:{mutant.line} {mutant.kind}', flush=True)


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
    build = Build(root, (args.build or root / 'build/release').resolve())
    if args.sample:  # enough for the time there is; headers take too many files along
        mutants = [m for m in mutants if len(build.units_of(m.file)) <= 3]
    mutants = [m for m in mutants if build.units_of(m.file)]
    runner = Runner(build, Tests(root), work)
    print(f'mutate: seed {args.seed}, {len(mutants)} mutants chosen of {len(everything)}')
    deadline = start + args.budget if args.sample else float('inf')
    return summary(runner.run_all(mutants, args.jobs, deadline), len(stale), time.monotonic() - start)


def summary(done, stale, seconds):
    survivors = [m for m in done if m.state == 'survived']
    for mutant in survivors:
        print(f'\nsurvived: {mutant.diff()}')
    count = {s: sum(m.state == s for m in done) for s in ('killed', 'survived', 'did not compile')}
    mean = sum(m.seconds for m in done) / max(len(done), 1)
    print(f"\nmutate: {count['killed']} killed, {count['survived']} survived, {count['did not compile']} "
          f'did not compile; {mean:.1f} s each, {seconds:.0f} s in all')
    if not done:
        print('mutate: no mutant was run')
        return 2
    return 1 if survivors or stale else 0


if __name__ == '__main__':
    sys.exit(main())
