"""
The domain: frozen records, facts, commands, outcomes and the registry.

Pure: no Twisted, no input or output, no clock, no thread.  Records may be read by any thread,
because nothing in them changes; only the registry replaces them, on the reactor thread.

Data: ``point``, ``records``, ``facts``, ``commands``, ``outcomes``, ``idtags``.  How facts become
records: ``applying`` has the table, and beside it stands one module for each theme.  What is
derived: ``live``, ``sums``, ``totals``; and what somebody who looks has to see: ``quality``.
"""
