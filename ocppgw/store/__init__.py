"""
What must survive a restart, a crash and a power cut.

An embedded SQLite database in the state directory, and its double in memory for tests.  Both
provide `ocppgw.interfaces.IStore` and are held by one contract test suite.
"""
