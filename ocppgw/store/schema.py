"""
The tables, as numbered upgrade steps.

Only data.  A step is never changed once released: a new one is added behind it.  Times are
integer microseconds since 1970, UTC.  ``charge_point`` rows are never deleted, so that the
history of a removed charge point stays readable; ``removed_at`` says that it is gone.  A
transaction that was recovered carries an id that we never gave, so that only those we gave are
unique.

A row of ``meter_value`` is what OCPP calls a MeterValue: all that was sampled at one instant, as a
JSON array of numbers, with a fraction or without as they were sent, and, for what is no number,
texts.  Which kinds these are, a ``measured_set`` says: charge points send the same ones again and
again.  The view ``sampled_value`` has a row for each of them, numbers always as floats.  A set was
``used`` by no row behind that one, as far as rows are settled; without rows it is emptied, to be
another set later on (``sets``).
"""

from __future__ import annotations

APPLICATION_ID = 0x4F435057
"""``OCPW``: tells our database from any other SQLite file."""

_FIRST = """
CREATE TABLE charge_point (
    id INTEGER PRIMARY KEY,
    node_name TEXT NOT NULL UNIQUE,
    identity TEXT NOT NULL,
    known_since INTEGER NOT NULL,
    removed_at INTEGER,
    name TEXT, description TEXT, enabled INTEGER, connectors INTEGER,
    vendor TEXT NOT NULL DEFAULT '', model TEXT NOT NULL DEFAULT '',
    serial_number TEXT NOT NULL DEFAULT '', box_serial_number TEXT NOT NULL DEFAULT '',
    firmware_version TEXT NOT NULL DEFAULT '', iccid TEXT NOT NULL DEFAULT '',
    imsi TEXT NOT NULL DEFAULT '', meter_serial_number TEXT NOT NULL DEFAULT '',
    meter_type TEXT NOT NULL DEFAULT '', nameplate_at INTEGER,
    registration TEXT NOT NULL DEFAULT '', registration_at INTEGER, last_boot INTEGER,
    reboot_required INTEGER NOT NULL DEFAULT 0,
    id_tag TEXT NOT NULL DEFAULT '', id_tag_status TEXT NOT NULL DEFAULT '', id_tag_at INTEGER
);
CREATE UNIQUE INDEX charge_point_identity ON charge_point (identity) WHERE removed_at IS NULL;

CREATE TABLE configuration_key (
    charge_point INTEGER NOT NULL REFERENCES charge_point,
    key_lower TEXT NOT NULL,
    key TEXT NOT NULL,
    text TEXT,
    readonly INTEGER NOT NULL,
    known INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (charge_point, key_lower)
) WITHOUT ROWID;

CREATE TABLE connector (
    charge_point INTEGER NOT NULL REFERENCES charge_point,
    connector INTEGER NOT NULL,
    status TEXT, number INTEGER, error_code TEXT, error_number INTEGER, info TEXT,
    vendor_id TEXT, vendor_error_code TEXT, source_time INTEGER, received_time INTEGER,
    operative INTEGER, operative_at INTEGER,
    command_id_tag TEXT NOT NULL DEFAULT '',
    finished INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (charge_point, connector)
) WITHOUT ROWID;

CREATE TABLE status_report (
    id INTEGER PRIMARY KEY,
    charge_point INTEGER NOT NULL REFERENCES charge_point,
    connector INTEGER NOT NULL,
    status TEXT NOT NULL, number INTEGER NOT NULL, error_code TEXT NOT NULL,
    error_number INTEGER NOT NULL, info TEXT NOT NULL, vendor_id TEXT NOT NULL,
    vendor_error_code TEXT NOT NULL, source_time INTEGER NOT NULL, received_time INTEGER NOT NULL
);
CREATE INDEX status_report_time ON status_report (charge_point, connector, source_time);

CREATE TABLE measured_kind (
    id INTEGER PRIMARY KEY,
    measurand TEXT NOT NULL, phase TEXT NOT NULL, location TEXT NOT NULL,
    UNIQUE (measurand, phase, location)
);

CREATE TABLE last_reading (
    charge_point INTEGER NOT NULL REFERENCES charge_point,
    connector INTEGER NOT NULL,
    kind INTEGER NOT NULL REFERENCES measured_kind,
    value REAL, text TEXT NOT NULL, signed INTEGER NOT NULL,
    source_time INTEGER NOT NULL, received_time INTEGER NOT NULL,
    PRIMARY KEY (charge_point, connector, kind)
) WITHOUT ROWID;

CREATE TABLE meter_value (
    id INTEGER PRIMARY KEY,
    charge_point INTEGER NOT NULL REFERENCES charge_point,
    connector INTEGER NOT NULL,
    kind INTEGER NOT NULL REFERENCES measured_kind,
    transaction_id INTEGER,
    value REAL, text TEXT, context TEXT NOT NULL,
    source_time INTEGER NOT NULL, received_time INTEGER NOT NULL
);
CREATE UNIQUE INDEX meter_value_once ON meter_value
    (charge_point, connector, kind, source_time, context,
     ifnull(transaction_id, -1), ifnull(value, ''), ifnull(text, ''));

CREATE TABLE charge_transaction (
    row INTEGER PRIMARY KEY,
    id INTEGER NOT NULL,
    recovered INTEGER NOT NULL,
    charge_point INTEGER NOT NULL REFERENCES charge_point,
    connector INTEGER NOT NULL,
    id_tag TEXT NOT NULL, status TEXT NOT NULL,
    meter_start INTEGER NOT NULL, timestamp_text TEXT NOT NULL, reservation_id INTEGER,
    start_time INTEGER NOT NULL, received_time INTEGER NOT NULL,
    meter_stop INTEGER, stop_time INTEGER, stop_reason TEXT, stop_id_tag TEXT,
    stop_received_time INTEGER, administrative INTEGER NOT NULL DEFAULT 0,
    UNIQUE (id, charge_point, recovered)
);
CREATE UNIQUE INDEX charge_transaction_once ON charge_transaction (id) WHERE recovered = 0;
CREATE INDEX charge_transaction_start ON charge_transaction
    (charge_point, connector, timestamp_text, meter_start);
CREATE INDEX charge_transaction_open ON charge_transaction (charge_point)
    WHERE stop_received_time IS NULL;
CREATE INDEX charge_transaction_connector ON charge_transaction
    (charge_point, connector, start_time);

CREATE TABLE orphan_stop (
    id INTEGER PRIMARY KEY,
    charge_point INTEGER NOT NULL REFERENCES charge_point,
    transaction_id INTEGER NOT NULL,
    id_tag TEXT NOT NULL, meter_stop INTEGER, stop_time INTEGER NOT NULL,
    stop_reason TEXT NOT NULL, received_time INTEGER NOT NULL,
    UNIQUE (charge_point, transaction_id, meter_stop, stop_time)
);

CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE command (
    id INTEGER PRIMARY KEY,
    charge_point INTEGER REFERENCES charge_point,
    name TEXT NOT NULL, arguments TEXT NOT NULL, status TEXT NOT NULL, detail TEXT NOT NULL,
    user TEXT NOT NULL, origin TEXT NOT NULL, at INTEGER NOT NULL
);
CREATE INDEX command_charge_point ON command (charge_point, id);

CREATE TABLE deviation (
    charge_point INTEGER NOT NULL REFERENCES charge_point,
    kind TEXT NOT NULL, count INTEGER NOT NULL, text TEXT NOT NULL, example TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (charge_point, kind)
) WITHOUT ROWID;

CREATE TABLE id_tag (
    id_tag_lower TEXT PRIMARY KEY,
    id_tag TEXT NOT NULL, status TEXT NOT NULL, expiry INTEGER, parent TEXT NOT NULL,
    from_file INTEGER NOT NULL
) WITHOUT ROWID;
"""

