"""
What the source logs at the levels that somebody may have to act upon.

Functions of parsed modules; no file is opened here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.repository.tree import Module

LEVELS = frozenset({"warn", "error", "critical", "failure"})


def formatsOf(module: Module) -> Iterator[str]:
    """The formats of all messages of these levels; what is not a plain text shows as source."""
    tree = module.tree
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=function, args=[text, *_]) if _isLog(function):
                yield _textOf(text, constants)
            case ast.Tuple(elts=[function, text]) if _isLog(function):
                # The level was chosen first, and both are used together.
                yield _textOf(text, constants)


def _isLog(function: ast.expr) -> bool:
    if not isinstance(function, ast.Attribute) or function.attr not in LEVELS:
        return False
    owner = function.value
    name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
    return name in {"log", "_log"}


def _textOf(node: ast.expr, constants: dict[str, ast.expr]) -> str:
    if isinstance(node, ast.Name) and node.id in constants:
        node = constants[node.id]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_pieceOf(part, constants) for part in node.values)
    return ast.unparse(node)


def _pieceOf(part: ast.expr, constants: dict[str, ast.expr]) -> str:
    return _textOf(part.value if isinstance(part, ast.FormattedValue) else part, constants)
