"""What is mutated, and who judges it: the engine, the engine's C++ face, and the oracles."""

from dataclasses import dataclass, field
from pathlib import Path

PLANTED_PARTS = 6
TIERS = {
    "engine": ("small programs", "properties", "corpus under ASan", "fuzzing"),
    "oracles": ("oracle tests", "healthy engines", "everything else", "planted bugs"),
}
ASAN = {
    "ASAN_OPTIONS": "quarantine_size_mb=8:malloc_context_size=2:symbolize=0:hard_rss_limit_mb=4000",
    "UBSAN_OPTIONS": "symbolize=0",
}
# The first failure is enough, and a run is the same each time.
TESTS = {"GTEST_FAIL_FAST": "1", "GTEST_BRIEF": "1", "RC_PARAMS": "seed=1"}


@dataclass
class Judge:
    """A command that fails when a mutant shows. `{work}` is a folder of its own."""

    tier: str
    name: str
    build: str  # plain or asan
    command: list
    variables: dict = field(default_factory=dict)
    seconds: float = 0.0  # on what is not mutated: measured before the first mutant ...
    late: bool = False  # ... or before the first that gets so far, as it takes minutes
    limited: bool = True  # in memory; the command limits its engines by itself, and maps much
    inputs: tuple = ()  # folders copied to {work} first: a fuzzer adds to them
    only: str = ""  # a part of the names of the sources that it is asked about, if not all


def _cradle(build, tier, *words):
    name = "cradle " + " ".join(w for w in words if not w.startswith("--jobs"))
    return Judge(tier, name, "plain", [f"{build}/bin/cradle", *words, "--jobs=1"],
                 limited=False)


def _tests(folder, tier, build, names, variables=None):
    return [Judge(tier, name, build, [f"{folder}/bin/{name}"], {**TESTS, **(variables or {})})
            for name in names]


def component_tests(plain):
    """The suites that CMake lists, but for that of the example's loader."""
    names = Path(plain, "checks/components/tests.txt").read_text().split()
    return sorted(name for name in names if name != "idx_test")


def engine_judges(plain, asan, seconds):
    exhaust, properties, corpus, fuzzing = TIERS["engine"]
    judges = [
        _cradle(plain, exhaust, "exhaust", "--engine=microcrad", "--length=3", "--actions"),
        _cradle(plain, exhaust, "exhaust", "--engine=microcrad:single", "--length=3", "--actions"),
    ]
    # The documentation's examples are part of what the engine promises.
    snippets = sorted(p.name for p in Path(plain, "bin").glob("snippet_*"))
    # The quick part alone, too: value_test spends its seconds on chains of ten million.
    judges += _tests(plain, properties, "plain", ["value_test"], {"GTEST_FILTER": "-Depth.*"})
    judges[-1].name += ", but for depth"
    judges += _tests(plain, properties, "plain", [*component_tests(plain), *snippets])
    judges += [
        _cradle(plain, properties, "exhaust", "--engine=microcrad", "--length=4", "--actions"),
        _cradle(plain, properties, "check", "--engine=microcrad",
                "--cases=pure=1000,lifetime=1500,mlp=30"),
        # Depth and cost are those of its larger segments.
        _cradle(plain, properties, "check", "--engine=microcrad:single",
                "--cases=pure=300,lifetime=1000,mlp=10",
                "--only=forward,local,lifetime,faults,mlp"),
    ]
    for target in ("lifetime", "faults", "gradient", "differential"):
        for engine in ("microcrad", "microcrad:single"):
            judges.append(Judge(corpus, f"fuzz_{target}_replay {engine}", "asan",
                                [f"{asan}/bin/fuzz_{target}_replay", "{root}/checks/corpus"],
                                {**ASAN, "CRADLE_ENGINE": engine}))
    for target in ("c_api", "mlp"):
        judges.append(Judge(corpus, f"fuzz_{target}_replay", "asan",
                            [f"{asan}/bin/fuzz_{target}_replay", "{root}/fuzz/bytes"], ASAN))
    judges += _tests(asan, corpus, "asan", component_tests(plain),
                     {**ASAN, "GTEST_FILTER": "-Depth.*"})
    for target in ("lifetime", "c_api", "faults", "mlp"):
        judges.append(Judge(
            fuzzing, f"fuzz_{target} {seconds} s", "asan",
            [f"{asan}/bin/fuzz_{target}", "-seed=1", "-max_len=8192", "-len_control=0",
             "-entropic=0", "-timeout=10", f"-max_total_time={seconds}", "-artifact_prefix={work}/",
             "{work}/seeds"],
            ASAN, inputs=(f"fuzz_{target}",)))
    return judges


