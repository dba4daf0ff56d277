"""Evaluate GitHub expressions, alone and inside strings."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.runner import functions, values
from tests.runner.functions import Function
from tests.runner.refusal import UnknownError
from tests.runner.syntax import Call, Index, Literal, Name, Operation, Parser, Tree
from tests.runner.values import Value

INSERT = re.compile(r"\$\{\{((?:[^'}]|'(?:[^']|'')*'|\}(?!\}))*)\}\}")


@dataclass(frozen=True)
class Scope:
    """What an expression at one place of a workflow may name."""

    contexts: Mapping[str, Value]
    functions: Mapping[str, Function] = field(default_factory=lambda: functions.PURE)

    def adding(self, extra: Mapping[str, Function]) -> "Scope":
        """Return this scope with further functions."""
        return Scope(self.contexts, {**self.functions, **extra})


class Filtered(list[Value]):
    """What `.*` gave: a further name asks each of its items."""


def evaluate(source: str, scope: Scope) -> Value:
    """Return the value of one expression."""
    return value_of(Parser(source).parse(), scope)


def value_of(tree: Tree, scope: Scope) -> Value:
    """Return the value of a tree."""
    if isinstance(tree, Literal):
        return tree.value
    if isinstance(tree, Name):
        if tree.name not in scope.contexts:
            raise UnknownError(f"context {tree.name!r} is not known here; known: {', '.join(sorted(scope.contexts))}")
        return scope.contexts[tree.name]
    if isinstance(tree, Call):
        return called(tree, scope)
    return part(tree, scope) if isinstance(tree, Index) else operated(tree, scope)


def called(tree: Call, scope: Scope) -> Value:
    """Call a function that this place knows, with as many arguments as it takes."""
    if tree.name not in scope.functions:
        raise UnknownError(f"function {tree.name!r} is not known here; known: {', '.join(sorted(scope.functions))}")
    arguments = [value_of(argument, scope) for argument in tree.arguments]
    function = scope.functions[tree.name]
    if tree.name in functions.STATUS and arguments:
        raise UnknownError(f"{tree.name}() takes no arguments")
    try:
        inspect.signature(function).bind(*arguments)
    except TypeError as problem:
        raise UnknownError(f"{tree.name}(): {problem}") from None
    return function(*arguments)


def part(tree: Index, scope: Scope) -> Value:
    """Index a value, or each of several."""
    of = value_of(tree.of, scope)
    if tree.key is None:
        inner = of if isinstance(of, Filtered) else [of]
        return Filtered(
            item
            for one in inner
            if isinstance(one, (list, dict))
            for item in (one.values() if isinstance(one, dict) else one)
        )
    key = value_of(tree.key, scope)
    if isinstance(of, Filtered) and isinstance(key, str):
        found = (values.get(one, key) for one in of)
        return Filtered(item for item in found if item is not None)
    return values.get(of, key)


def operated(tree: Operation, scope: Scope) -> Value:
    """Apply an operator; `&&` and `||` give one of their operands and look at the second only when they must."""
    left = value_of(tree.operands[0], scope)
    if tree.sign == "!":
        return not values.truthy(left)
    if tree.sign in {"&&", "||"}:
        return left if values.truthy(left) == (tree.sign == "||") else value_of(tree.operands[1], scope)
    right = value_of(tree.operands[1], scope)
    if tree.sign in {"==", "!="}:
        return values.equal(left, right) == (tree.sign == "==")
    strictly = values.less(left, right) if tree.sign[0] == "<" else values.less(right, left)
    return strictly or (tree.sign[1:] == "=" and values.equal(left, right))


def fill(source: Value, scope: Scope) -> Value:
    """Return a value with its expressions filled in; one that is nothing but an expression keeps its kind."""
    if not isinstance(source, str):
        return source
    whole = INSERT.fullmatch(source.strip())
    if whole:
        return evaluate(whole[1], scope)
    filled = INSERT.sub(lambda match: values.text(evaluate(match[1], scope)), source)
    if "${{" in INSERT.sub("", source):
        raise UnknownError(f"an expression is not closed in {source!r}")
    return filled


def fill_text(source: Value, scope: Scope) -> str:
    """Fill in and write as text."""
    return values.text(fill(source, scope))


def holds(source: Value, scope: Scope) -> bool:
    """Judge an `if`: without a status function of its own it also asks for success."""
    text = "success()" if source is None else values.text(source).strip()
    whole = INSERT.fullmatch(text)
    if not whole and "${{" in text:
        raise UnknownError(f"if: {text!r} mixes text and expressions, so it always holds")
    tree = Parser(whole[1] if whole else text).parse()
    before = asks_status(tree) or values.truthy(value_of(Call("success", ()), scope))
    return before and values.truthy(value_of(tree, scope))


def asks_status(tree: Tree) -> bool:
    """Return whether a condition asks about what came before."""
    if isinstance(tree, Call):
        return tree.name in functions.STATUS or any(map(asks_status, tree.arguments))
    if isinstance(tree, Index):
        return asks_status(tree.of) or (tree.key is not None and asks_status(tree.key))
    return isinstance(tree, Operation) and any(map(asks_status, tree.operands))
