#!/usr/bin/env python3
"""Mutation testing: changes the source in small ways and sees whether the tests notice.

A mutant is one change of one line: a sign, a bound, a constant, a dropped term. The mutants of a file
are compiled together (your files are never touched): a function that has some becomes a choice between
its mutated bodies and its own. With the objects of an existing build that gives one program, which splits
into a process for each mutant (mutation/chooser.cpp), and for each mutant the tests that concern it are
run: the battery over its op (LIMPID_OP) and test files of its name, or for the foundation (core, tensor,
autograd, op) the tests of these. A mutant that all tests let pass is a survivor: the tests need one more, or the change is
no change, which is then said

  - on the line:   // mutate: equivalent -- why   (or: // unreachable: why)
  - or, where that would hide the line's other changes, in tests/mutation_equivalents/FOLDER.toml, with file,
    line, kind and reason (`to`: the changed line; without it, all changes of the kind).

What was killed is noted in build/mutate/done.jsonl, so that a run that was broken off goes on where it
was; a file that changes is judged anew, and so is everything with --again.

A file of which none of the mutants that are chosen by default survived (or of more, --per-function 0) is
entered in tests/mutation_clean.txt. CI takes a sample of these (--clean --sample), so that a survivor is
the fault of what was changed; --rest searches the others. The parts of this program are in tools/mutation/.

Usage: tools/mutate.py [--sample] [--clean | --rest] [--op NAME ...] [--foundation] [--list] [--help]
Exit status: 0 all killed, 1 survivors, 2 something else is wrong. Python's standard library only.
"""
import argparse
import os
import pathlib
import random
import re
import resource
import sys
import time

from mutation.build import Build
from mutation.choice import portions
from mutation.concern import Tests
from mutation.equivalents import is_equivalent, read_equivalents
from mutation.runner import Done, Runner
from mutation.source import mutants_of

# Files besides those of ops; None as tests: all ops are run (kernels share these files).
FOUNDATION = ['limpid/core/*.cpp', 'limpid/core/walk.h', 'limpid/core/half.h', 'limpid/core/random.h',
              'limpid/tensor/*.cpp', 'limpid/autograd/*.cpp', 'limpid/op/*.cpp']
BACKENDS = ['limpid/backends/cpu/**/*.cpp']
CLEAN = 'tests/mutation_clean.txt'
PER_FUNCTION = 5
SKIPPED_FILES = re.compile(r'_cases\.(cpp|h)$|/case_helpers\.h$|/all_ops|/version\.cpp$|/files\.cpp$|/quote\.cpp$|'
                           r'/suggest\.cpp$')


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
    elif args.clean:
        patterns = read_clean(root)
    else:
        patterns = FOUNDATION + BACKENDS
        if not args.foundation:
            patterns = ['limpid/ops/*/*.cpp', 'limpid/ops/*/*.h'] + patterns
    files = {str(p.relative_to(root)) for pattern in patterns for p in root.glob(pattern)}
    left_out = set(read_clean(root)) if args.rest else ()
    return sorted(f for f in files if not SKIPPED_FILES.search(f) and f not in left_out)


def choose(mutants, per_function, seed):
    """At most `per_function` of each function, of kinds as different as there are: the same ones whichever
    other functions there are. In random order."""
    groups = {}
    for mutant in mutants:
        groups.setdefault((mutant.file, mutant.function), []).append(mutant)
    rounds = []  # (round, random number, mutant): each function's first mutants come first
    for (file, function), group in groups.items():
        rng = random.Random(f'{seed} {file} {function}')
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


def lines_at_once(file):
    """Of functions with mutants in one program. Loops of vector instructions are instantiated many times each:
    all mutants of gemm_simd.cpp together took the compiler more than five minutes."""
    return 120 if file.endswith('_simd.cpp') else 1500


def in_portions(root, mutants):
    by_file = {}
    for mutant in mutants:
        by_file.setdefault(mutant.file, []).append(mutant)
    return [part for file in sorted(by_file, key=risk)
            for part in portions((root / file).read_text(), by_file[file], lines_at_once(file))]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--sample', action='store_true', help='as many as fit into --budget seconds')
    parser.add_argument('--budget', type=float, default=140, help='seconds for --sample (140)')
    parser.add_argument('--op', action='append', help='only the folder of this op; may be repeated')
    parser.add_argument('--file', action='append', help='only files of this pattern; may be repeated')
    parser.add_argument('--clean', action='store_true', help='only files entered as clean')
    parser.add_argument('--rest', action='store_true', help='no files entered as clean')
    parser.add_argument('--foundation', action='store_true', help='only core, tensor, autograd, op, backends')
    parser.add_argument('--per-function', type=int, default=PER_FUNCTION, help='mutants a function; 0: all (5)')
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
    entries = read_equivalents(root / 'tests/mutation_equivalents')
    everything = [m for f in target_files(root, args) for m in mutants_of(root, f)]
    equivalent = {id(m) for m in everything if is_equivalent(m, entries)}
    stale = [e for e in entries if not e['used'] and e['file'] in {m.file for m in everything}]
    for entry in stale:
        print(f"mutate: no mutation matches this entry any more: {entry['file']}: {entry['line']}")
    chosen = choose(everything, args.per_function, args.seed)
    mutants = [m for m in chosen if id(m) not in equivalent]
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
    before = processor_seconds()
    if args.sample:  # enough for the time there is; headers take too many files along
        mutants = [m for m in mutants if len(build.units_of(m.file)) <= 3]
    mutants = [m for m in mutants if build.units_of(m.file)]
    print(f'mutate: seed {args.seed}, {len(mutants)} mutants chosen of {len(everything)}, {settled} settled before')
    parts = in_portions(root, mutants)
    if args.sample:
        random.Random(args.seed).shuffle(parts)
    deadline = time.monotonic() + args.budget if args.sample else float('inf')
    judged = Runner(build, Tests(root), work, done, len(mutants)).run_all(parts, args.jobs, deadline)
    thorough = args.per_function == 0 or (args.per_function >= PER_FUNCTION and args.seed == 0)
    if thorough and not args.sample:
        enter_clean(root, {m.file for m in everything}, [m for m in judged if m.state == 'survived'])
    return summary(judged, settled, len(stale), processor_seconds() - before, time.monotonic() - start)


def read_clean(root):
    path = root / CLEAN
    lines = path.read_text().split('\n') if path.exists() else []
    return [line for line in lines if line and not line.startswith('#')]


def enter_clean(root, files, survivors):
    """Keeps the list of files of which every chosen mutant is killed."""
    bad = {m.file for m in survivors}
    known = {f for f in read_clean(root) if (root / f).exists()}
    head = '# Files in which the mutants of tools/mutate.py are all killed, or known to change nothing.\n'
    (root / CLEAN).write_text(head + ''.join(f'{f}\n' for f in sorted((known | files) - bad)))


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def summary(done, settled, stale, used, seconds):
    survivors = [m for m in done if m.state == 'survived']
    for mutant in survivors:
        print(f'\nsurvived: {mutant.diff()}')
    count = {s: sum(m.state == s for m in done) for s in ('killed', 'survived', 'did not compile')}
    print(f"\nmutate: {count['killed']} killed, {count['survived']} survived, {count['did not compile']} "
          f'did not compile; {used / max(len(done), 1):.2f} s of a processor each, {seconds:.0f} s in all')
    if not done and not settled:
        print('mutate: no mutant was run')
        return 2
    return 1 if survivors or stale else 0


if __name__ == '__main__':
    sys.exit(main())
