"""
The console in a real browser: ``make test-browser``.

Its modules are not named ``test_``: they need Debian's Chromium and its driver, which not every
machine has, and run by themselves.
"""
