// The server of node-opcua: server.js MODULES NODES NUMBER RATE; MODULES holds its node_modules.
"use strict";
const fs = require("fs");
const os = require("os");
const path = require("path");
const { createRequire } = require("module");

const [modules, nodes, number, rate] = process.argv.slice(2);
const {
    OPCUAServer, OPCUACertificateManager, DataType, Variant, StatusCode, StatusCodes, SecurityPolicy,
    MessageSecurityMode, NodeId, NodeIdType,
} = createRequire(path.join(modules, "package.json"))("node-opcua");

const TICK = 10;
const START = Date.UTC(2026, 10, 1, 12);

function statusOf(code) {
    return Object.values(StatusCodes).find((each) => each.value === code) || StatusCodes.Bad;
}

function contentOf(each) {
    if (each.value === null) return { dataType: DataType.String, value: "" };
    const dataType = DataType[each.variant];
    return { dataType, value: each.variant === "DateTime" ? new Date(each.value) : each.value };
}

function add(space, own, parent, each, name) {
    const nodeId = new NodeId(NodeIdType.STRING, name + each.path, own.index);
    const common = { nodeId, browseName: each.name || name, displayName: each.display };
    if (each.kind === "object") {
        const where = parent ? { componentOf: parent } : { organizedBy: space.rootFolder.objects };
        return own.addObject({ ...common, ...where });
    }
    if (each.kind === "method") return own.addMethod(parent, { ...common, modellingRule: undefined });
    const content = contentOf(each);
    const made = own.addVariable({
        ...common, componentOf: parent, dataType: content.dataType, minimumSamplingInterval: 0,
    });
    made.setValueFromSource(content, statusOf(each.status), new Date(START));
    return made;
}

function build(server, described) {
    const space = server.engine.addressSpace;
    const own = space.registerNamespace(described.namespace);
    const changing = [];
    for (let at = 0; at < Number(number); at++) {
        const name = `CP${String(at).padStart(4, "0")}`;
        const made = new Map();
        for (const each of described.nodes) {
            made.set(each.path, add(space, own, made.get(each.parent), each, name));
        }
        for (const connectorId of [1, 2]) {
            for (const key of described.measured) {
                changing.push(made.get(`/Connectors/${connectorId}/MeterValues/${key}`));
            }
        }
    }
    return changing;
}

function change(changing) {
    let on = false, changed = 0, owed = 0, due = performance.now();
    process.on("SIGUSR2", () => { on = true; });
    process.on("SIGHUP", () => { on = false; console.log(`changed ${changed}`); });
    const step = () => {
        const now = performance.now();
        due = Math.max(due, now - 100);
        for (; due <= now; due += TICK) owed = on ? owed + (rate * TICK) / 1000 : 0;
        for (; owed >= 1; owed--) {
            const content = { dataType: DataType.Double, value: changed + 1 };
            const at = new Date(START + changed);
            changing[changed % changing.length].setValueFromSource(content, StatusCodes.Good, at);
            changed++;
        }
        setTimeout(step, Math.max(0, due - performance.now()));
    };
    step();
}

(async () => {
    const rootFolder = fs.mkdtempSync(path.join(os.tmpdir(), "node-opcua-"));
    process.on("exit", () => fs.rmSync(rootFolder, { recursive: true, force: true }));
    const manager = () => new OPCUACertificateManager({ rootFolder, automaticallyAcceptUnknownCertificate: true });
    const server = new OPCUAServer({
        port: 0, hostname: "127.0.0.1",
        serverCertificateManager: manager(), userCertificateManager: manager(),
        securityPolicies: [SecurityPolicy.None], securityModes: [MessageSecurityMode.None],
        allowAnonymous: true, maxConnectionsPerEndpoint: 100,
        serverCapabilities: { maxSessions: 100, maxMonitoredItems: 1000000, maxMonitoredItemsPerSubscription: 1000000 },
    });
    await server.initialize();
    const changing = build(server, JSON.parse(fs.readFileSync(nodes)));
    await server.start();
    console.log(`ready ${server.endpoints[0].port}`);
    change(changing);
})();
