"""Headers whose functions are called by those who include them: their mutants are built into tests.

A library that is loaded shows only what it was compiled with itself.
"""

from pathlib import Path

import library


class Face(library.Library):
    """One program of all tests of some headers, for whom it is a judge, or the only one."""

    def __init__(self, root, build, *, folder, headers, tests, like, tier, only_judge):
        self.headers, self.tier, self.only_judge = frozenset(headers), tier, only_judge
        self._tests, self._target = Path(tests[0]).parent, Path(like).name
        super().__init__(root, build, self._target, folder)
        self.sources = [Path(test).name for test in tests]

    def _link_command(self, _output):
        return super()._link_command(f"bin/{self._target}")

    def compile(self, source, target, tree, *, flags=None, depends=None):
        command = [self.compiler, "-I.", "-Iengine/include", *(flags or self.flags),
                   *library.FLAGS, "-c", self.root / self._tests / f"{source}.cpp", "-o", target]
        status, _ = library.processes.run([str(w) for w in command], folder=tree,
                                          seconds_max=library.COMPILE_SECONDS_MAX)
        return status == 0

    def prepare(self, pool):
        tree = self.tree(self.base / "tree")
        if not all(pool.map(lambda s: self.compile(s, self.base / f"{s}.o", tree), self.sources)):
            raise RuntimeError("the tests of the headers do not compile")
        self.includes = {source: self.headers for source in self.sources}

    def link(self, objects, target):
        made = super().link(objects, target)
        return made and Path(target).exists()


def engine_face(root, build):
    """The C++ face, which is a header: nobody else judges it."""
    return Face(root, build, folder="engine", like="mlp_test",
                tier="properties", only_judge=True,
                headers=["engine/include/microcrad/microcrad.hpp"],
                tests=[f"checks/components/{name}" for name in (
                    "value_handle_test", "value_moves_test", "mlp_handle_test", "failing_new")])


def oracle_face(root, build):
    """The arithmetic of radii, which other judges look at, too."""
    return Face(root, build, folder="checks/oracles", like="oracle_tests",
                tier="oracle tests", only_judge=False,
                headers=["checks/oracles/ball.h"], tests=["checks/properties/oracle_ball_test"])
