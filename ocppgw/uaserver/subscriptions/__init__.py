"""
Subscriptions and monitored items (OPC 10000-4, 5.12 and 5.13): from changed
records to the notification messages that clients acknowledge.

Knows sessions only as those who ask and acknowledge; decodes no request.
"""
