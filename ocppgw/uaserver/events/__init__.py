"""
Events (OPC 10000-4, 7.22.3; OPC 10000-5, 6.4): which items an event is for,
whether its filter lets it pass, and which fields the client wants of it.

Knows no charge point: what came to pass is turned into an `Occurrence` by the
layout.  Alarms and conditions will be further occurrences, with longer paths.
"""
