"""The mutants that are argued about: a committed file, read and compared with what there is.

An entry says of which kind it is, where it is, what changes, and why no test has to see it:

    equivalent engine/vector.cpp vector_reserve
    - if (count <= vector->capacity) return true;
    + if (count < vector->capacity) return true;
    Why, in some lines that begin with a word.

Kinds: `equivalent`, no program can tell; `cost`, a program could tell by a clock or a meter alone.
Several changes with one reason stand one after the other, and the reason after the last. Lines that
begin with # are comments.
"""

from pathlib import Path

KINDS = ("equivalent", "cost")


def read(path):
    """Maps identities to (kind, reason). Raises ValueError for what is not in the form above."""
    found, open_entries = {}, []
    kind = place = None
    before, after, reason = [], [], []

    def close_change():
        if before or after:
            identity = (*place, "\n".join(before), "\n".join(after))
            if identity in found:
                raise ValueError(f"{path}: argued twice: {identity}")
            found[identity] = None
            open_entries.append((identity, kind))
        before.clear()
        after.clear()

    def close_reason():
        for identity, its_kind in open_entries if reason else ():
            found[identity] = its_kind, " ".join(reason)
        if reason:
            open_entries.clear()
        reason.clear()

    for number, line in enumerate(Path(path).read_text().splitlines(), 1):
        words = line.split(" ")
        if line.startswith("#"):
            continue
        if line.startswith(("- ", "-\t")) or line == "-":
            if after:
                close_change()
            close_reason()
            before.append(line[2:])
        elif line.startswith("+ ") or line == "+":
            after.append(line[2:])
        elif words[0] in KINDS and len(words) == 3:
            close_change()
            close_reason()
            kind, place = words[0], (words[1], words[2])
        elif line.strip():
            if place is None:
                raise ValueError(f"{path}:{number}: a reason for nothing")
            close_change()
            reason.append(line.strip())
    close_change()
    close_reason()
    if open_entries:
        raise ValueError(f"{path}: without a reason: {open_entries[0][0]}")
    return found
