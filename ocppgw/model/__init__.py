"""
The domain: frozen records, facts, commands, outcomes and the registry.

Pure: no Twisted, no input or output, no clock, no thread.  Records may be read by any thread,
because nothing in them changes; only the registry replaces them, on the reactor thread.
"""
