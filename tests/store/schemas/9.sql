BEGIN TRANSACTION;
CREATE TABLE awaiting_boot (
    charge_point INTEGER NOT NULL REFERENCES charge_point,
    key_lower TEXT NOT NULL,
    PRIMARY KEY (charge_point, key_lower)
) WITHOUT ROWID;
INSERT INTO "awaiting_boot" VALUES(1,'key');
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
, commands INTEGER NOT NULL DEFAULT 0);
INSERT INTO "charge_point" VALUES(1,'CP1','CP1',1772366400123456,NULL,NULL,NULL,NULL,NULL,'Vendor','Model','SN1','BOX1','1.0','8931','2620','METER','Type',1772366400123456,'Accepted',1772366400123456,1772366400123456,1,'','',NULL,0);
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
INSERT INTO "charge_transaction" VALUES(1,1,0,1,1,'TAG','Accepted',100,'2026-03-01T12:00:00Z',NULL,1772366400123456,1772366400123456,700,1772452800123456,'Local','TAG',1772452800123456,0);
INSERT INTO "charge_transaction" VALUES(2,2,0,1,1,'TAG','Accepted',100,'2026-03-01T13:00:00Z',NULL,1772366400123456,1772366400123456,NULL,NULL,NULL,NULL,NULL,0);
CREATE TABLE command (
    id INTEGER PRIMARY KEY,
    charge_point INTEGER REFERENCES charge_point,
    name TEXT NOT NULL, arguments TEXT NOT NULL, status TEXT NOT NULL, detail TEXT NOT NULL,
    user TEXT NOT NULL, origin TEXT NOT NULL, at INTEGER NOT NULL
);
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
INSERT INTO "configuration_key" VALUES(1,'key','Key','value',0,1,1772366400123456);
INSERT INTO "configuration_key" VALUES(1,'odd','Odd',NULL,0,0,1772366400123456);
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
INSERT INTO "connector" VALUES(1,1,'Charging',1,'NoError',0,'info','vendor','E1',1772366400123456,1772366400123456,NULL,NULL,'',1);
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO "counter" VALUES('batch',7);
INSERT INTO "counter" VALUES('probe',1);
INSERT INTO "counter" VALUES('settled',0);
INSERT INTO "counter" VALUES('transaction',2);
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
INSERT INTO "id_tag" VALUES('tag','TAG','Blocked',NULL,'',0);
CREATE TABLE last_reading (
    charge_point INTEGER NOT NULL REFERENCES charge_point,
    connector INTEGER NOT NULL,
    kind INTEGER NOT NULL REFERENCES measured_kind,
    value REAL, text TEXT NOT NULL, signed INTEGER NOT NULL,
    source_time INTEGER NOT NULL, received_time INTEGER NOT NULL,
    PRIMARY KEY (charge_point, connector, kind)
) WITHOUT ROWID;
CREATE TABLE link_access (
    identity TEXT PRIMARY KEY,
    password TEXT NOT NULL DEFAULT '',
    candidate TEXT NOT NULL DEFAULT '',
    security_profile INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
INSERT INTO "link_access" VALUES('CP1','$sha256$c2FsdA$aGFzaA','',0);
CREATE TABLE measured_column (
    measured_set INTEGER NOT NULL REFERENCES measured_set,
    place INTEGER NOT NULL,
    kind INTEGER NOT NULL REFERENCES measured_kind,
    context TEXT NOT NULL,
    PRIMARY KEY (measured_set, place)
) WITHOUT ROWID;
INSERT INTO "measured_column" VALUES(1,0,1,'Sample.Periodic');
CREATE TABLE measured_kind (
    id INTEGER PRIMARY KEY,
    measurand TEXT NOT NULL, phase TEXT NOT NULL, location TEXT NOT NULL,
    UNIQUE (measurand, phase, location)
);
INSERT INTO "measured_kind" VALUES(1,'Energy.Active.Import.Register','','Outlet');
CREATE TABLE measured_set (id INTEGER PRIMARY KEY, columns TEXT NOT NULL UNIQUE, used INTEGER NOT NULL DEFAULT 0);
INSERT INTO "measured_set" VALUES(1,'[[1,"Sample.Periodic"]]',0);
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
, placed INTEGER NOT NULL DEFAULT 1);
INSERT INTO "meter_value" VALUES(1,1,1,1772367300123456,0,1772367300123456,1,1,'[250.5]',0);
CREATE TABLE orphan_stop (
    id INTEGER PRIMARY KEY,
    charge_point INTEGER NOT NULL REFERENCES charge_point,
    transaction_id INTEGER NOT NULL,
    id_tag TEXT NOT NULL, meter_stop INTEGER, stop_time INTEGER NOT NULL,
    stop_reason TEXT NOT NULL, received_time INTEGER NOT NULL,
    UNIQUE (charge_point, transaction_id, meter_stop, stop_time)
);
CREATE TABLE status_report (
    id INTEGER PRIMARY KEY,
    charge_point INTEGER NOT NULL REFERENCES charge_point,
    connector INTEGER NOT NULL,
    status TEXT NOT NULL, number INTEGER NOT NULL, error_code TEXT NOT NULL,
    error_number INTEGER NOT NULL, info TEXT NOT NULL, vendor_id TEXT NOT NULL,
    vendor_error_code TEXT NOT NULL, source_time INTEGER NOT NULL, received_time INTEGER NOT NULL
);
INSERT INTO "status_report" VALUES(1,1,1,'Charging',1,'NoError',0,'info','vendor','E1',1772366400123456,1772366400123456);
CREATE TABLE user_account (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    password TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX charge_point_identity ON charge_point (identity) WHERE removed_at IS NULL;
CREATE INDEX status_report_time ON status_report (charge_point, connector, source_time);
CREATE UNIQUE INDEX charge_transaction_once ON charge_transaction (id) WHERE recovered = 0;
CREATE INDEX charge_transaction_start ON charge_transaction
    (charge_point, connector, timestamp_text, meter_start);
CREATE INDEX charge_transaction_open ON charge_transaction (charge_point)
    WHERE stop_received_time IS NULL;
CREATE INDEX charge_transaction_connector ON charge_transaction
    (charge_point, connector, start_time);
CREATE INDEX command_charge_point ON command (charge_point, id);
CREATE INDEX measured_column_kind ON measured_column (kind);
CREATE UNIQUE INDEX meter_value_once ON meter_value
    (charge_point, connector, source_time, part) WHERE placed = 1;
CREATE VIEW value_of_row AS
    SELECT m.id, c.place, m.charge_point, m.connector, c.kind, m.transaction_id,
        CASE WHEN e.type IN ('real', 'integer') THEN CAST(e.value AS REAL) END AS value,
        CASE e.type WHEN 'text' THEN e.value END AS text,
        c.context, m.source_time, m.received_time, m.placed
    FROM meter_value m JOIN json_each(m.sampled) e
    JOIN measured_column c ON c.measured_set = m.measured_set AND c.place = e.key;
CREATE VIEW sampled_value AS
    SELECT id, place, charge_point, connector, kind, transaction_id, value, text, context,
        source_time, received_time
    FROM value_of_row WHERE placed = 1
    UNION ALL
    SELECT id, place, charge_point, connector, kind, transaction_id, value, text, context,
        source_time, received_time
    FROM value_of_row
    WHERE placed = 0 AND id > (SELECT value FROM counter WHERE name = 'settled');
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('meter_value',1);
COMMIT;
