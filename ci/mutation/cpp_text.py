"""C++ as far as mutation needs it: tokens with their places, statements, arguments.

It relies on clang-format: binary operators have spaces around them, templates and pointers none.
"""

import re
from typing import NamedTuple


class Token(NamedTuple):
    kind: str  # word, number, text, sign
    text: str
    begin: int
    end: int


_SIGNS = r"<<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||\+=|-=|\*=|/=|%=|&=|\|=|\^=|::|."
_PATTERN = re.compile(
    r"(?P<comment>//[^\n]*|/\*.*?\*/)"
    r"|(?P<directive>(?m:^[ \t]*#(?:\\\n|[^\n])*))"
    r"|(?P<text>\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])+')"
    r"|(?P<number>(?:0[xX][0-9a-fA-F.']+(?:[pP][+-]?\d+)?|\d[\d.']*(?:[eE][+-]?\d+)?)[uUlLfFQ]*)"
    r"|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<space>\s+)"
    r"|(?P<sign>" + _SIGNS + ")", re.S)

# What holds at compile time, or says nothing to a program that runs.
_SKIPPED = {"static_assert", "__attribute__", "alignof", "sizeof", "template", "using", "include"}


def tokens_of(source):
    """The tokens of a file, without comments, directives and what _SKIPPED begins."""
    tokens = []
    skipping = 0  # parentheses open since a skipped word; -1: before the first one
    for match in _PATTERN.finditer(source):
        kind = match.lastgroup
        if kind in ("comment", "directive", "space"):
            continue
        token = Token(kind, match.group(), match.start(), match.end())
        if skipping:
            skipping = _still_skipping(skipping, token.text)
        elif token.text in _SKIPPED:
            skipping = -1
        tokens.append(token._replace(kind="skipped") if skipping else token)
    return tokens


def _still_skipping(depth, text):
    if depth == -1:
        return 1 if text == "(" else 0 if text in ";>)" else -1
    if text == "(":
        return depth + 1
    return depth - 1 if text == ")" else depth


def partner(tokens, index):
    """The index of the bracket that closes, or opens, what the one at `index` opens, or closes."""
    pairs = {"(": ")", "[": "]", "{": "}", ")": "(", "]": "[", "}": "{"}
    mine, other = tokens[index].text, pairs[tokens[index].text]
    step = 1 if mine in "([{" else -1
    depth = 0
    while 0 <= index < len(tokens):
        depth += (tokens[index].text == mine) - (tokens[index].text == other)
        if depth == 0:
            return index
        index += step
    return None


def is_binary(source, token):
    """Tells a binary operator from a sign, a pointer or a template."""
    return source[token.begin - 1:token.begin].isspace() and source[token.end].isspace()


def arguments(tokens, opening):
    """The arguments of a call, as pairs of indices: the first token, and the one after the last."""
    closing = partner(tokens, opening)
    if closing is None or closing == opening + 1:
        return []
    parts, begin, index = [], opening + 1, opening + 1
    while index < closing:
        if tokens[index].text in "([{":
            index = partner(tokens, index) or closing
        elif tokens[index].text == ",":
            parts.append((begin, index))
            begin = index + 1
        index += 1
    parts.append((begin, closing))
    return parts


def operand(tokens, index, step, stops):
    """The last index of an operand that begins at `index` and goes on until one of `stops`."""
    last = index
    while 0 <= index < len(tokens) and tokens[index].text not in stops:
        if tokens[index].text in ("([{" if step > 0 else ")]}"):
            index = partner(tokens, index)
            if index is None:
                return last
        elif tokens[index].text in "()[]{}":
            break
        last = index
        index += step
    return last


def postfix(tokens, index, step):
    """The far end of one simple operand: names, members, calls and indices, or a number."""
    joins = ("->", ".", "::")
    last = None
    while 0 <= index < len(tokens):
        token = tokens[index]
        opening = token.text in ("([" if step > 0 else ")]")
        if opening and (step < 0 or last is not None):
            index = partner(tokens, index)
            if index is None:
                break
            last = index
        elif token.kind in ("word", "number") or token.text in joins:
            last = index
        else:
            break
        index += step
        if not 0 <= index < len(tokens):
            break
        linked = tokens[index].text in joins or tokens[last].text in joins
        called = tokens[index].text in "([" if step > 0 else tokens[last].text in "(["
        if not linked and not called:
            break
    return last


def statements(source, tokens):
    """Expression statements, as pairs of offsets; the semicolon is not part of them."""
    begin = 0
    for index, token in enumerate(tokens):
        if token.text in "{}":
            begin = index + 1
        elif token.text == ")" and _heads_a_statement(tokens, index):
            begin = index + 1
        elif token.text in ("else", "do"):
            begin = index + 1
        elif token.text == ";":
            if begin < index and _is_expression(source[tokens[begin].begin:token.begin]):
                yield tokens[begin].begin, token.begin
            begin = index + 1


def _heads_a_statement(tokens, index):
    opening = partner(tokens, index)
    return opening is not None and tokens[opening - 1].text in ("if", "for", "while", "switch")


def _is_expression(text):
    if re.match(r"(return|break|continue|case|goto|throw|delete)\b", text):
        return False
    if text.startswith(("++", "--")) or text.endswith(("++", "--")):
        return True
    left = re.match(r"\*?[^\s=(]+(?:\([^=]*?\))?[^\s=(]*\s*(?:[-+*/|&^]|<<|>>)?=\s", text)
    return bool(left) or re.match(r"[\w:.>\[\]-]+\(.*\)$", text, re.S) is not None


def enclosing(source, offset):
    """The name of the function, struct or constant around a place, as a hunk of a diff has it."""
    name = ""
    end = source.find("\n", offset)
    for line in source[:end if end >= 0 else len(source)].split("\n"):
        if not line or line[0] in " \t}#/)":
            continue
        head = re.match(r"(?:struct|class|enum class)\s+(\w+)", line)
        call = head or re.search(r"([\w:~+*/=-]+)\(", line) or re.search(r"(\w+)(?:\{| =)", line)
        name = call.group(1) if call else name
    return name
