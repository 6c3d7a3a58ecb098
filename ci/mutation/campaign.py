"""Judging mutants, several at a time, and remembering what became of each."""

import hashlib
import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import processes

# A time-out is a kill. On a busy machine a judge takes a few times as long as when it was measured.
TIMES_AS_LONG = 8
SECONDS_MORE = 10


@dataclass
class Result:
    """What became of a mutant: invalid, same, killed or survived."""

    name: str
    file: str
    state: str
    tier: str = ""
    judge: str = ""
    seconds: float = 0.0  # of the judge that killed it
    total: float = 0.0    # of everything, compiling included
    stamp: str = ""       # of the judges that let it live


class Campaign:
    """Libraries, the judges that load them, and a file of results that a later run goes on from."""

    def __init__(self, *, root, libraries, face, judges, folder, workers):
        self.root, self.libraries, self.face = Path(root), libraries, face
        self.judges, self.folder, self.workers = judges, Path(folder), workers
        self.results = {}
        self._write, self._late = threading.Lock(), threading.Lock()
        self._file = self.folder / "results.jsonl"
        self.stamp = self._stamp()

    def _stamp(self):
        """Of the judges, the programs they read, and the sources that are not mutated."""
        asked = [(j.name, j.command, sorted(j.variables.items())) for j in self.judges]
        digest = hashlib.sha256(repr(asked).encode())
        files = {Path(judge.command[0]) for judge in self.judges}
        for library in self.libraries.values():
            files |= {p for p in library.build.glob("**/lib*.so") if p.name != library.file_name
                      and "mutants" not in p.parts}
            files |= {self.root / library.folder / s for s in library.sources}
        files |= set(self.root.glob("checks/corpus/*.prog"))
        for path in sorted(files):
            digest.update(path.read_bytes())
        return digest.hexdigest()[:16]

    def load(self):
        """Takes over what an earlier run found; survivors only if the judges are the same."""
        if not self._file.exists():
            return
        for line in self._file.read_text().splitlines():
            result = Result(**json.loads(line))
            if result.state != "survived" or result.stamp == self.stamp:
                self.results[result.name] = result
            else:
                self.results.pop(result.name, None)

    def prepare(self):
        """Builds what is not mutated, and asks each judge: it must pass, and must need the library.
        """
        with ThreadPoolExecutor(self.workers) as pool:
            for library in [*self.libraries.values(), self.face]:
                library.base.mkdir(parents=True, exist_ok=True)
                library.prepare(pool)
            measured = self.folder / f"judges-{self.stamp}.json"
            if not measured.exists():
                self._make_seeds()
                now = [judge for judge in self.judges if not judge.late]
                seconds = dict(pool.map(self._measure, now))
                measured.write_text(json.dumps(seconds))
            seconds = json.loads(measured.read_text())
            for judge in self.judges:
                judge.seconds = seconds.get(judge.name + judge.build, 0.0)

    def _measure_late(self, judge):
        with self._late:
            if judge.seconds == 0.0:
                judge.seconds = self._measure(judge)[1]

    def _make_seeds(self):
        for judge in self.judges:
            for target in judge.inputs:
                seeds = self.folder / "seeds" / target
                shutil.rmtree(seeds, ignore_errors=True)
                processes.run([f"{judge.command[0]}_replay", "--seeds", str(seeds),
                               str(self.root / "checks/corpus"), str(self.root / "fuzz/bytes")],
                              seconds_max=120, folder=self.folder, memory=False)

    def _measure(self, judge):
        library = self.libraries[judge.build]
        work = self.folder / "base" / str(self.judges.index(judge))
        healthy, broken = work / "healthy", work / "broken"
        for folder in (healthy, broken):
            folder.mkdir(parents=True, exist_ok=True)
        objects = [library.base / f"{s}.o" for s in library.sources]
        (broken / library.file_name).write_text("no library\n")
        if not library.link(objects, healthy / library.file_name):
            raise RuntimeError(f"{library.file_name} does not link")
        status, seconds = self._ask(judge, healthy, work, 600)
        if processes.stopping.is_set():
            return judge.name + judge.build, seconds
        if status != 0:
            raise RuntimeError(f"{judge.name} fails without a mutant, see {work}/log")
        if self._ask(judge, broken, work, 600)[0] == 0:
            raise RuntimeError(f"{judge.name} does not load {library.file_name}")
        shutil.rmtree(work)
        return judge.name + judge.build, seconds

    def _ask(self, judge, loaded_from, work, seconds_max):
        work.mkdir(parents=True, exist_ok=True)
        for target in judge.inputs:
            shutil.rmtree(work / "seeds", ignore_errors=True)
            shutil.copytree(self.folder / "seeds" / target, work / "seeds")
        words = [w.format(work=work, root=self.root) for w in judge.command]
        build = self.libraries[judge.build].build  # for what a judge compiles and links
        path = f"{loaded_from}:{build}/engine:{build}/checks"
        return processes.run(words, seconds_max=seconds_max, folder=work, log=work / "log",
                             variables={**judge.variables, "LD_LIBRARY_PATH": path},
                             memory=judge.limited and judge.build == "plain")

    def judge_one(self, mutant, work):
        """Builds a mutant in a worker's folder and asks one judge after the other."""
        tree = work / "tree"
        path = tree / mutant.file
        original = path.read_text()
        path.write_text(mutant.text)
        try:
            if mutant.file not in self.face.headers:
                return self._judge(mutant, work)
            result = self._judge_face(mutant, work)
            alive = result.state in ("survived", "same") and not self.face.only_judge
            return self._judge(mutant, work) if alive else result
        finally:
            path.write_text(original)

    def _judge_face(self, mutant, work):
        program = work / "headers_test"
        state = self.face.make(work / "tree", self.face.sources, program)
        result = Result(mutant.name, mutant.file, state)
        if state != "made":
            return result
        status, seconds = processes.run([str(program)], seconds_max=60, folder=work,
                                        log=work / "log", variables={"GTEST_FAIL_FAST": "1"})
        result.state = "survived" if status == 0 else "killed"
        result.tier, result.judge, result.seconds = self.face.tier, "headers", seconds
        result.stamp = self.stamp
        return result

    def _judge(self, mutant, work):
        plain = self.libraries["plain"]
        affected = plain.affected(mutant.file)
        result = Result(mutant.name, mutant.file, "same", stamp=self.stamp)
        made = {"plain": plain.make(work / "tree", affected, work / "plain" / plain.file_name)}
        if made["plain"] == "invalid":
            result.state = "invalid"
        elif made["plain"] == "made" or not self._same_under_asan(affected, work):
            result.state = "survived"
            self._ask_all(mutant, work, affected, made, result)
        return result

    def _same_under_asan(self, affected, work):
        asan = self.libraries.get("asan")
        return asan is None or all(
            asan.same_without_locations(s, work / "tree", work / "alike.o") for s in affected)

    def _ask_all(self, mutant, work, affected, made, result):
        stem = Path(mutant.file).stem
        tiers = list(dict.fromkeys(judge.tier for judge in self.judges))

        def rank(judge):  # of a tier the tests of the mutated component, then the quick ones
            near = judge.only != "" or stem in judge.name
            return tiers.index(judge.tier), not near, judge.seconds

        asked = [judge for judge in self.judges if judge.only in stem]
        for judge in sorted(asked, key=rank):
            library = self.libraries[judge.build]
            if judge.build not in made:
                made[judge.build] = library.make(work / "tree", affected,
                                                 work / judge.build / library.file_name)
            if made[judge.build] != "made":
                continue
            if judge.late:
                self._measure_late(judge)
            limit = TIMES_AS_LONG * judge.seconds + SECONDS_MORE
            status, seconds = self._ask(judge, work / judge.build, work, limit)
            if status != 0:
                result.state, result.tier, result.judge = "killed", judge.tier, judge.name
                result.seconds = seconds
                return

    def remember(self, result):
        with self._write:
            self.results[result.name] = result
            with open(self._file, "a", encoding="ascii") as file:
                file.write(json.dumps(asdict(result)) + "\n")

    def run(self, schedule, told):
        """Judges what `schedule` hands out, on all workers, and tells `told` of each result."""
        def work_on(number):
            work = self.folder / f"worker-{number}"
            shutil.rmtree(work, ignore_errors=True)
            self.libraries["plain"].tree(work / "tree")
            while not processes.stopping.is_set() and (mutant := schedule.take()) is not None:
                result = self.results.get(mutant.name) or self._timed(mutant, work)
                if processes.stopping.is_set():
                    return
                if mutant.name not in self.results:
                    self.remember(result)
                schedule.done(mutant, result)
                told(mutant, result)

        with ThreadPoolExecutor(self.workers) as pool:
            list(pool.map(work_on, range(self.workers)))

    def _timed(self, mutant, work):
        begin = processes.time.monotonic()
        result = self.judge_one(mutant, work)
        result.total = processes.time.monotonic() - begin
        return result


class Schedule:
    """Hands out mutants: of each file as many that count as its quota says, in a given order."""

    def __init__(self, mutants, quotas):
        self._lock = threading.Lock()
        self._left = dict(quotas)
        self._waiting = list(mutants)

    def take(self):
        with self._lock:
            for index, mutant in enumerate(self._waiting):
                if self._left[mutant.file] > 0:
                    self._left[mutant.file] -= 1
                    return self._waiting.pop(index)
        return None

    def done(self, mutant, result):
        """What does not compile, or is the same, does not count: another takes its place."""
        if result.state in ("invalid", "same"):
            with self._lock:
                self._left[mutant.file] += 1
