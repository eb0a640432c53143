"""
Running what the documents tell their readers to run: ``make docs-test``.

Marks are comments of reStructuredText, and mean the next block of the page::

    .. not run: why it cannot be run here
    .. run: in the background until "a text that it says"
    .. run: with the network
    .. run: by make install-test
    .. run: typing "a line on its standard input"
    .. beforehand: a command that starts the gateway which the page talks about

Why a block is not run is shown to readers, beneath it.  A block without a mark is run, ends by
itself, and reaches nothing but the machine's own loopback.
"""
