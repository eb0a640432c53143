"""
What a text names of this tree: files and folders, and subcommands of our programs.

Functions of a text's content; no file is opened here.
"""

from __future__ import annotations

import re

_PATH = re.compile(
    r"(?<![\w./~{}$-])"
    r"((?:docs|etc|tests|ocppgw|benchmarks|twisted|newsfragments|\.ci)/[\w./+*-]*\w)"
)
_FILE = re.compile(r"(?<![\w./-])([A-Z]{3,}\.rst|requirements[a-z-]*\.lock)\b")
_STANDS_FOR = re.compile(r"\bNAME\b")
"""In a name that only shows the form of one."""

_MADE = re.compile(r"_build|node_modules|\.peers")
"""Folders that are made by a command."""

_PROGRAM = re.compile(r"``(ocppgw-[a-z-]+)((?: [^`]+)?)``")


def filesIn(text: str) -> set[str]:
    """The files and folders that a text names, from the top of the tree; ``*`` for any."""
    found = {*_PATH.findall(text), *_FILE.findall(text)}
    return {one for one in found if not _STANDS_FOR.search(one) and not _MADE.search(one)}


def programsIn(text: str) -> set[tuple[str, str]]:
    """Our programs that a sentence names, each with its subcommand, empty where there is none."""
    found = set()
    for program, rest in _PROGRAM.findall(text):
        words = [word for word in rest.split() if re.fullmatch(r"[a-z][a-z-]+", word)]
        found.add((program, words[0] if words else ""))
    return found
