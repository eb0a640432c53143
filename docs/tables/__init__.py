"""
The tables of these pages that the code itself declares, as reStructuredText.

Each function here gives text and opens nothing; ``directive`` puts it into the page.  So a page
cannot say something else than the gateway does.
"""
