"""
Commands of people and SCADA to charge points: taken in, put into line, sent, answered.

- `commands` -- takes commands in; the provider of ``ICommands``
- `lines` -- whose turn it is at a charge point
- `pending` -- one command between its issue and its outcome
- `conversation` -- what a command may do while it is its turn
- `exchanges` -- commands that are one Call, declared as data
- `errands` -- commands that take more than one Call, or look at the record
- `limits`, `refusals` -- what is refused, and what a failed Call means
- `background` -- Calls that nobody waits for
"""
