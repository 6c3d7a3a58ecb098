"""An engine in Python, tested by cradle: cradle check --engine 'cmd:python3 mine.py'

    import cradle
    from mine import Value
    cradle.serve("mine", Value, {
        "add": lambda a, b, e: a + b,
        "pow": lambda a, b, e: a ** e,
        "relu": lambda a, b, e: a.relu()})

`Value` makes a leaf of a float. Nodes are read as micrograd's are: .data, .grad, .backward(); give
other functions by keyword: data, grad, backward, set_data, set_grad. `hidden=True` where nodes that
are no inputs have no gradient, `depth` for the longest path that recursion survives (None: any).
"""
import sys


def _put(node, name):
    return lambda value: setattr(node, name, value)


def serve(name, leaf, ops, data=lambda n: n.data, grad=lambda n: n.grad,
          backward=lambda n: n.backward(), set_data=lambda n, v: _put(n, "data")(v),
          set_grad=lambda n, v: _put(n, "grad")(v), hidden=False, depth=900):
    out = sys.stdout
    sys.stdout = sys.stderr  # what the engine prints is no trace
    for line in sys.stdin:
        words = line.split()
        if words[0] == "cradle":
            print("name", name.replace(" ", "_"), file=out)
            print("ops", *ops, file=out)
            print("offers retain release set zero_grad", file=out)
            if hidden:
                print("interior hidden", file=out)
            if depth:
                print("depth", depth, file=out)
            print("end", file=out, flush=True)
        else:
            print(_trace(words[1], leaf, ops, data, grad, backward, set_data, set_grad, hidden),
                  file=out, flush=True)


def _trace(number, leaf, ops, data, grad, backward, set_data, set_grad, hidden):
    nodes, held, made, is_input, lines = [], [], [], [], []

    def read(k):
        if held[k] == 0 or nodes[k] is None:
            return "- -"
        seen = "-" if hidden and not is_input[k] else repr(float(grad(nodes[k])))
        return repr(float(data(nodes[k]))) + " " + seen

    def perform(verb, k, value):
        if verb == "backward":
            backward(nodes[k])
        elif verb == "retain":
            held[k] += 1
        elif verb == "release":
            held[k] -= 1
            if held[k] == 0:
                nodes[k] = None
        elif verb == "set":
            set_data(nodes[k], value)
        else:
            for node, holds in zip(nodes, held):
                if holds and node is not None:
                    set_grad(node, 0.0)

    for line in iter(sys.stdin.readline, "end\n"):
        words = line.replace("=", " ").split()
        if words[0].startswith("%"):
            op, rest = words[1], words[2:]
            operands = [nodes[int(w[1:])] for w in rest if w.startswith("%")]
            numbers = [_number(w) for w in rest if not w.startswith("%")]
            try:
                node = leaf(numbers[0]) if op == "input" else ops[op](
                    operands[0], operands[-1], numbers[0] if numbers else None)
            except (ArithmeticError, ValueError, TypeError, AttributeError):
                node = None
            nodes.append(node)
            held.append(1)
            made.append("0" if node is None else "1")
            is_input.append(op == "input")
        else:
            k = int(words[1][1:]) if len(words) > 1 else 0
            status = 0
            try:
                perform(words[0], k, _number(words[2]) if len(words) > 2 else None)
            except (ArithmeticError, ValueError, TypeError, AttributeError, RecursionError):
                status = -1
            lines.append(" ".join(["after", str(status)] + [read(j) for j in range(len(nodes))]))
    last = " ".join(["last"] + [read(j) for j in range(len(nodes))])
    return "\n".join(["trace " + number, " ".join(["made"] + made)] + lines + [last, "end"])


def _number(word):
    return float.fromhex(word) if "x" in word else float(word)
