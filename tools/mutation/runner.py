"""Judging mutants: running the tests that concern them."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time


class Runner:
    def __init__(self, build, tests, work, done, total):
        self.build, self.tests, self.work, self.done = build, tests, work, done
        self.judged, self.total, self.portions = [], total, 0
        self.plain, self.plain_seconds = None, {}
        self.lock = threading.Lock()

    def passed(self, program, stage, numbers, deadline, seconds=None):
        """{number: whether the tests of a stage pass with that mutant}, and the seconds they take with none
        (chooser.cpp). At the deadline some numbers stay out."""
        environment = {**os.environ, 'OMP_NUM_THREADS': '1', 'LIMPID_SOURCE_DIR': str(self.build.root),
                       'LIMPID_MUTANTS': ','.join(map(str, numbers)), **stage.environment()}
        if seconds is not None:
            environment['LIMPID_MUTANT_SECONDS'] = str(seconds)

        def limited():
            resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        server = subprocess.Popen([program, '--abort-after=1', '--no-intro', *stage.arguments()], env=environment,
                                  cwd=pathlib.Path(program).parent, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, text=True, preexec_fn=limited, start_new_session=True)
        timer = None
        if deadline < float('inf'):
            timer = threading.Timer(max(deadline - time.monotonic(), 0), os.killpg, (server.pid, signal.SIGKILL))
            timer.start()
        out = {}
        for line in server.stdout:
            number, passed, used = line.split()
            out[int(number)] = passed == '1'
            if number == '0':
                seconds = float(used)
        server.wait()
        if timer:
            timer.cancel()
        if not out.pop(0, True):
            sys.stderr.write(f'mutate: tests fail without any mutation: {stage}\n')
            sys.exit(2)  # reaches the main thread with the future's result
        return out, seconds

    def seconds_without(self, stage, deadline):
        """Of the program as it is: some mutants cannot be switched off."""
        with self.lock:
            if not self.plain:
                folder = self.work / f'{os.getpid()}.plain'
                folder.mkdir(exist_ok=True)
                self.plain = self.build.linked({}, folder)
            if stage not in self.plain_seconds:
                self.plain_seconds[stage] = self.passed(self.plain, stage, [], deadline)[1]
            return self.plain_seconds[stage]

    def judge(self, mutants, deadline, near=True):
        """Fills in the states of a portion of a file's mutants: killed, survived, or did not compile. What
        survives where only units near the file hold the mutants is judged again with all."""
        file = mutants[0].file
        units = self.build.near_units(file) if near else self.build.units_of(file)
        with self.lock:
            self.portions += 1
            folder = self.work / f'{os.getpid()}.{self.portions}'  # several runs may go on side by side
        numbered = list(enumerate(mutants, 1))
        program, rest = self.build.make(file, numbered, folder, units)
        for mutant in (m for pair in numbered if pair not in rest for m in pair[1:]):
            self.settle(mutant, 'did not compile')
        if not program and len(rest) > 1:
            for _, mutant in rest:
                if time.monotonic() < deadline:  # each is compiled by itself now
                    self.judge([mutant], deadline, near)
        elif not program and rest:
            self.build.check(file, folder)
            self.settle(rest[0][1], 'did not compile')
        left = self.try_all(program, dict(rest), deadline) if program else []
        shutil.rmtree(folder, ignore_errors=True)
        if left and len(units) < len(self.build.units_of(file)):
            return self.judge(left, deadline, near=False)
        for mutant in left:
            self.settle(mutant, 'survived')

    def try_all(self, program, mutants, deadline):
        """`mutants` by their numbers: those that concern the same tests go through these together. Returns
        those that all let pass."""
        groups, passing = {}, []
        for number, mutant in mutants.items():
            groups.setdefault(tuple(self.tests.stages(mutant)), []).append(number)
        for stages, left in groups.items():
            for stage in stages:
                if not left or time.monotonic() > deadline:
                    break
                alone = mutants[left[0]].body.constant
                seconds = self.seconds_without(stage, deadline) if alone else None
                passed, _ = self.passed(program, stage, left, deadline, seconds)
                for number in left:
                    if passed.get(number) is False:
                        self.settle(mutants[number], 'killed')
                left = [number for number in left if passed.get(number)]
            else:
                passing += [mutants[number] for number in left]
        return passing

    def settle(self, mutant, state):
        mutant.state = state
        with self.lock:
            self.judged.append(mutant)
            self.done.add(mutant)
            report(mutant, len(self.judged), self.total)

    def run_all(self, portions, jobs, deadline):
        """Judges all mutants, or those for which there is time: the first portion in any case."""
        queue = list(portions)
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            running = {pool.submit(self.judge, queue.pop(0), float('inf'))} if queue else set()
            while queue or running:
                while queue and len(running) < jobs and time.monotonic() < deadline - 10:
                    running.add(pool.submit(self.judge, queue.pop(0), deadline))
                if not running:
                    break
                ended, running = concurrent.futures.wait(
                    running, return_when=concurrent.futures.FIRST_COMPLETED)
                for future in ended:
                    future.result()
        if self.plain:
            shutil.rmtree(pathlib.Path(self.plain).parent, ignore_errors=True)
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
    print(f'{number:5}/{total} {mutant.state:16} {mutant.file}:{mutant.line} {mutant.kind}', flush=True)
    if mutant.state == 'survived':
        print(mutant.diff(), flush=True)
