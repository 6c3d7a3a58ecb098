"""The engine's C++ face is a header, so its mutants are built into the tests of its handles."""

from pathlib import Path

import library

HEADER = "engine/include/microcrad/microcrad.hpp"
TESTS = ("value_handle_test", "value_moves_test", "mlp_handle_test", "failing_new")


class Face(library.Library):
    """One program of all tests of the handles; it takes the place of a library and its judges."""

    def __init__(self, root, build):
        super().__init__(root, build, "value_test", "engine")
        self.sources = list(TESTS)

    def _link_command(self, _output):
        return super()._link_command("bin/mlp_test")

    def compile(self, source, target, tree, *, flags=None, depends=None):
        command = [self.compiler, "-I.", "-Iengine/include", *(flags or self.flags),
                   *library.FLAGS, "-c", self.root / f"checks/components/{source}.cpp",
                   "-o", target]
        status, _ = library.processes.run([str(w) for w in command], folder=tree,
                                          seconds_max=library.COMPILE_SECONDS_MAX)
        return status == 0

    def prepare(self, pool):
        tree = self.tree(self.base / "tree")
        if not all(pool.map(lambda s: self.compile(s, self.base / f"{s}.o", tree), self.sources)):
            raise RuntimeError("the tests of the handles do not compile")
        self.includes = {source: {HEADER} for source in self.sources}

    def link(self, objects, target):
        made = super().link(objects, target)
        return made and Path(target).exists()
