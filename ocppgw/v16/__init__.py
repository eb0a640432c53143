"""
OCPP 1.6 declared as data: vocabularies with their texts, messages, actions, configuration keys.

Pure, and the only place that knows the specification's words, limits and defaults.

- `messages` -- one frozen struct per request and confirmation; field names are the spec's
- `actions` -- the one index: name, structs, initiator, profile
- `decoding` -- JSON into a struct, to the letter or tolerantly; structs into JSON
- `enumeration`, `states`, `metering`, `answers` -- the vocabularies, numbered and explained
- `times`, `numerals` -- date-times and numbers as charge points write them
- `measurands`, `readings` -- what a sampled value means: unit, range, node name, value
- `configurationkeys` -- the standard's configuration keys
- `idtags` -- how an idTag is read and what may be sent
"""
