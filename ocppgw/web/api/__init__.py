"""
The JSON API under ``/api/v1``.

Operations are declared (`declaring`) with their right, parameters, body and answer; routes,
validation and the OpenAPI document are derived from the declarations.  ``answers`` has the
structs that are sent, ``telling`` makes them of records.
"""
