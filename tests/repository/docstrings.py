"""
Which names need a docstring of their own, beyond what ruff can tell.

Ruff asks for one on every public module, class and function (rules D100 to D104). Left for here:
methods, which may have theirs from an interface or a base class, and tests, of which each has to
say what a user may rely on.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.repository.tree import Module

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def undescribedMethods(module: Module) -> list[str]:
    """Public methods without a docstring, of classes that have nowhere to inherit it from."""
    return [
        f"{module.name}:{method.lineno}: {owner.name}.{method.name}"
        for owner in _classes(module.tree)
        if not owner.name.startswith("_") and not _inherits(owner)
        for method in _methods(owner)
        if not method.name.startswith("_") and not ast.get_docstring(method)
    ]


def undescribedTests(module: Module) -> list[str]:
    """Test methods without a docstring."""
    return [
        f"{module.name}:{method.lineno}: {method.name}"
        for owner in _classes(module.tree)
        for method in _methods(owner)
        if method.name.startswith("test") and not ast.get_docstring(method)
    ]


def _classes(tree: ast.Module) -> Iterator[ast.ClassDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def _methods(owner: ast.ClassDef) -> Iterator[_Function]:
    for node in owner.body:
        if isinstance(node, _Function) and not _isRepeated(node):
            yield node


def _inherits(owner: ast.ClassDef) -> bool:
    if any(ast.unparse(base) == "Interface" for base in owner.bases):
        return False
    return bool(owner.bases) or any("implementer" in ast.unparse(d) for d in owner.decorator_list)


def _isRepeated(method: _Function) -> bool:
    """Whether a method is a setter or an overload, which its first definition describes."""
    names = [ast.unparse(decorator) for decorator in method.decorator_list]
    return any(name.endswith((".setter", "overload")) for name in names)
