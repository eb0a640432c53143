"""
The console: pages for people, an API for programs, figures for whoever watches.

Twisted, klein and jinja2 on the reactor thread.  It reads records, commands through `ICommands`
and `IAdministration`, and asks the store's lists and history; it changes nothing by itself.

``security`` stands before everything else: who asks, from where, how much.  ``api`` is declared
operations, ``pages`` what people see.  ``console`` puts them together and listens.
"""
