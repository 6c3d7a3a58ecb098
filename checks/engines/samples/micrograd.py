"""A textbook micrograd in Python, and its adapter.

    cradle check --engine 'cmd:python3 micrograd.py'

cradle.py must be where Python finds it: beside this file, or in PYTHONPATH.
"""
import math

import cradle


class Value:
    def __init__(self, data, operands=(), pull_back=lambda grad: None):
        self.data = data
        self.grad = 0.0
        self.operands = operands
        self.pull_back = pull_back

    def __add__(self, other):
        def pull_back(grad):
            self.grad += grad
            other.grad += grad

        return Value(self.data + other.data, (self, other), pull_back)

    def __mul__(self, other):
        def pull_back(grad):
            self.grad += other.data * grad
            other.grad += self.data * grad

        return Value(self.data * other.data, (self, other), pull_back)

    def tanh(self):
        out = math.tanh(self.data)

        def pull_back(grad):
            self.grad += (1 - out * out) * grad

        return Value(out, (self,), pull_back)

    def relu(self):
        def pull_back(grad):
            if self.data > 0:
                self.grad += grad

        return Value(0.0 if self.data < 0 else self.data, (self,), pull_back)

    def backward(self):
        ordered, seen = [], set()

        def visit(value):
            if value not in seen:
                seen.add(value)
                for operand in value.operands:
                    visit(operand)
                ordered.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(ordered):
            value.pull_back(value.grad)


if __name__ == "__main__":
    cradle.serve("micrograd", Value, {
        "add": lambda a, b, e: a + b,
        "mul": lambda a, b, e: a * b,
        "tanh": lambda a, b, e: a.tanh(),
        "relu": lambda a, b, e: a.relu(),
    })
