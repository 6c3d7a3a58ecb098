"""The mutants of a source file: every small mistake that the operators below can make in it."""

import difflib
import hashlib
import re
from dataclasses import dataclass

from cpp_text import arguments, enclosing, is_binary, operand, partner, postfix, statements
from cpp_text import tokens_of

REPLACED = {
    "+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["*"],
    "<<": [">>"], ">>": ["<<"], "&": ["|"], "|": ["&"], "^": ["&"],
    "<": ["<="], "<=": ["<"], ">": [">="], ">=": [">"],
    "==": ["!="], "!=": ["=="], "&&": ["||"], "||": ["&&"],
    "+=": ["=", "-="], "-=": ["=", "+="], "*=": ["=", "/="], "/=": ["=", "*="],
    "&=": ["="], "|=": ["="], "^=": ["=", "|="],
}
FLIPPED = {"true": "false", "false": "true", "break": "continue", "continue": "break"}
UNSWAPPED = ("for", "switch", "return", "max", "min", "same", "same_bits")  # or the same swapped
STEPS = {"++": "--", "--": "++"}
WHOLE_CONDITIONS = (";", "?", ":", "=", "return", "{", "}", ",")


@dataclass(frozen=True)
class Mutant:
    """One edit of one file. `place`, `before` and `after` are what an argument about it names."""

    file: str
    kind: str
    text: str  # the whole file, edited
    line: int
    place: str
    before: str
    after: str

    @property
    def name(self):
        digest = hashlib.sha256("\0".join((self.file, self.kind, self.text)).encode())
        return digest.hexdigest()[:10]

    @property
    def identity(self):
        return self.file, self.place, self.before, self.after

    def diff(self):
        """The change, as a diff shows it."""
        return (f"{self.file}:{self.line} {self.place} [{self.kind}, {self.name}]\n"
                + "".join(f"- {line}\n" for line in self.before.split("\n"))
                + "".join(f"+ {line}\n" for line in self.after.split("\n")))


def mutants_of(file, source):
    """Every mutant of a file, in the order of its lines, none twice."""
    tokens = tokens_of(source)
    seen, made = {source}, []
    for kind, begin, end, replacement in sorted(_edits(source, tokens), key=lambda e: e[1:3]):
        text = source[:begin] + replacement + source[end:]
        if text in seen:
            continue
        seen.add(text)
        before, after = _changed_lines(source, text)
        made.append(Mutant(file, kind, text, source.count("\n", 0, begin) + 1,
                           enclosing(source, begin), before, after))
    return made


def _changed_lines(source, text):
    old, new = source.split("\n"), text.split("\n")
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    spans = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    before = old[spans[0][1]:spans[-1][2]]
    after = new[spans[0][3]:spans[-1][4]]
    return tuple("\n".join(line.strip() for line in lines) for lines in (before, after))


def _edits(source, tokens):
    for index, token in enumerate(tokens):
        if token.kind == "skipped":
            continue
        if token.kind == "number":
            yield from _number(source, tokens, index)
        elif token.kind == "word":
            yield from _word(source, tokens, index)
        elif token.kind == "sign":
            yield from _sign(source, tokens, index)
    for begin, end in statements(source, tokens):
        yield "statement deleted", begin, end, ""


def _number(source, tokens, index):
    token = tokens[index]
    digits = re.match(r"(0[xX][0-9a-fA-F']+|\d[\d']*)([uUlL]*)$", token.text)
    if digits is None:
        values = {"0.0": ["1.0"], "1.0": ["0.0", "2.0"], "2.0": ["3.0"], "0x1p-53": ["0x1p-52"]}
        for other in values.get(token.text, [f"(2 * {token.text})"]):
            yield "constant", token.begin, token.end, other
        return
    value = int(digits.group(1).replace("'", ""), 0)
    negated = tokens[index - 1].text == "-" and source[token.begin - 1] == "-"
    others = [0] if negated else [value + 1] if value == 0 else [value - 1, value + 1]
    for other in others:
        yield "constant", token.begin, token.end, f"{other}{digits.group(2)}"


