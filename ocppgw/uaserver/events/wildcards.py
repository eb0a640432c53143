"""
The patterns of the filter operator Like (OPC 10000-4, 7.7.3): ``%`` any text,
``_`` one character, ``[abc]`` and ``[a-c]`` one of these, ``[^abc]`` none of
these, a backslash before what stands for itself.  Pure.

Takes time proportional to pattern times text, whatever a client makes up: a
regular expression would not.
"""

from __future__ import annotations

from collections.abc import Callable

Fits = Callable[[str], bool]
_ANY_TEXT = None


def like(text: str, pattern: str) -> bool:
    """Does the whole text fit the pattern?"""
    return _matches(text, _parsed(pattern))


def _matches(text: str, tokens: list[Fits | None]) -> bool:
    """Greedy, going back to the last ``%`` only, which is all that is ever needed."""
    at = token = 0
    resume: tuple[int, int] | None = None
    while at < len(text):
        current = tokens[token] if token < len(tokens) else _nothing
        if current is _ANY_TEXT:
            resume = (token + 1, at)
            token += 1
        elif current(text[at]):
            at, token = at + 1, token + 1
        elif resume is not None:
            token, at = resume[0], resume[1] + 1
            resume = (token, at)
        else:
            return False
    return all(rest is _ANY_TEXT for rest in tokens[token:])


def _nothing(character: str) -> bool:
    return False


def _parsed(pattern: str) -> list[Fits | None]:
    tokens: list[Fits | None] = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        end = pattern.find("]", at + 2) if character == "[" else -1
        if character == "%":
            tokens.append(_ANY_TEXT)
        elif character == "_":
            tokens.append(lambda found: True)
        elif character == "\\" and at + 1 < len(pattern):
            at += 1
            tokens.append(pattern[at].__eq__)
        elif end > 0:
            tokens.append(_among(pattern[at + 1 : end]))
            at = end
        else:
            tokens.append(character.__eq__)
        at += 1
    return tokens


def _among(listed: str) -> Fits:
    wanted = not listed.startswith("^")
    listed = listed if wanted else listed[1:]
    ranges: list[tuple[str, str]] = []
    at = 0
    while at < len(listed):
        isRange = at + 2 < len(listed) and listed[at + 1] == "-"
        ranges.append((listed[at], listed[at + 2 if isRange else at]))
        at += 3 if isRange else 1
    return lambda found: any(low <= found <= high for low, high in ranges) is wanted
