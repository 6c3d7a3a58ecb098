"""A shared library that is built again and again with one of its sources changed.

How it is compiled and linked is what CMake says; judges load it, and need not be linked again.
"""

import hashlib
import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path

import processes

COMPILE_SECONDS_MAX = 300
# Mutants may leave something unused. No debug information: line numbers would tell apart what
# is the same. What a mutant does to a null pointer shall happen, and not be reasoned away.
FLAGS = ["-w", "-g0", "-fno-delete-null-pointer-checks"]


class Library:
    """The library `name` of a build folder, made of the .cpp files of a source folder."""

    def __init__(self, root, build, name, folder):
        self.root, self.build, self.name, self.folder = Path(root), Path(build), name, folder
        self.sources = sorted(p.name for p in (self.root / folder).glob("*.cpp"))
        self.compiler, self.flags = self._compile_command()
        self.link_command = self._link_command(f"lib{name}.so")
        self.base = self.build / "mutants" / f"base-{name}"
        self.includes = {}  # source -> the files of the folder that it reads
        self._alike = {}

    @property
    def file_name(self):
        return f"lib{self.name}.so"

    def _compile_command(self):
        entries = json.loads((self.build / "compile_commands.json").read_text())
        entry = next(e for e in entries if f"/{self.name}.dir/" in e["command"])
        words = shlex.split(entry["command"])
        words = words[:words.index("-o")]
        return words[0], [w for w in words[1:] if w != "-Werror" and not w.startswith("-g")]

    def _link_command(self, output):
        listed = subprocess.run(["ninja", "-C", self.build, "-t", "commands", output],
                                check=True, capture_output=True, text=True).stdout
        words = shlex.split(listed.strip().split("\n")[-1])
        return [w for w in words if w not in (":", "&&")]

    def tree(self, folder):
        """A copy of the sources for a worker to change."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.root / self.folder, Path(folder) / self.folder)
        return Path(folder)

    def compile(self, source, target, tree, *, flags=None, depends=None):
        """Compiles a source of a tree. The paths that the compiler sees are the same everywhere."""
        command = [self.compiler, "-I.", "-Iengine/include", *(flags or self.flags), *FLAGS,
                   *(["-MMD", "-MF", depends] if depends else []),
                   "-c", f"{self.folder}/{source}", "-o", target]
        status, _ = processes.run([str(w) for w in command], seconds_max=COMPILE_SECONDS_MAX,
                                  folder=tree)
        return status == 0

    def link(self, objects, target):
        """Links objects, given in the order of `sources`, as the library was."""
        command, placed = [], False
        words = iter(self.link_command)
        for word in words:
            if word == "-o":
                next(words)
                command += ["-o", str(target)]
            elif word.endswith(".o"):
                command += [] if placed else [str(o) for o in objects]
                placed = True
            elif not word.startswith("-Wl,--dependency-file"):
                command.append(word)
        status, _ = processes.run(command, seconds_max=COMPILE_SECONDS_MAX, folder=self.build)
        return status == 0

    def prepare(self, pool):
        """Compiles every source as it is, side by side, and learns who includes what."""
        stamp = self._stamp()
        kept = self.base / "stamp"
        as_it_was = kept.exists() and kept.read_text() == stamp
        kept.unlink(missing_ok=True)
        tree = self.tree(self.base / "tree")

        def one(source):
            stem = self.base / source
            if not as_it_was and not self.compile(source, f"{stem}.o", tree, depends=f"{stem}.d"):
                raise RuntimeError(f"{self.folder}/{source} does not compile")
            words = Path(f"{stem}.d").read_text().replace("\\\n", " ").split()[1:]
            return source, {os.path.normpath(w) for w in words if not os.path.isabs(w)}

        self.includes = dict(pool.map(one, self.sources))
        kept.write_text(stamp)

    def _stamp(self):
        """Of all that these sources are compiled from, the rest of the tree included."""
        digest = hashlib.sha256(repr((self.compiler, self.flags, FLAGS)).encode())
        for path in sorted([*self.root.glob("engine/**/*.[ch]*"),
                            *self.root.glob("checks/**/*.[ch]*")]):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def affected(self, file):
        """The sources that have to be compiled again when a file changes."""
        return [s for s in self.sources if file in self.includes[s]]

    def same_code(self, source, made):
        return made.read_bytes() == (self.base / f"{source}.o").read_bytes()

    def same_without_locations(self, source, tree, scratch):
        """Whether a source gives the same code as before. UBSan, which notes columns, is left out.
        """
        flags = [f.replace(",undefined", "") for f in self.flags]
        if source not in self._alike:
            target = self.base / f"{source}.alike.o"
            self.compile(source, target, self.base / "tree", flags=flags)
            self._alike[source] = target.read_bytes()
        if not self.compile(source, scratch, tree, flags=flags):
            return False
        return Path(scratch).read_bytes() == self._alike[source]

    def make(self, tree, affected, target):
        """Builds the library with what a tree has of the affected sources.

        Returns "invalid" when it does not compile, "same" when its code is what it was, or "made".
        """
        objects = {s: tree / f"{self.build.name}-{s}.o" for s in affected}
        for source, made in objects.items():
            if not self.compile(source, made, tree):
                return "invalid"
        if all(self.same_code(s, made) for s, made in objects.items()):
            return "same"
        everything = [objects.get(s, self.base / f"{s}.o") for s in self.sources]
        target.parent.mkdir(parents=True, exist_ok=True)
        return "made" if self.link(everything, target) else "invalid"