_LINK_ACCESS = """
CREATE TABLE link_access (
    identity TEXT PRIMARY KEY,
    password TEXT NOT NULL DEFAULT '',
    candidate TEXT NOT NULL DEFAULT '',
    security_profile INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
"""

_COMMANDS = """
ALTER TABLE charge_point ADD COLUMN commands INTEGER NOT NULL DEFAULT 0;
UPDATE charge_point SET commands =
    (SELECT count(*) FROM command WHERE command.charge_point = charge_point.id);
"""

_USERS = """
CREATE TABLE user_account (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    password TEXT NOT NULL
) WITHOUT ROWID;
"""

_METER_VALUES = """
CREATE TABLE measured_set (id INTEGER PRIMARY KEY, columns TEXT NOT NULL UNIQUE);
CREATE TABLE measured_column (
    measured_set INTEGER NOT NULL REFERENCES measured_set,
    place INTEGER NOT NULL,
    kind INTEGER NOT NULL REFERENCES measured_kind,
    context TEXT NOT NULL,
    PRIMARY KEY (measured_set, place)
) WITHOUT ROWID;
CREATE INDEX measured_column_kind ON measured_column (kind);

CREATE TABLE former AS
    SELECT charge_point, connector, source_time, received_time, transaction_id, min(id) AS first,
        '[' || group_concat(json_array(kind, context)) || ']' AS columns,
        '[' || group_concat(CASE
            WHEN value IS NULL OR abs(value) > 1.7976931348623157e308 THEN
                CASE WHEN text IS NULL THEN 'null' ELSE json_quote(text) END
            WHEN CAST(printf('%!.15g', value) AS REAL) = value THEN printf('%!.15g', value)
            ELSE printf('%!.17g', value) END) || ']' AS sampled
    FROM (SELECT * FROM meter_value ORDER BY charge_point, connector, source_time, id)
    GROUP BY charge_point, connector, source_time, received_time, transaction_id;
INSERT INTO measured_set (columns) SELECT DISTINCT columns FROM former;
INSERT INTO measured_column
    SELECT s.id, e.key, json_extract(e.value, '$[0]'), json_extract(e.value, '$[1]')
    FROM measured_set s, json_each(s.columns) e;

DROP TABLE meter_value;
CREATE TABLE meter_value (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    charge_point INTEGER NOT NULL REFERENCES charge_point,
    connector INTEGER NOT NULL,
    source_time INTEGER NOT NULL,
    part INTEGER NOT NULL,
    received_time INTEGER NOT NULL,
    transaction_id INTEGER,
    measured_set INTEGER NOT NULL REFERENCES measured_set,
    sampled TEXT NOT NULL
);
INSERT INTO meter_value (charge_point, connector, source_time, part, received_time,
        transaction_id, measured_set, sampled)
    SELECT charge_point, connector, source_time,
        row_number() OVER (PARTITION BY charge_point, connector, source_time ORDER BY first) - 1,
        received_time, transaction_id, s.id, sampled
    FROM former f JOIN measured_set s ON s.columns = f.columns ORDER BY first;
DROP TABLE former;
UPDATE last_reading SET value = NULL WHERE abs(value) > 1.7976931348623157e308;
CREATE UNIQUE INDEX meter_value_once ON meter_value
    (charge_point, connector, source_time, part);
INSERT INTO counter SELECT 'settled', ifnull(max(id), 0) FROM meter_value;

CREATE VIEW sampled_value AS
    SELECT m.id, c.place, m.charge_point, m.connector, c.kind, m.transaction_id,
        CASE WHEN e.type IN ('real', 'integer') THEN e.value END AS value,
        CASE e.type WHEN 'text' THEN e.value END AS text,
        c.context, m.source_time, m.received_time
    FROM meter_value m JOIN json_each(m.sampled) e
    JOIN measured_column c ON c.measured_set = m.measured_set AND c.place = e.key;
"""

