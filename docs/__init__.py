"""
The documentation; a package only so that the tests find ``docs.tables``.
"""