def _word(source, tokens, index):
    token = tokens[index]
    after = tokens[index + 1].text if index + 1 < len(tokens) else ""
    if token.text in FLIPPED:
        yield "flipped", token.begin, token.end, FLIPPED[token.text]
    elif token.text in ("if", "while") and after in ("(", "constexpr"):
        opening = index + (1 if after == "(" else 2)
        closing = partner(tokens, opening)
        span = tokens[opening].end, tokens[closing].begin
        for value in ("true", "false") if token.text == "if" else ("false",):
            yield "condition fixed", *span, value
    elif token.text == "return" and after != ";":
        call = re.match(r"return (\w+\([^;]*\));", source[token.begin:])
        if call:  # of a function without a result: others do not compile
            yield "statement deleted", token.begin, token.begin + call.end() - 1, "return"
    elif token.text == "hold" and after == "(":
        yield "retain dropped", token.begin, token.end, ""
    elif after == "(" and token.text not in UNSWAPPED:
        yield from _swapped_arguments(source, tokens, index + 1)


def _swapped_arguments(source, tokens, opening):
    parts = arguments(tokens, opening)
    texts = [source[tokens[begin].begin:tokens[end - 1].end] for begin, end in parts]
    for left in range(len(parts) - 1):
        first, second = texts[left], texts[left + 1]
        if first == second or not all(re.match(r"[\w:.>\[\]&*()-]+$", t) for t in (first, second)):
            continue
        span = tokens[parts[left][0]].begin, tokens[parts[left + 1][1] - 1].end
        yield "arguments swapped", *span, f"{second}, {first}"


def _sign(source, tokens, index):
    token = tokens[index]
    if token.text in STEPS:
        if not _in_head_of_loop(tokens, index):
            yield "step", token.begin, token.end, STEPS[token.text]
    elif token.text in REPLACED and is_binary(source, token):
        if not _is_whole_condition(tokens, index):
            for other in REPLACED[token.text]:
                yield "operator", token.begin, token.end, other
        yield from _operands(source, tokens, index)
    elif token.text in ("!", "~") or (token.text == "-" and source[token.end] != " "):
        yield "sign lost", token.begin, token.end, ""
    elif token.text == "?":
        first = operand(tokens, index - 1, -1, WHOLE_CONDITIONS)
        for value in ("true", "false"):
            yield "condition fixed", tokens[first].begin, tokens[index - 1].end, value


def _is_whole_condition(tokens, index):
    """An `if (a == b)`: fixed to true and to false, it need not be turned round as well."""
    if tokens[index].text not in ("==", "!="):
        return False
    first = operand(tokens, index - 1, -1, WHOLE_CONDITIONS + ("&&", "||"))
    last = operand(tokens, index + 1, 1, WHOLE_CONDITIONS + ("&&", "||"))
    return (tokens[last + 1].text == ")" and tokens[first - 1].text == "("
            and tokens[first - 2].text == "if")


def _in_head_of_loop(tokens, index):
    depth = 0
    for back in range(index, 0, -1):
        depth += (tokens[back].text == ")") - (tokens[back].text == "(")
        if depth < 0:
            return tokens[back - 1].text == "for"
        if tokens[back].text in "{}":
            return False
    return False


def _operands(source, tokens, index):
    """A part of a condition left out, a term left out, two operands in the other's place."""
    token = tokens[index]
    if token.text in ("&&", "||"):
        stops = WHOLE_CONDITIONS + (("||",) if token.text == "&&" else ()) + (token.text,)
        neutral = "true" if token.text == "&&" else "false"
        first = operand(tokens, index - 1, -1, stops)
        last = operand(tokens, index + 1, 1, stops)
        yield "part of a condition dropped", tokens[first].begin, tokens[index - 1].end, neutral
        yield "part of a condition dropped", tokens[index + 1].begin, tokens[last].end, neutral
    elif token.text in ("+", "-", "*", "/"):
        first = postfix(tokens, index - 1, -1)
        last = postfix(tokens, index + 1, 1)
        if first is None or last is None:
            return
        left = source[tokens[first].begin:tokens[index - 1].end]
        right = source[tokens[index + 1].begin:tokens[last].end]
        span = tokens[first].begin, tokens[last].end
        if not right[0].isdigit():
            yield "term dropped", *span, left
        # a - b - c is a - c - b.
        continued = tokens[first - 1].text == token.text
        if token.text in ("-", "/") and not right[0].isdigit() and not continued:
            yield "operands swapped", *span, f"{right} {token.text} {left}"
