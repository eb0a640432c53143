/*
 * A Central System with ocpp-rpc, every message held against the official schemas.
 *
 * node ocpprpc.js prints "ready PORT".
 */
'use strict';

const path = require('path');
const { createServer } = require('http');
const { RPCServer } = require(path.join(process.cwd(), 'node_modules', 'ocpp-rpc'));

const now = () => new Date().toISOString();
const server = new RPCServer({ protocols: ['ocpp1.6'], strictMode: true });

server.auth((accept) => accept());
server.on('client', (client) => {
    client.handle('BootNotification', () => ({ status: 'Accepted', interval: 300, currentTime: now() }));
    client.handle('MeterValues', () => ({}));
    client.handle('StatusNotification', () => ({}));
    client.handle('Heartbeat', () => ({ currentTime: now() }));
});

const http = createServer();
http.on('upgrade', server.handleUpgrade);
http.listen(0, '127.0.0.1', 1000, () => console.log(`ready ${http.address().port}`));
