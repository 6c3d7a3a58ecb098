"""The declarations of a public header, each with the comment above it, and Markdown of them.

What is read is the style of this tree, and nothing is skipped in silence: a declaration without a
comment, or one that cannot be named, is an error with its place. A comment belongs to all
declarations down to the next empty line or comment. In a header that has "///" anywhere, "//" is
for readers of the source.
"""

import re
import textwrap
from dataclasses import dataclass, field

# Scaffolding, which becomes empty lines, so that the others keep their numbers.
SCAFFOLDING = [
    r"^#pragma once$", r"^#include [^\n]*$", r"^#ifndef (\w+_H)\n#define \1$",
    r'^#ifdef __cplusplus\n(?:extern "C" \{|\})\n#endif$', r"^#endif\n\Z",
    r"^namespace detail \{$.*?^\}  // namespace detail$",
    r"^namespace \w+ \{$", r"^\}  // namespace \w+$",
]
# What a header needs where others can see it, and no user does.
INTERNAL = {"OperatorRows"}
TYPES = re.compile(r"^(?:typedef |enum\b|struct\b|class\b|union\b|#)")
# Words of prose that are code: headers, names with an underscore, calls without arguments.
CODE = (r"<\w+\.h>|\b(?:std::\w+|\w+(?:->\w+)+|[\w/]*\w+_\w+(?:\.\w+|\*)?|\w+\.hp?p?\b"
        r"|NULL|\w+\(\))")


class Mistake(Exception):
    """What a header lacks, with its place."""


@dataclass
class Entry:
    """One comment, and the declarations it is about."""
    text: list
    declarations: list = field(default_factory=list)
    names: list = field(default_factory=list)


def bare(code):
    """Code without comments and literals."""
    code = re.sub(r"//[^\n]*|/\*.*?(?:\*/|\Z)", "", code, flags=re.DOTALL)
    return re.sub(r'"(?:\\.|[^"\\])*"', '""', code)


def is_whole(code):
    """True where lines of code end with the end of a declaration."""
    if code.startswith("#if"):
        return code.rstrip().endswith("#endif")
    if code.startswith("#"):
        return True
    plain = bare(code).strip()
    depth = sum((c in "({[") - (c in ")}]") for c in plain)
    return depth == 0 and plain.endswith((";", "}", "public:", "private:", "protected:"))


def signature_of(code):
    """A declaration as it stands, a function without its body."""
    code = re.sub(r" +// NOLINT[^\n]*", "", code)
    if TYPES.match(code) or "{" not in bare(code):
        return code
    depth = 0
    for at, c in enumerate(code):
        depth += (c in "(") - (c in ")")
        if depth == 0 and (c == "{" or code.startswith(" : ", at)):
            return code[:at].rstrip() + ";"
    return code


def names_of(code):
    """What a declaration declares; of an enum without a name, its constants."""
    plain = re.sub(r"^template <[^>]*>\s", "", bare(code))
    pointer = re.match(r"typedef [^;]*?\(\*(\w+)\)\(", plain)
    if pointer:
        return [pointer.group(1)]
    kind = re.match(r"(?:typedef )?(?:enum class|struct|class|enum) (\w+)", plain)
    if kind:
        return [kind.group(1)]
    if plain.startswith("enum {"):
        return re.findall(r"(?<![\w.])([A-Z]\w+)\b(?=[ ,=}\n])", plain)
    if plain.startswith("#define "):
        return plain.split()[1:2]
    constants = re.findall(r"constexpr [\w:]+ (\w+) = ", plain)
    if constants:
        return sorted(set(constants))
    function = re.search(r"(operator\S+?|~?\w+)\(", plain)
    return [function.group(1)] if function else []


def lines_of(text):
    """The lines of a header without scaffolding; comments of C become those of C++."""
    for pattern in SCAFFOLDING:
        text = re.sub(pattern, lambda found: "\n" * found.group().count("\n"), text,
                      flags=re.MULTILINE | re.DOTALL)
    lines, is_inside = [], False
    for line in text.split("\n"):
        if line.startswith("/*") or is_inside:
            is_inside = not line.endswith("*/")
            line = ("// " + re.sub(r"^(?:/\*| \*(?!/)) ?| ?\*/$", "", line)).rstrip()
        lines.append(line)
    return lines


