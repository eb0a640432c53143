"""
The configuration: a TOML file and the command line become one frozen ``Configuration``.

Each key is declared once, with its type, default, unit, range and a text; the reader, the error
messages, the test of ``etc/ocppgw.toml`` and the reference derive from that.  The only I/O here
is reading the file.
"""
