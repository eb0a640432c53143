"""
Namespace 0: the standard nodes, as the library declares them and as they ought
to be.

The library's declarations are read once; what is wrong or missing in them for
a server that tells the truth about itself is put right here.
"""
