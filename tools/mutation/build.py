"""Compiling and linking programs that hold mutants."""
import functools
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import threading

from mutation.choice import CHOICE, combined, mutated

MANY_UNITS = 8
CORE_TESTS = ('tests/core_test.cpp', 'tests/shape_test.cpp', 'tests/dtype_test.cpp')


class Build:
    """An up-to-date build folder, from which single files are compiled and linked anew."""

    def __init__(self, root, folder):
        self.root, self.folder = root, folder
        self.lock, self.chooser_object, self.checked = threading.Lock(), None, set()
        run_or_stop(['cmake', str(folder), '-DCMAKE_EXPORT_COMPILE_COMMANDS=ON'], 'configuring')
        run_or_stop(['cmake', '--build', str(folder), '--target', 'limpid_tests',
                     '-j', str(os.cpu_count())], 'building limpid_tests')
        database = json.loads((folder / 'compile_commands.json').read_text())
        targets = r'CMakeFiles/limpid(_tests|_busy_tests|_cases|_simd_\w+)?\.dir/'
        database = [u for u in database if re.search(targets, self.output(u)) and self.output(u).endswith('.o')]
        self.link = self.link_command([self.output(u) for u in database])
        self.units = [unit for u in database for unit in separate(u)]
        quick = next((name for name in ('mold', 'lld', 'gold') if shutil.which(f'ld.{name}')), None)
        self.linker = [f'-fuse-ld={quick}'] if quick else []
        self.includes = {u['file']: self.included(u['file']) for u in self.units}

    def link_command(self, objects):
        """The command that links limpid_tests, with archives of ours replaced by their objects."""
        link_file = self.folder / 'CMakeFiles/limpid_tests.dir/link.txt'
        if (self.folder / 'build.ninja').exists():
            out = subprocess.run(['ninja', '-C', str(self.folder), '-t', 'commands', 'limpid_tests'],
                                 capture_output=True, text=True, check=True).stdout
            words = shlex.split(out.strip().split('\n')[-1].removeprefix(': && ').removesuffix(' && :'))
        else:
            words = shlex.split(link_file.read_text())
        out = []
        for word in words:
            if word.endswith(('liblimpid.a', 'liblimpid_cases.a')):
                out += [o for o in objects if o not in words and o not in out]  # each may stand there twice
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
        only their tests: they hold code of their own that uses them."""
        if file.endswith('.cpp'):
            return [u for u in self.units if os.path.samefile(u['file'], self.root / file)]
        if file.startswith('limpid/core/'):
            return [u for u in self.units if u['file'].endswith(CORE_TESTS)]
        return [u for u in self.units if file in self.includes[u['file']]]

    def near_units(self, file):
        """Of many units, those of the file's own folder: what they notice, all of them would."""
        units = self.units_of(file)
        folder = str((self.root / file).parent)
        near = [u for u in units if os.path.dirname(u['file']) == folder]
        return near if near and len(units) > MANY_UNITS else units

    def compile(self, file, text, folder, units):
        """Compiles what includes `file` with `text` in its place: ({object: new object}, '') or
        (None, what the compiler says)."""
        changed = folder / file
        changed.parent.mkdir(parents=True, exist_ok=True)
        changed.write_text(text)
        replaced = {}
        for number, unit in enumerate(units):
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
            words += ['-D_GLIBCXX_ASSERTIONS', '-UNDEBUG']  # an index one too far is noticed
            done = subprocess.run(words, cwd=unit['directory'], capture_output=True, text=True, errors='replace')
            if done.returncode:
                return None, done.stderr
            replaced[unit['file'] if 'within' in unit else self.output(unit)] = output
        return replaced, ''

    def make(self, file, numbered, folder, units):
        """A program with these mutants and which of them are in it. Those in whose lines the compiler
        finds an error are left out; no program: the errors are elsewhere, or none was left."""
        text = (self.root / file).read_text()
        while numbered:
            alone = numbered[0][1].body.constant
            new, owner = (CHOICE + mutated(text, numbered[0][1]), {}) if alone else combined(text, numbered)
            replaced, errors = self.compile(file, new, folder, units)
            if replaced is not None:
                return self.linked(replaced, folder), numbered
            bad = {owner.get(line) for line in lines_at_fault(str(folder / file), errors)} - {None}
            if not bad:
                break
            numbered = [pair for pair in numbered if pair[0] not in bad]
        return None, numbered

    def check(self, file, folder):
        """Stops where the file does not compile as it is: then nothing is known of its mutants."""
        if file in self.checked:
            return
        self.checked.add(file)
        replaced, errors = self.compile(file, (self.root / file).read_text(), folder, self.near_units(file))
        if replaced is None:
            sys.stderr.write(f'mutate: {file} does not compile without any mutation\n{errors[-2000:]}')
            sys.exit(2)

    def linked(self, replaced, folder):
        """The path of limpid_tests with some objects replaced. These come first: of functions that
        several objects hold, the linker takes the first; so what was compiled as one with others need not go."""
        program = str(folder / 'limpid_tests')
        at = next(i for i, w in enumerate(self.link) if w.endswith('.o'))
        words = self.link[:at] + [*replaced.values(), self.chooser()]
        words += [w for w in self.link[at:] if w not in replaced] + ['-Wl,-z,muldefs']
        words[words.index('-o') + 1] = program
        words += self.linker
        done = subprocess.run(words, cwd=self.folder, capture_output=True, text=True, errors='replace')
        if done.returncode:
            sys.exit(f'mutate: linking failed\n{done.stderr[-2000:]}')
        return program

    def chooser(self):
        """The object that reads LIMPID_MUTANTS."""
        with self.lock:
            if not self.chooser_object:
                source = pathlib.Path(__file__).with_name('chooser.cpp')
                words = shlex.split(self.units[0]['command'])
                compiler = words[next(i for i, w in enumerate(words) if w.startswith('-')) - 1]
                self.chooser_object = str(self.root / 'build/mutate/chooser.o')
                run_or_stop([compiler, '-c', str(source), '-o', self.chooser_object], 'compiling a choice')
        return self.chooser_object


def separate(unit):
    """The files of a unit that CMake made of several (LIMPID_UNITY), as if each were compiled alone."""
    if not unit['file'].endswith('_cxx.cxx'):
        return [unit]
    files = re.findall(r'^#include "(.+)"', pathlib.Path(unit['file']).read_text(), re.MULTILINE)
    return [unit | {'file': file, 'within': unit['file'], 'command': unit['command'].replace(unit['file'], file)}
            for file in files]


def lines_at_fault(file, errors):
    """The lines of a file in which the compiler finds errors, or that ask for the template, of another file,
    in which it does."""
    found, asking = [], None
    for text in errors.split('\n'):
        if ': In ' in text:
            asking = None
        elif match := re.match(rf'{re.escape(file)}:(\d+):\d+: (?:fatal )?error', text):
            found.append(int(match[1]))
        elif not asking and (match := re.match(rf'{re.escape(file)}:(\d+):\d+:\s+required from', text)):
            asking = int(match[1])
        elif asking and re.search(r':\d+:\d+: error: ', text):
            found.append(asking)
    return found


def run_or_stop(command, what):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(done.stdout[-4000:] + done.stderr[-4000:])
        sys.stderr.write(f'mutate: {what} failed\n')
        sys.exit(2)
