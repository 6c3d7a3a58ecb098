#!/usr/bin/python3
"""Runs PyTorch's gradcheck, with its defaults, on the graphs of a calibration.

usage: ci/gradcheck.py PROGRAMS RESULT.json

PROGRAMS is what `cradle calibrate --programs` wrote, RESULT what its `--json` wrote for the same
graphs: the alarms of PyTorch's own check stand beside those of the row "gradcheck defaults". Then
come its programs a second on a relu network 16-32-32-1, beside the oracles of RESULT. Where there
is no PyTorch it says so, and that is all. Takes about two minutes.
"""

import json
import sys
import time
import warnings

try:
    import torch
except ImportError:
    sys.exit("ci/gradcheck.py: optional python3-torch is absent: gradcheck was not measured")

warnings.filterwarnings("ignore")
torch.set_num_threads(1)  # it is faster so on scalars and on small layers, and as single as cradle

DELTAS = ("1e-2", "1e-4", "1e-6")
SECONDS = 5.0


class Scaled(torch.autograd.Function):
    """Is x, and passes on a gradient that is wrong by a factor of 1 + delta."""

    @staticmethod
    def forward(ctx, x, delta):
        ctx.delta = delta
        return x.clone()

    @staticmethod
    def backward(ctx, gradient):
        return gradient + gradient * ctx.delta, None


UNARY = {
    "neg": torch.neg, "exp": torch.exp, "log": torch.log, "relu": torch.relu,
    "leaky_relu": torch.nn.functional.leaky_relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
    "sin": torch.sin, "cos": torch.cos, "sqrt": torch.sqrt, "abs": torch.abs,
}
BINARY = {
    "add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div, "powv": torch.pow,
}


def programs_of(path):
    """Yields (profile, lines); a line is the words of an instruction behind its node."""
    profile, lines = None, []
    with open(path, encoding="ascii") as file:
        for text in file:
            if text.startswith("# "):
                if lines:
                    yield profile, lines
                profile, lines = text.split()[1], []
            elif "=" in text:
                lines.append(text.split()[2:])
    if lines:
        yield profile, lines


def function_of(lines, rule=None, delta=0.0):
    """Returns the function of a program's inputs, with the contributions of one op scaled."""

    def function(*inputs):
        left = iter(inputs)
        values = []
        for words in lines:
            op = words[0]
            if op == "input":
                values.append(next(left))
                continue
            operands = [values[int(word[1:])] for word in words[1:] if word.startswith("%")]
            if op == rule:
                operands = [Scaled.apply(operand, delta) for operand in operands]
            if op == "pow":
                values.append(torch.pow(operands[0], float(words[2])))
            elif op in UNARY:
                values.append(UNARY[op](operands[0]))
            else:
                values.append(BINARY[op](*operands))
        return values[-1]

    return function


def inputs_of(lines):
    return tuple(torch.tensor(float(words[1]), dtype=torch.float64, requires_grad=True)
                 for words in lines if words[0] == "input")


def rejects(lines, rule=None, delta=0.0):
    return not torch.autograd.gradcheck(
        function_of(lines, rule, delta), inputs_of(lines), raise_exception=False)


def compare_alarms(programs, result):
    """Prints, profile by profile, how many graphs each of the two checks refuses."""
    print(f"{'profile':<12}{'graphs':>8}{'PyTorch':>10}{'ours':>8}   alarms on right gradients")
    ours = {row["profile"]: row["alarms"] for row in result["false_alarms"]
            if row["oracle"] == "gradcheck defaults" and row["form"] == "declared"}
    for profile in dict.fromkeys(profile for profile, _ in programs):
        graphs = [lines for name, lines in programs if name == profile]
        if profile in ours:
            alarms = sum(rejects(lines) for lines in graphs)
            print(f"{profile:<12}{len(graphs):>8}{alarms:>10}{ours[profile]:>8}")


def compare_detection(programs, result):
    """Prints, rule by rule, how many large graphs each refuses when the rule is scaled."""
    ours = {(row["rule"], row["delta"]): row for row in result["detection"]
            if row["oracle"] == "gradcheck defaults" and row["graphs"] == "large"}
    graphs = [lines for name, lines in programs if name == "scaled"]
    quiet = [lines for lines in graphs if not rejects(lines)]  # a false alarm finds nothing
    print(f"\n{'rule':<12}{'delta':>8}{'PyTorch':>10}{'ours':>8}{'affected':>10}"
          f"   of {len(graphs)} large graphs")
    for rule in dict.fromkeys(rule for rule, _ in ours):
        if rule == "neuron":
            continue  # the graphs are given in parts
        for delta in DELTAS:
            using = [lines for lines in quiet if any(words[0] == rule for words in lines)]
            found = sum(rejects(lines, rule, float(delta)) for lines in using)
            row = ours[rule, delta]
            print(f"{rule:<12}{delta:>8}{found:>10}{row['found']:>8}{row['affected']:>10}")


def network(x, w1, b1, w2, b2, w3, b3):
    hidden = torch.relu(torch.nn.functional.linear(x, w1, b1))
    hidden = torch.relu(torch.nn.functional.linear(hidden, w2, b2))
    return torch.nn.functional.linear(hidden, w3, b3)


def checks_a_second(fast):
    torch.manual_seed(1)
    shapes = ((16,), (32, 16), (32,), (32, 32), (32,), (1, 32), (1,))
    tensors = tuple((torch.rand(*shape, dtype=torch.float64) * 2 - 1).requires_grad_()
                    for shape in shapes)
    start, count = time.process_time(), 0
    while time.process_time() - start < SECONDS:
        torch.autograd.gradcheck(network, tensors, fast_mode=fast, raise_exception=False)
        count += 1
    return count / (time.process_time() - start)


def compare_speed(result):
    slow = checks_a_second(False)
    print(f"\nrelu network 16-32-32-1, checks a second on one core, and how many times PyTorch's")
    print(f"{'gradcheck, slow mode':<24}{slow:>12.1f}")
    print(f"{'gradcheck, fast mode':<24}{checks_a_second(True):>12.1f}")
    for row in result["cost"]:
        if row["shape"] == "mlp 16-32-32-1":
            print(f"{row['oracle']:<24}{row['per_second']:>12.0f}{row['per_second'] / slow:>10.0f}")


def main():
    if len(sys.argv) != 3 or sys.argv[1] == "--help":
        sys.exit(__doc__)
    programs = list(programs_of(sys.argv[1]))
    with open(sys.argv[2], encoding="ascii") as file:
        result = json.load(file)
    print(f"PyTorch {torch.__version__}: gradcheck with its defaults, in slow mode")
    compare_alarms(programs, result)
    compare_detection(programs, result)
    compare_speed(result)


main()
