"""
What people see: pages that are made on the server, and the forms on them.

Each module has the routes of one subject and calls a template of `ocppgw.web.templates`.  A form
is answered with a notice and a redirect, so that reloading a page never does anything twice.
"""
