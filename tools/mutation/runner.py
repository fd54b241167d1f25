"""Judging mutants: running the tests that concern them."""
import concurrent.futures
import hashlib
import json
import math
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import threading
import time


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