class Header:
    """What a public header says: `head`, the comment it begins with, and `entries`."""

    def __init__(self, name, text):
        self.name = name
        self.entries = []
        self.mark = "///" if re.search(r"^ *///", text, re.MULTILINE) else "//"
        lines = lines_of(text)
        end = next(i for i, line in enumerate(lines) if not line.startswith("//"))
        self.head = [line[3:] for line in lines[:end]]
        self.read(lines, end, len(lines), "")

    def read(self, lines, at, end, scope):
        """Reads the declarations from one line up to another: of the file, or of a class."""
        indent = "  " if scope else ""
        entry, is_public = None, not scope
        while at < end:
            line = lines[at].removeprefix(indent)
            if line.startswith(self.mark):
                texts = []
                while at < end and lines[at].strip().startswith(self.mark):
                    texts.append(lines[at].strip()[len(self.mark) + 1:])
                    at += 1
                entry = Entry(texts)
                if is_public:
                    self.entries.append(entry)
                continue
            if not line.strip() or line.startswith("//"):
                entry = entry if line.strip() else None
                at += 1
                continue
            first = at
            at = self.end_of(lines, at, end)
            code = "\n".join(part.removeprefix(indent) for part in lines[first:at])
            if code.strip() in ("public:", "private:", "protected:"):
                is_public = code.strip() == "public:"
            elif is_public:
                self.declare(lines, first, at, code, entry, scope)

    def end_of(self, lines, first, end):
        """The line after a declaration."""
        for at in range(first + 1, end + 1):
            if is_whole("\n".join(lines[first:at]).strip()):
                return at
        raise Mistake(f"{self.name}:{first + 1}: this declaration never ends")

    def declare(self, lines, first, at, code, entry, scope):
        """Adds a declaration to the comment above it, and what a class has in public."""
        names = names_of(code)
        if INTERNAL.issuperset(names) and names:
            return
        if not names:
            raise Mistake(f"{self.name}:{first + 1}: what does this declare? {lines[first]}")
        if entry is None:
            raise Mistake(f"{self.name}:{first + 1}: nothing is said about {', '.join(names)}")
        is_class = re.match(r"(?:template <[^>]*>\n)?class \w+ \{", code) is not None
        signature = code.split(" {")[0] + ";" if is_class else signature_of(code)
        entry.declarations.append(signature)
        entry.names += [scope + name for name in names if scope + name not in entry.names]
        if is_class:
            body = next(i for i in range(first, at) if lines[i].endswith("{")) + 1
            self.read(lines, body, at - 1, names[0] + "::")


def spans(text):
    """Prose in which names are code, and nothing is taken for Markdown that is none."""
    parts = text.split("`")
    for i in range(0, len(parts), 2):
        cut = re.split(f"({CODE})", parts[i])
        for k in range(0, len(cut), 2):
            cut[k] = cut[k].replace("*", r"\*").replace("<", r"\<")
        for k in range(1, len(cut), 2):
            cut[k] = f"`{cut[k]}`"
        parts[i] = "".join(cut)
    return "".join(part if i % 2 == 0 else f"`{part}`" for i, part in enumerate(parts))


def paragraph(lines):
    """A paragraph, or an item of a numbered list, 100 columns wide."""
    text = spans(" ".join(line.strip() for line in lines))
    item = re.match(r"\d+\. ", text)
    wrapped = textwrap.wrap(text, 100, subsequent_indent=" " * len(item.group()) if item else "",
                            break_long_words=False, break_on_hyphens=False)
    return [re.sub(r"^( *)([-+#>]|\d+\.)(?= )", r"\1\\\2", line) if i > 0 else line
            for i, line in enumerate(wrapped)]


def definitions(lines):
    """A list of terms, which are indented by 2, and what is said about them, by 6."""
    items = []
    for line in lines:
        if line.startswith("      "):
            items[-1][1].append(line.strip())
        elif items and not items[-1][1]:
            items[-1][0].append(line.strip())
        elif line:
            items.append(([line.strip()], []))
    made = []
    for terms, texts in items:
        text = "- " + ", ".join(f"`{term}`" for term in terms) + ": " + spans(" ".join(texts))
        made += textwrap.wrap(text, 100, subsequent_indent="  ", break_long_words=False,
                              break_on_hyphens=False)
    return made


def prose(lines, language):
    """Markdown of a comment: paragraphs, numbered items, and code where it is indented."""
    made, block = [], []

    def close():
        if block and block[0].startswith("  ") and block[0].endswith(")"):
            made.extend([*definitions(block), ""])
        elif block and block[0].startswith("  "):
            code = textwrap.dedent("\n".join(block)).split("\n")
            made.extend(["```" + language, *code, "```", ""])
        elif block:
            is_item = re.match(r"\d+\. ", block[0])
            made.extend(paragraph(block) + ([] if is_item else [""]))
        block.clear()

    for i, line in enumerate(lines):
        is_code = bool(block) and block[0].startswith("  ")
        goes_on = i + 1 < len(lines) and lines[i + 1].startswith("  ")
        if re.match(r"\d+\. ", line) or (is_code and line and not line.startswith("  ")):
            close()
        if not line and not (is_code and goes_on):
            close()
            if made and made[-1]:
                made.append("")  # after the last item of a list
        else:
            block.append(line)
    close()
    return made + [""] if made and made[-1] else made


def title_of(names):
    """Names in a heading; constants by what their names have in common."""
    if len(names) > 1 and all(name.isupper() for name in names):
        common = names[0]
        while not all(name.startswith(common) for name in names) or not common.endswith("_"):
            common = common[:-1]
        return f"`{common}*`"
    return ", ".join(f"`{name}`" for name in names)


def markdown(title, head, entries, language):
    """A section about a header, or a part of one."""
    lines = ["## " + title, "", *prose(head, language)]
    for entry in entries:
        if not entry.declarations:
            continue
        lines += ["### " + title_of(entry.names), "", "```" + language]
        lines += "\n".join(entry.declarations).split("\n")
        lines += ["```", "", *prose(entry.text, language)]
    return lines
