"""
What a reST text says that the code can prove wrong: pages, options, targets, codes, examples.

Functions of a text's content; no file is opened here.
"""

from __future__ import annotations

import ast
import re
import textwrap

_OPTION_ROW = re.compile(r"^``--([a-z-]+)( [A-Z]+)?``", re.MULTILINE)
_TARGET = re.compile(r"^([a-z][a-z-]*):[^=\n]*##", re.MULTILINE)
_MAKE = re.compile(r"(?:``|^ +)make ([a-z][a-z-]*)", re.MULTILINE)
_COMMAND = re.compile(r"^ +.*(?:twistd .*\bocppgw (.*)|\bmake .*ARGS=(.*))$", re.MULTILINE)
_OPTION = re.compile(r"(?<![\w-])--([a-z][a-z-]*)")
_CODE = re.compile(r"``((?:Good|Uncertain|Bad)[A-Za-z]*)``")
_DECLARED = re.compile(r"^ *\.\. declared:: (\w+)$", re.MULTILINE)
_BLOCK = re.compile(r"::[^\n]*\n\n((?: +[^\n]*\n|\n)+)")
_SAID = re.compile(r"(?:LastRefused|Log|log): (\*[^*]+\*(?:, \*[^*]+\*)*)")
_ITALIC = re.compile(r"\*([^*]+)\*")
_SHOWN = re.compile(r"^ +((?:[A-Z]\w*(?:\.\w+)*(?:, )?)+)(?:, \.\.\.)?(?:  |$)", re.MULTILINE)


def toctreePages(index: str) -> list[str]:
    """The pages that an index leads to."""
    trees = re.findall(r"\.\. toctree::\n((?: +.*\n?|\n)*)", index)
    lines = [line.strip() for tree in trees for line in tree.splitlines()]
    return [line for line in lines if line and not line.startswith(":")]


def optionRows(text: str) -> dict[str, bool]:
    """The options in the first column of a table, and whether each takes a value."""
    return {name: bool(value) for name, value in _OPTION_ROW.findall(text)}


def targetsOf(makefile: str) -> set[str]:
    """The targets that ``make`` alone would list."""
    return set(_TARGET.findall(makefile))


def targetsIn(text: str) -> set[str]:
    """The targets that a text tells its readers to make."""
    return set(_MAKE.findall(text))


def gatewayOptionsIn(text: str) -> set[str]:
    """The options in a text's command lines of the gateway."""
    words = (words for pair in _COMMAND.findall(text) for words in pair)
    return {option for each in words for option in _OPTION.findall(each)}


def statusCodesIn(text: str) -> set[str]:
    """The StatusCodes that a text names."""
    return set(_CODE.findall(text))


def declaredTables(text: str) -> list[str]:
    """The tables of ``docs.tables`` that a page shows."""
    return _DECLARED.findall(text)


def tomlBlocks(text: str) -> list[str]:
    """The pieces of a configuration file that a text shows."""
    blocks = (textwrap.dedent(block) for block in _BLOCK.findall(text))
    return [block for block in blocks if re.match(r"\[+\w+\]+\n", block)]


def quotedReasons(text: str) -> list[str]:
    """What a text says that the log or LastRefused would show."""
    quoted = [_ITALIC.findall(found) for found in _SAID.findall(text)]
    return [words.removesuffix("..").strip() for each in quoted for words in each]


def stringsOf(tree: ast.Module) -> str:
    """All strings of a module, those that are made of parts with gaps in between."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return " ".join(node.value for node in nodes if isinstance(node.value, str))


def namesShown(text: str) -> list[str]:
    """The names at the left of the lines of a tree that a text draws."""
    return [name for names in _SHOWN.findall(text) for name in names.split(", ") if name]
