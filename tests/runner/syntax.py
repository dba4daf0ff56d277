"""Read the text of one GitHub expression into a tree."""

import re
from dataclasses import dataclass
from typing import TypeAlias

from tests.runner import values
from tests.runner.refusal import UnknownError
from tests.runner.values import Value

TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>(?:[+-]?0x[0-9a-fA-F]+|[+-]?0o[0-7]+|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.]))
    |(?P<string>'(?:[^']|'')*')
    |(?P<name>[A-Za-z_][\w-]*)
    |(?P<sign>&&|\|\||==|!=|<=|>=|[<>!()\[\].,*])
    )""",
    re.VERBOSE,
)
WORDS: dict[str, Value] = {"true": True, "false": False, "null": None, "NaN": float("nan"), "Infinity": float("inf")}
# From the loosest to the tightest.
LEVELS = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="))


@dataclass(frozen=True)
class Literal:
    """A value that is written down."""

    value: Value


@dataclass(frozen=True)
class Name:
    """A context."""

    name: str


@dataclass(frozen=True)
class Call:
    """A function and its arguments."""

    name: str
    arguments: "tuple[Tree, ...]"


@dataclass(frozen=True)
class Index:
    """A part of a value; without a key, all of its parts."""

    of: "Tree"
    key: "Tree | None"


@dataclass(frozen=True)
class Operation:
    """An operator and what it works on."""

    sign: str
    operands: "tuple[Tree, ...]"


Tree: TypeAlias = Literal | Name | Call | Index | Operation


def tokens(source: str) -> list[tuple[str, str]]:
    """Split an expression; a character that begins nothing is refused."""
    at = 0
    found: list[tuple[str, str]] = []
    while at < len(source):
        match = TOKEN.match(source, at)
        if not match:
            raise UnknownError(f"expression {source!r}: {source[at:]!r} cannot be read")
        kind = match.lastgroup or ""
        found.append((kind, match[kind]))
        at = match.end()
    return found


class Parser:
    """One pass over the tokens of an expression."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.left = [*tokens(source.strip()), ("end", "")][::-1]

    def parse(self) -> Tree:
        """Read the whole expression."""
        tree = self.operation(0)
        self.expect("end", "")
        return tree

    def expect(self, kind: str, token: str) -> None:
        """Take this very token."""
        if self.left.pop() != (kind, token):
            raise UnknownError(f"expression {self.source!r} is malformed: {token or 'its end'!r} is missing")

    def sign(self, *signs: str) -> str | None:
        """Take one of these signs if it comes next."""
        kind, token = self.left[-1]
        return self.left.pop()[1] if kind == "sign" and token in signs else None

    def operation(self, level: int) -> Tree:
        """Read operators of one level and of those that bind tighter."""
        if level == len(LEVELS):
            return Operation("!", (self.operation(level),)) if self.sign("!") else self.parts(self.single())
        tree = self.operation(level + 1)
        while sign := self.sign(*LEVELS[level]):
            tree = Operation(sign, (tree, self.operation(level + 1)))
        return tree

    def single(self) -> Tree:
        """Read a literal, a context, a call or a group."""
        kind, token = self.left.pop()
        if kind == "number":
            return Literal(values.number(token))
        if kind == "string":
            return Literal(token[1:-1].replace("''", "'"))
        if kind == "name" and token in WORDS:
            return Literal(WORDS[token])
        if kind == "name":
            return Call(token.lower(), self.arguments()) if self.sign("(") else Name(token.lower())
        if (kind, token) != ("sign", "("):
            raise UnknownError(f"expression {self.source!r} is malformed at {token or 'its end'!r}")
        tree = self.operation(0)
        self.expect("sign", ")")
        return tree

    def arguments(self) -> tuple[Tree, ...]:
        """Read the arguments of a call up to its bracket."""
        found: list[Tree] = []
        while not self.sign(")"):
            if found:
                self.expect("sign", ",")
            found.append(self.operation(0))
        return tuple(found)

    def parts(self, tree: Tree) -> Tree:
        """Read what follows a value: `.name`, `.*`, `[index]`, `[*]`."""
        while sign := self.sign(".", "["):
            if self.sign("*"):
                tree = Index(tree, None)
            elif sign == "[":
                tree = Index(tree, self.operation(0))
            else:
                kind, token = self.left.pop()
                if kind != "name":
                    raise UnknownError(f"expression {self.source!r} is malformed at {token or 'its end'!r}")
                tree = Index(tree, Literal(token))
            if sign == "[":
                self.expect("sign", "]")
        return tree
