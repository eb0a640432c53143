"""
What changes by itself: streams that tell browsers so, and what only the console remembers.

A page is made in one place, on the server.  A stream says no more than that something changed;
the browser's script then asks for the page again and takes over the parts that differ.
"""
