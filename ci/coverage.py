#!/usr/bin/python3
"""Lists what of the engine no test reaches: lines, branches and conditions, beside what is argued.

usage: ci/coverage.py EXPORT.json ARGUED

EXPORT is what llvm-cov export wrote. ARGUED has an entry for each exclusion: a line
`FILE: BEGINNING OF A SOURCE LINE`, and indented lines that say why nothing can reach it.
Exit status 1: something is not reached, and not in ARGUED; or ARGUED names a line that is not
there. What one compiler counts as a branch is none to another, so that a line may be reached.
"""

import json
import os
import sys
from collections import defaultdict


def argued_in(path):
    """Maps (file, beginning of a line of source) to a reason."""
    entries, key = {}, None
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith("#") or not line.strip():
                continue
            if line.startswith(" "):
                entries[key] = (entries[key] + " " + line.strip()).strip()
            else:
                name, _, text = line.strip().partition(": ")
                key = name, text
                entries[key] = ""
    for key, reason in entries.items():
        if not reason:
            sys.exit(f"ci/coverage: {path}: no reason for {key[0]}: {key[1]}")
    return entries


def lines_not_reached(segments):
    """Lines that are in regions, all of which were counted 0 times."""
    reached, seen = set(), set()
    for begin, end in zip(segments, segments[1:]):
        line, column, count, has_count = begin[:4]
        if not has_count or (len(begin) > 5 and begin[5]):
            continue
        last = end[0] if end[1] > 1 else end[0] - 1
        for each in range(line, last + 1):
            seen.add(each)
            if count:
                reached.add(each)
    return sorted(seen - reached)


def gaps_of(file, source):
    """(line, what is missing) for one file. Copies of inline functions are added up."""
    gaps = [(line, "line never reached") for line in lines_not_reached(file["segments"])]
    branches = defaultdict(lambda: [0, 0])
    for row in file.get("branches", []):
        counts = branches[tuple(row[:4])]
        counts[0] += row[4]
        counts[1] += row[5]
    for (line, first, _, last), counts in sorted(branches.items()):
        for count, word in zip(counts, ("true", "false")):
            if count == 0:
                gaps.append((line, f"`{source[line - 1][first - 1:last - 1]}` never {word}"))
    conditions = defaultdict(list)
    for row in file.get("mcdc_records", []):
        conditions[tuple(row[:4])].append(row[-1])
    for (line, *_), copies in sorted(conditions.items()):
        for index, shown in enumerate(map(any, zip(*copies)), 1):
            if not shown:
                gaps.append((line, f"condition {index} never decides alone"))
    return sorted(set(gaps))


def main():
    export, argued_path = sys.argv[1:]
    with open(export, encoding="utf-8") as file:
        files = json.load(file)["data"][0]["files"]
    argued, used, there, open_gaps = argued_in(argued_path), set(), set(), 0
    for file in files:
        name = os.path.relpath(file["filename"])
        if not name.startswith("engine/") or "/examples/" in name:
            continue
        with open(name, encoding="utf-8") as text:
            source = text.read().split("\n")
        there |= {key for key in argued if key[0] == name
                  and any(line.strip().startswith(key[1]) for line in source)}
        for line, gap in gaps_of(file, source):
            text = source[line - 1].strip()
            if text == "}":
                continue  # the line before it tells
            keys = [key for key in argued if key[0] == name and text.startswith(key[1])]
            used.update(keys)
            open_gaps += not keys
            print(f"{name}:{line}: {gap}: {text}"
                  + "".join(f"\n    argued: {argued[key]}" for key in keys))
    stale = [key for key in argued if key not in there]
    closed = len(used)
    for name, text in stale:
        print(f"{argued_path}: not there any more: {name}: {text}")
    print(f"ci/coverage: {open_gaps} gaps in the engine are open, {closed} lines are argued about")
    return 1 if open_gaps or stale else 0


if __name__ == "__main__":
    sys.exit(main())
