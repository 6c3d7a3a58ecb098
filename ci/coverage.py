#!/usr/bin/python3
"""Lists what of the engine no test reaches: lines, branches and conditions, beside what is argued.

usage: ci/coverage.py EXPORT.json... ARGUED

EXPORT is what llvm-cov export wrote of a program; several are added up, as a program that links a
part of the engine says of inline functions that nobody calls them. ARGUED has an entry for each
exclusion: a line `FILE: BEGINNING OF A SOURCE LINE`, and indented lines that say why nothing can
reach it.
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


def lines_of(segments):
    """Lines that are in regions, and those of them that were counted."""
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
    return seen, reached


def gaps_of(copies, source):
    """(line, what is missing) for one file of every program. Copies of inline functions are added
    up."""
    lines = [lines_of(file["segments"]) for file in copies]
    missing = set().union(*(seen for seen, _ in lines)) - set().union(*(hit for _, hit in lines))
    gaps = [(line, "line never reached") for line in sorted(missing)]
    branches = defaultdict(lambda: [0, 0])
    for row in (row for file in copies for row in file.get("branches", [])):
        counts = branches[tuple(row[:4])]
        counts[0] += row[4]
        counts[1] += row[5]
    for (line, first, _, last), counts in sorted(branches.items()):
        for count, word in zip(counts, ("true", "false")):
            if count == 0:
                gaps.append((line, f"`{source[line - 1][first - 1:last - 1]}` never {word}"))
    conditions = defaultdict(list)
    for row in (row for file in copies for row in file.get("mcdc_records", [])):
        conditions[tuple(row[:4])].append(row[-1])
    for (line, *_), records in sorted(conditions.items()):
        for index, shown in enumerate(map(any, zip(*records)), 1):
            if not shown:
                gaps.append((line, f"condition {index} never decides alone"))
    return sorted(set(gaps))


def main():
    *exports, argued_path = sys.argv[1:]
    files = defaultdict(list)
    for export in exports:
        with open(export, encoding="utf-8") as text:
            for file in json.load(text)["data"][0]["files"]:
                files[os.path.relpath(file["filename"])].append(file)
    argued, used, there, open_gaps = argued_in(argued_path), set(), set(), 0
    for name, copies in sorted(files.items()):
        if not name.startswith("engine/") or "/examples/" in name:
            continue
        with open(name, encoding="utf-8") as text:
            source = text.read().split("\n")
        there |= {key for key in argued if key[0] == name
                  and any(line.strip().startswith(key[1]) for line in source)}
        if any(row[0] > len(source) for file in copies for row in file["segments"]):
            sys.exit(f"ci/coverage: {name} was another one when a program was built: build afresh")
        for line, gap in gaps_of(copies, source):
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
