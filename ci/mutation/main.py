"""The part of ci/mutate that makes mutants and judges them. Run by ci/mutate, which says how."""

import argparse
import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import argued as argued_file
import processes
import subjects
from campaign import Campaign, Schedule
from face import engine_face, oracle_face
from library import Library
from mutants import mutants_of
from report import Report, quotas

ROOT = Path(__file__).resolve().parents[2]
PLAIN, ASAN = ROOT / "build/mutate", ROOT / "build/mutate-fuzz"
EVERY = 1 << 30


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("subject", choices=("engine", "oracles"))
    parser.add_argument("--sample", type=int)
    parser.add_argument("--salt", default="")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--argued", action="store_true")
    parser.add_argument("--fuzz", type=int, default=8)
    parser.add_argument("--tiers", type=int, default=EVERY)
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


def campaign_of(subject, fuzz_seconds, tiers):
    plain = Library(ROOT, PLAIN, *{"engine": ("microcrad", "engine"),
                                   "oracles": ("cradle_oracles", "checks/oracles")}[subject])
    libraries = {"plain": plain}
    if subject == "engine":
        libraries["asan"] = Library(ROOT, ASAN, "microcrad", "engine")
        face = engine_face(ROOT, PLAIN)
        judges = subjects.engine_judges(PLAIN, ASAN, fuzz_seconds)
    else:
        face = oracle_face(ROOT, PLAIN)
        judges = subjects.oracle_judges(PLAIN)
    judges = [j for j in judges if j.tier in subjects.TIERS[subject][:tiers]]
    folder = PLAIN / "mutants" / subject
    folder.mkdir(parents=True, exist_ok=True)
    return Campaign(root=ROOT, libraries=libraries, face=face, judges=judges, folder=folder,
                    workers=os.cpu_count() or 1)


def choose(args, sources, arguments):
    """The mutants to judge, in order, and how many of each file."""
    made = [m for file, text in sources.items() for m in mutants_of(file, text)]
    if args.argued:
        made = [m for m in made if m.identity in arguments]
    elif args.sample:
        made = [m for m in made if m.identity not in arguments]
        made.sort(key=lambda m: hashlib.sha256((args.salt + m.name).encode()).hexdigest())
        return made, quotas(sources, args.sample)
    return made, {file: EVERY for file in sources}


class Progress:
    """Tells how far it is: a line that changes on a terminal, one now and then elsewhere."""

    def __init__(self, whole, arguments):
        self.whole, self.arguments = whole, arguments
        self.judged, self._lock, self._begin = [], threading.Lock(), time.monotonic()
        self._next = 0.0

    def told(self, mutant, result):
        with self._lock:
            self.judged.append((mutant, result))
            alive = result.state == "survived" and mutant.identity not in self.arguments
            if alive:
                self._clear()
                print(f"survived: {mutant.diff()}", flush=True)
            self._line()

    def _clear(self):
        if sys.stdout.isatty():
            print("\r\033[K", end="")

    def _line(self):
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + (1 if sys.stdout.isatty() else 30)
        states = [result.state for _, result in self.judged]
        killed, alive = states.count("killed"), states.count("survived")
        text = (f"{killed + alive} of {self.whole} in {now - self._begin:.0f} s: "
                f"{killed} killed, {alive} alive, "
                f"{states.count('same')} identical, {states.count('invalid')} do not compile")
        if sys.stdout.isatty():
            print("\r\033[K" + text, end="", flush=True)
        else:
            print(text, flush=True)


def conclude(args, report, stale):
    """Prints the tables and writes them all to build/report; returns the exit status."""
    folder = ROOT / "build/report"
    folder.mkdir(parents=True, exist_ok=True)
    name = folder / f"mutate-{args.subject}{'-argued' if args.argued else ''}.md"
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short=12", "HEAD"],
                            capture_output=True, text=True, check=False).stdout.strip()
    name.write_text(report.markdown(f"Mutants of the {args.subject}, commit {commit or 'unknown'}"))
    print("\n" + report.table() + "\n\n" + report.tiers_table() + "\n")
    for mutant, result in report.refuted:
        print(f"argued about, and killed by {result.judge}: {mutant.diff()}")
    for identity in stale:
        print(f"argued about, and not there any more: {' | '.join(identity)}")
    print(f"survivors and kills, one by one: {name.relative_to(ROOT)}")
    print("ci/mutate: " + report.summary())
    if processes.stopping.is_set():
        print("ci/mutate: interrupted; the same command goes on", file=sys.stderr)
        return 130
    return 1 if report.survivors or report.refuted or stale else 0


def main():
    args = options()
    files = [file for file in subjects.sources_of(ROOT, args.subject)
             if not args.only or any(part in file for part in args.only)]
    sources = {file: (ROOT / file).read_text() for file in files}
    arguments = {}
    for path in sorted((ROOT / "ci/mutation").glob(f"{args.subject}*.argued")):
        arguments.update(argued_file.read(path))
    made, share = choose(args, sources, arguments)
    if args.list:
        print("\n".join(mutant.diff() for mutant in made))
        return 0
    there = {m.identity for file, text in sources.items() for m in mutants_of(file, text)}
    stale = [i for i in arguments if i[0] in sources and i not in there]

    campaign = campaign_of(args.subject, args.fuzz, args.tiers)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: threading.Thread(target=processes.stop).start())
    begin = time.monotonic()
    campaign.prepare()
    print(f"ci/mutate: {len(campaign.judges)} judges pass without a mutant, and need the library; "
          f"{time.monotonic() - begin:.0f} s", flush=True)
    if not args.argued:  # a longer fuzz than before is what that is for
        campaign.load()
    progress = Progress(min(len(made), sum(share.values())), arguments)
    campaign.run(Schedule(made, share), progress.told)
    report = Report(sources, progress.judged, arguments, subjects.TIERS[args.subject])
    return conclude(args, report, stale)


if __name__ == "__main__":
    sys.exit(main())