_AWAITING_BOOT = """
CREATE TABLE awaiting_boot (
    charge_point INTEGER NOT NULL REFERENCES charge_point,
    key_lower TEXT NOT NULL,
    PRIMARY KEY (charge_point, key_lower)
) WITHOUT ROWID;
"""

_USED_SETS = """
ALTER TABLE measured_set ADD COLUMN used INTEGER NOT NULL DEFAULT 0;
UPDATE measured_set SET used = (SELECT ifnull(max(id), 0) FROM meter_value);
"""

_REAL_NUMBERS = """
DROP VIEW sampled_value;
CREATE VIEW sampled_value AS
    SELECT m.id, c.place, m.charge_point, m.connector, c.kind, m.transaction_id,
        CASE WHEN e.type IN ('real', 'integer') THEN CAST(e.value AS REAL) END AS value,
        CASE e.type WHEN 'text' THEN e.value END AS text,
        c.context, m.source_time, m.received_time
    FROM meter_value m JOIN json_each(m.sampled) e
    JOIN measured_column c ON c.measured_set = m.measured_set AND c.place = e.key;
"""

STEPS: tuple[str, ...] = (
    _FIRST,
    _LINK_ACCESS,
    _COMMANDS,
    _USERS,
    _METER_VALUES,
    _AWAITING_BOOT,
    _USED_SETS,
    _REAL_NUMBERS,
)
"""Step N (counted from 1) brings a database from version N-1 to N."""

VERSION = len(STEPS)