# Suites that take long and ask for little more of the oracles, need plug-ins, or are a tier below.
ELSEWHERE = ("*PluginBugs*:*ReproducedPlugins*:*HealthyPlugins*:Plugins.*:CommandInterrupted.*:"
             "CommandScreens.*:CompletionIn*:ManualPage.*:*CommandPlanted*:CommandFaults.*")


# Suites of oracle_tests that see most of some sources in a second or two: asked about those first.
_TABLES = "OracleRadii.*:OracleWideBalls.*:OracleReach.*:OracleResolution.*:OracleEnds.*"
NEAR = {
    "c_program": "OracleCText.*",
    "causes": "OracleCauses.*",
    "contributions": "OracleContributions.*:OracleResolution.*:OracleEdgeCases.*",
    "death": "OracleDeath.*",
    "deep": "OracleDeep.*",
    "difference": "OracleDifferenceEdges.*:OracleReach.*:OracleResolution.*",
    "disc": "OracleReach.*:OracleDifferenceFrozen.*",
    "environment": "OracleEnvironment.*",
    "faults": "OracleFaults.*",
    "forward": "OracleForward.*:OracleResolution.*",
    "frozen": "OracleReach.*:OracleDifferenceFrozen.*:OracleDifferenceEdges.*",
    "leaks": "OracleLeaks.*",
    "lifetime": "OracleLifetime.*:OracleDamages.of_runs*",
    "local": "OracleDamages.of_numbers*:OracleResolution.*",
    "metamorphic": "OracleMetamorphic.*:OracleUnfit.*:OracleDamagedFamilies.*",
    "mpfr_gradient": "OracleDeep.*",
    "network": "OracleNetwork.*:OracleDamages.of_networks*",
    "op_difference": "OracleOpDifference.*:OracleReach.*",
    "partials": _TABLES,
    "prob": "OracleCompanions.*:OracleProbing.*:OracleProbeQuestions.*",
    "quotient": "OracleReach.*:OracleResolution.*:OracleDifferenceEdges.*",
    "radius": _TABLES,
    "reference": _TABLES,
    "relations": "OracleCompanions.*",
    "replay": "OracleReplay.*",
    "rounded_rule": "OracleReach.*:OracleResolution.*:OracleRadii.*",
    "rules": "OracleResolution.*:OracleReach.*:OracleEdgeCases.*",
    "sweep": "OracleSweep.*:OracleUnfit.*",
    "values": "OracleValues.*:OracleResolution.*:OracleReach.*:OracleEdgeCases.*",
    "words": "OracleWords.*",
}


def _near_judges(plain, tier):
    judges = []
    for part, suites in NEAR.items():
        judges += _tests(plain, tier, "plain", ["oracle_tests"], {"GTEST_FILTER": suites})
        judges[-1].name, judges[-1].only = f"oracle_tests near {part}", part
    return judges


def oracle_judges(plain):
    tests, healthy, rest, planted = TIERS["oracles"]
    judges = _near_judges(plain, tests)
    judges += _tests(plain, tests, "plain", ["oracle_tests", "oracle_tests_by_hand"])
    judges += _tests(plain, tests, "plain", ["property_tests"],
                     {"GTEST_FILTER": "LocalPower.*:NetworkBugs.*:NetworkFaults.*:BentNetwork.*"})
    for engine in ("microcrad", "tape", "textbook", "tape:fast", "tape:forward"):
        judges.append(_cradle(plain, healthy, "check", f"--engine={engine}",
                              "--cases=pure=2000,lifetime=500,mlp=20"))
    judges += _tests(plain, rest, "plain", ["property_tests"], {"GTEST_FILTER": "-Mnist.*"})
    judges[-1].name += ", all but digits"
    judges += _tests(plain, rest, "plain", ["command_tests"], {"GTEST_FILTER": f"-{ELSEWHERE}"})
    judges[-1].late, judges[-1].limited = True, False
    for part in range(PLANTED_PARTS):
        judges += _tests(plain, planted, "plain", ["command_tests"],
                         {"GTEST_FILTER": "*CommandPlanted*:CommandFaults.*",
                          "GTEST_TOTAL_SHARDS": str(PLANTED_PARTS), "GTEST_SHARD_INDEX": str(part)})
        judges[-1].name += f", part {part + 1}"
        judges[-1].late, judges[-1].limited = True, False
    return judges


def sources_of(root, subject):
    """The files to mutate, as paths from the root: those with code in them."""
    root = Path(root)
    if subject == "oracles":
        found = [*root.glob("checks/oracles/*.cpp"), *root.glob("checks/oracles/*.h")]
    else:
        found = [*root.glob("engine/*.cpp"), *root.glob("engine/*.h"),
                 *root.glob("engine/include/microcrad/*.hpp"),
                 *root.glob("engine/include/microcrad/detail/*.h")]
    return sorted(str(p.relative_to(root)) for p in found)
