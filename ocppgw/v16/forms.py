"""
MeterValues that read as earlier ones did, but for their numbers: known by their form.

A charge point words all its MeterValues alike, and they are most of what it sends.  So what such a
text says is found out once, and a regular expression then finds the few places where texts of one
form differ; that takes a third of the time of reading JSON.  Which place is which is never guessed:
a text with numbers of our own in all places is read the usual way, and has to say just these.

`Forms` owns the forms, and is shared by all links; a `FormReader` remembers which of them one link
uses.  In: texts.  Out: Calls, as `usualCall` gives them, with what they ask.  Reactor thread.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from msgspec import DecodeError, Struct

from ocppgw.ocppj.frames import Call
from ocppgw.ocppj.parsing import usualCall
from ocppgw.v16 import decoding
from ocppgw.v16.messages import MeterValuesRequest, SampledValue
from ocppgw.v16.numerals import numbersOf
from ocppgw.v16.readings import WIDEST, areUsual

ACTION = "MeterValues"

LONGEST = 2048
"""Bytes of a text that has a form: to learn one takes some 2 ms for each thousand."""

SEEN = 10
"""Texts of one form before it is learnt, so that a text without a second one costs little."""

MOST = 128
"""Forms that are known or looked out for."""

TRIES = 50
"""Texts of one link whose form is looked for; then each so many, for some never find any."""

_ID = rb'\[2,("[ !#-\[\]-~]{1,36}")'
_HEAD = re.compile(_ID)
_PLACE = re.compile(
    rb'"(value|timestamp)"\s*:\s*"([^"\\]*)"|"(connectorId|transactionId)"\s*:\s*(-?[0-9]+)'
)

_PATTERNS = {
    b"value": rb"([-.0-9]{1,15})",
    b"timestamp": rb"([-+.:0-9TZ]{1,40})",
    b"connectorId": rb"(0|[1-9][0-9]{0,4})",
    b"transactionId": rb"(0|-?[1-9][0-9]{0,8})",
}
"""How what stands in each place may look; what is not so is read the usual way."""

_FILLED = {b"timestamp": b"2026-01-02T03:04:05Z", b"connectorId": b"7", b"transactionId": b"8"}

_HELD = b'[2,"0"'
"""The message id of a text of our own."""

_glance = decoding.glancing(MeterValuesRequest)


class UsualValues(Struct, frozen=True, gc=False):
    """
    What MeterValues of a form say: values of one instant, plain numbers in base units.

    :ivar row: the numbers, as `ocppgw.v16.numerals.plainRow` has them.
    :ivar payload: the JSON that says all this.
    """

    form: Form
    connectorId: int
    transactionId: int | None
    timestamp: str
    row: str
    payload: bytes

    def request(self) -> MeterValuesRequest:
        """The same, read the usual way."""
        request = _glance(self.payload)
        assert request is not None, "only what a glance can read has a form"
        return request


class _Cut(Struct, frozen=True, gc=False):
    """
    A text cut where others of its form may differ; of those it is the same.

    :ivar pieces: what stands between the places, and behind the last one.
    :ivar names: of the places, but for the message id, which is the first.
    """

    pieces: tuple[bytes, ...]
    names: tuple[bytes, ...]

    def filled(self, values: Sequence[bytes]) -> bytes:
        """The text with these values in its places."""
        parts = [_HELD, self.pieces[0]]
        for value, piece in zip(values, self.pieces[1:], strict=True):
            parts += value, piece
        return b"".join(parts)

    def pattern(self) -> re.Pattern[bytes]:
        """Of all texts of the form."""
        parts = [_ID, re.escape(self.pieces[0])]
        for name, piece in zip(self.names, self.pieces[1:], strict=True):
            parts += _PATTERNS[name], re.escape(piece)
        return re.compile(b"".join(parts))


class Form:
    """
    A form of MeterValues; compared by identity.

    :ivar values: one example of each value, for what they say beside their numbers.
    :param before: bytes before the payload, but for the message id.
    :param behind: bytes behind it.
    """

    def __init__(
        self, cut: _Cut, values: tuple[SampledValue, ...], before: int, behind: int
    ) -> None:
        self.values = values
        self._match = cut.pattern().fullmatch
        self._before, self._behind = before, behind
        places = {name: place for place, name in enumerate(cut.names, 1)}  # behind the id
        end = places[b"value"] + 1
        self._values = slice(end - len(values), end)
        self._connector, self._time = places[b"connectorId"], places[b"timestamp"]
        self._transaction = places.get(b"transactionId")

    def read(self, text: bytes) -> Call | None:
        """A Call of this form, as `usualCall` reads it; ``None`` for all else."""
        found = self._match(text)
        if found is None:
            return None
        places = found.groups()
        row = b",".join(places[self._values]).decode()
        try:
            numbersOf(row)
        except DecodeError:  # "1.2.3"
            return None
        token, transaction = places[0], self._transaction
        payload = text[len(token) + self._before : len(text) - self._behind]
        values = UsualValues(
            self,
            int(places[self._connector]),
            None if transaction is None else int(places[transaction]),
            places[self._time].decode(),
            row,
            payload,
        )
        return Call(token[1:-1].decode(), token, ACTION, payload, (), values)


def _cut(text: bytes) -> _Cut | None:
    """Where a text may differ from others, by the looks of it; ``None`` where nobody would ask."""
    head = _HEAD.match(text)
    if head is None or text.count(b'"value"') > WIDEST:
        return None
    pieces, names, done = [], [], head.end()
    for place in _PLACE.finditer(text, done):
        group = 2 if place[1] else 4
        names.append(place[group - 1])
        pieces.append(text[done : place.start(group)])
        done = place.end(group)
    return _Cut((*pieces, text[done:]), tuple(names))


def _learnt(cut: _Cut) -> Form | None:
    """The form of a text, where each of its places is what it seems to be, if that is of use."""
    numbers = itertools.count(1001)
    fillings = [_FILLED.get(name) or b"%d" % next(numbers) for name in cut.names]
    text = cut.filled(fillings)
    call = usualCall(text)
    request = _glance(call.payload) if call is not None and call.action == ACTION else None
    if call is None or request is None:
        return None
    if sorted(zip(cut.names, fillings, strict=True)) != _saidIn(request):
        return None
    values = request.meterValue[0].sampledValue
    areTogether = [name for name, _ in itertools.groupby(cut.names)].count(b"value") == 1
    if not areTogether or not areUsual(values):
        return None
    begin = text.index(call.payload)
    behind = len(text) - begin - len(call.payload)
    return Form(cut, values, begin - len(call.token), behind)


def _saidIn(request: MeterValuesRequest) -> list[tuple[bytes, bytes]]:
    """What a request of one instant says, by the names of the places and in their order."""
    if len(request.meterValue) != 1:
        return []
    [values] = request.meterValue
    said: list[tuple[bytes, object]] = [
        (b"connectorId", request.connectorId),
        (b"timestamp", values.timestamp),
    ]
    if request.transactionId is not None:
        said.append((b"transactionId", request.transactionId))
    said += [(b"value", sampled.value) for sampled in values.sampledValue]
    return [(name, str(each).encode()) for name, each in said]


class Forms:
    """
    The forms that are known, and those that are looked out for.

    Where there are too many, all are forgotten: what is in use comes again.
    """

    def __init__(self) -> None:
        self._found: dict[_Cut, Form | int | None] = {}

    def formOf(self, text: bytes) -> Form | None:
        """The form of a text that was read the usual way; ``None`` where it is not known yet."""
        cut = _cut(text) if len(text) <= LONGEST else None
        if cut is None:
            return None
        found = self._found.get(cut, 0)
        if isinstance(found, int):
            found = _learnt(cut) if found + 1 == SEEN else found + 1
            if len(self._found) >= MOST:
                self._found.clear()
            self._found[cut] = found
        return None if isinstance(found, int) else found


class FormReader:
    """Reads the Calls of one link, whose MeterValues have one form or two mostly."""

    __slots__ = ("_first", "_forms", "_second", "_tries")

    def __init__(self, forms: Forms) -> None:
        self._forms = forms
        self._first: Form | None = None
        self._second: Form | None = None
        self._tries = 0

    def call(self, text: bytes) -> Call | None:
        """As `usualCall`; what MeterValues ask may be known already, see `UsualValues`."""
        first = self._first
        call = None if first is None else first.read(text)
        return self._other(text) if call is None else call

    def _other(self, text: bytes) -> Call | None:
        second = self._second
        call = None if second is None else second.read(text)
        if call is not None:
            self._first, self._second = second, self._first
            return call
        call = usualCall(text)
        if call is not None and call.action == ACTION:
            self._look(text)
        return call

    def _look(self, text: bytes) -> None:
        self._tries += 1
        if self._tries > TRIES and self._tries % TRIES:
            return
        form = self._forms.formOf(text)
        # The one that is known may have been left because of a number that is none.
        if form is not None and form is not self._first and form is not self._second:
            self._first, self._second = form, self._first
