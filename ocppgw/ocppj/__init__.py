"""
OCPP-J framing: what a text on the wire is, and who waits for whom.

Pure: bytes in, values out.  Nothing here knows a single OCPP message, a socket or a clock.

- `frames` -- Call, CallResult, CallError, and how they are written
- `parsing` -- reading a text into a frame, tolerantly or to the letter
- `repairing` -- what was probably meant by a text that is not JSON
- `errorcodes` -- the ten error codes, and the spellings that other versions use
- `exchange` -- our Calls of one link: one at a time, each with exactly one end
- `deviations` -- how a text left the specification
"""
