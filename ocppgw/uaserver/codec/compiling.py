"""
Decoding functions written for one structure each, from what the library declares of it.

Text is made and compiled once per structure: fields of fixed size that follow each other are
taken in one go, and the object is made without its constructor, which would first make defaults
for everything.  Pure; what is compiled comes from the library's declarations alone.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from ocppgw.uaserver.codec.reader import Reader

Decode = Callable[[Reader], Any]
#: Name, form of its bytes or "" where its size differs, and how it is decoded alone.
Step = tuple[str, str, Decode]


def compiledDecoder(cls: Any, steps: Sequence[Step]) -> Decode:
    """
    The decoding function of a structure without an encoding mask.

    :param steps: its fields in their order.
    """
    known: dict[str, Any] = {"cls": cls, "new": cls.__new__}
    lines = ["def decode(reader):"]
    numbered = list(enumerate(steps))
    for isFixed, group in groupby(numbered, key=lambda each: bool(each[1][1])):
        fields = list(group)
        if isFixed:
            first = fields[0][0]
            known[f"form{first}"] = struct.Struct("<" + "".join(step[1] for _, step in fields))
            names = "".join(f"v{number}, " for number, _ in fields)
            lines.append(f"    {names}= reader.fixed(form{first})")
            continue
        for number, (_, _, decode) in fields:
            known[f"decode{number}"] = decode
            lines.append(f"    v{number} = decode{number}(reader)")
    given = ", ".join(f"{step[0]!r}: v{number}" for number, step in numbered)
    lines += [
        "    found = new(cls)",
        f"    found.__dict__.update({{{given}}}, _freeze=True)",
        "    return found",
    ]
    exec("\n".join(lines), known)
    made: Decode = known["decode"]
    return made
