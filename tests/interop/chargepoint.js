/*
 * A charge point on the stack of somebody else: node chargepoint.js STACK URL IDENTITY
 *
 * It plays a session, then answers what it is asked until its standard input ends.  Each line of
 * its output is a JSON object: {answered, payload}, {failed, error}, {asked, payload} or {ready}.
 */
'use strict';

const now = () => new Date().toISOString();

const tell = (line) => process.stdout.write(JSON.stringify(line) + '\n');

/* What each stack is called with: connects, and resolves to {call(action, payload)}. */
const stacks = {
    async 'ocpp-rpc'(url, identity, answer) {
        const { RPCClient } = require('ocpp-rpc');
        const client = new RPCClient({
            endpoint: url,
            identity,
            protocols: ['ocpp1.6'],
            strictMode: true, // Every message either way is held against the official schemas.
        });
        client.on('strictValidationFailure', ({ error }) => tell({ failed: 'validation', error: String(error) }));
        client.handle(({ method, params }) => answer(method, params));
        await client.connect();
        return { call: (action, payload) => client.call(action, payload) };
    },

    async 'ocpp-ts'(url, identity, answer) {
        const { OcppClient } = require('ocpp-ts');
        const client = new OcppClient(identity);
        for (const action of ASKED) {
            client.on(action, (request, respond) => respond(answer(action, request)));
        }
        client.on('error', (error) => tell({ failed: 'error', error: String(error) }));
        await new Promise((resolve) => {
            client.on('connect', resolve);
            client.connect(url + '/');
        });
        return { call: (action, payload) => client.callRequest(action, payload) };
    },

    async 'ocpp-eliftech'(url, identity, answer) {
        const { ChargePoint, OCPPCommands } = require('ocpp-eliftech');
        const client = new ChargePoint({ centralSystemUrl: `${url}/${identity}`, connectors: [] });
        await client.connect();
        client.onRequest = async (command) => answer(command.getCommandName(), plain(command));
        return { call: (action, payload) => client.send(new OCPPCommands[action](payload)) };
    },

    async '@voltbras/ts-ocpp'(url, identity, answer) {
        const { ChargePoint } = require('@voltbras/ts-ocpp');
        const ocppVersion = 'v1.6-json';
        const respond = (request) => {
            const { action, ...payload } = request;
            return { action, ocppVersion, ...answer(action, payload) };
        };
        const client = new ChargePoint(identity, respond, url);
        await client.connect();
        return {
            call: async (action, payload) =>
                (await client.sendRequest({ action, ocppVersion, payload }).run()).unsafeCoerce(),
        };
    },
};

const ASKED = [
    'ChangeAvailability', 'ChangeConfiguration', 'ClearCache', 'DataTransfer', 'GetConfiguration',
    'RemoteStartTransaction', 'RemoteStopTransaction', 'Reset', 'TriggerMessage', 'UnlockConnector',
];

const plain = (command) => JSON.parse(JSON.stringify(command));

const KEYS = { HeartbeatInterval: '300', NumberOfConnectors: '2' };

function answer(action, payload) {
    tell({ asked: action, payload });
    switch (action) {
        case 'GetConfiguration':
            return {
                configurationKey: Object.entries(KEYS).map(([key, value]) => ({ key, readonly: false, value })),
            };
        case 'ChangeConfiguration':
            KEYS[payload.key] = payload.value;
            return { status: 'Accepted' };
        case 'UnlockConnector':
            return { status: 'Unlocked' };
        default:
            return { status: 'Accepted' };
    }
}

async function play(client) {
    const call = async (action, payload) => {
        try {
            const answered = await client.call(action, payload);
            tell({ answered: action, payload: answered });
            return answered;
        } catch (error) {
            tell({ failed: action, error: String(error && error.stack || error) });
            throw error;
        }
    };
    await call('BootNotification', { chargePointVendor: 'Foreign', chargePointModel: 'Model N' });
    for (const connectorId of [0, 1, 2]) {
        await call('StatusNotification', { connectorId, errorCode: 'NoError', status: 'Available', timestamp: now() });
    }
    await call('Heartbeat', {});
    await call('Authorize', { idTag: 'TAG1' });
    const started = await call('StartTransaction', { connectorId: 1, idTag: 'TAG1', meterStart: 1000, timestamp: now() });
    const transactionId = started.transactionId;
    await call('MeterValues', {
        connectorId: 1,
        transactionId,
        meterValue: [{ timestamp: now(), sampledValue: [{ value: '1500', measurand: 'Energy.Active.Import.Register', unit: 'Wh' }] }],
    });
    await call('StopTransaction', { transactionId, idTag: 'TAG1', meterStop: 2000, timestamp: now(), reason: 'Local' });
    await call('DataTransfer', { vendorId: 'com.example' });
    await call('FirmwareStatusNotification', { status: 'Idle' });
    await call('DiagnosticsStatusNotification', { status: 'Idle' });
}

async function main([stack, url, identity]) {
    const client = await stacks[stack](url, identity, answer);
    await play(client);
    tell({ ready: stack });
}

process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
main(process.argv.slice(2)).catch((error) => {
    tell({ failed: 'session', error: String(error && error.stack || error) });
    process.exit(1);
});
