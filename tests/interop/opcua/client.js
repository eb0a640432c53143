// An OPC UA client on node-opcua that does everything a client can do with a gateway.
//
//   node client.js '{"url": .., "policy": "Basic256Sha256", "mode": "Sign", "root": .., ..}'
//
// certificateFile, privateKeyFile and applicationUri are needed with a policy; user says who logs
// in: {"name", "password"} or {"certificateFile", "privateKeyFile"}; root is where browsing begins.
// Each step writes one line of JSON to standard output; the last one is {"step": "end"}.
// What goes wrong ends it with {"failed": why}.

"use strict";

const fs = require("fs");

const {
    AttributeIds, BrowseDirection, ClientMonitoredItemGroup, ClientSubscription, DataType,
    MessageSecurityMode, NodeClass, OPCUAClient, SecurityPolicy, TimestampsToReturn,
    TransferSubscriptionsRequest, UserTokenType, Variant, VariantArrayType, resolveNodeId,
} = require("node-opcua-client");

const HIERARCHICAL = resolveNodeId("HierarchicalReferences");
const BATCH = 500;
const ATTRIBUTES = Array.from({ length: 22 }, (_, index) => index + 1);
const LIMIT = 240000;

function tell(step, more) {
    process.stdout.write(JSON.stringify({ step, ...more }) + "\n");
}

function batches(list, size = BATCH) {
    const found = [];
    for (let at = 0; at < list.length; at += size) {
        found.push(list.slice(at, at + size));
    }
    return found;
}

function counted(names) {
    const found = {};
    for (const name of names) {
        found[name] = (found[name] || 0) + 1;
    }
    return found;
}

const SETTINGS = JSON.parse(process.argv[2]);

function newClient() {
    const { policy = "None", mode = "None", certificateFile, privateKeyFile } = SETTINGS;
    const own = certificateFile ? { certificateFile, privateKeyFile } : {};
    return OPCUAClient.create({
        ...own,
        applicationName: "interop",
        applicationUri: SETTINGS.applicationUri,
        endpointMustExist: policy !== "None",
        securityMode: MessageSecurityMode[mode],
        securityPolicy: SecurityPolicy[policy],
        connectionStrategy: { maxRetry: 3, initialDelay: 100, maxDelay: 500 },
        keepSessionAlive: false,
    });
}

function identity() {
    const user = SETTINGS.user;
    if (!user) {
        return { type: UserTokenType.Anonymous };
    }
    if (user.name) {
        return { type: UserTokenType.UserName, userName: user.name, password: user.password };
    }
    return {
        type: UserTokenType.Certificate,
        certificateData: fs.readFileSync(user.certificateFile),
        privateKey: fs.readFileSync(user.privateKeyFile, "ascii"),
    };
}

// Everything beneath the root, with its class and parent; each node once.
async function browseAll(session) {
    const known = new Map();
    let level = [resolveNodeId(SETTINGS.root || "RootFolder")];
    while (level.length) {
        const next = [];
        for (const some of batches(level, 100)) {
            const asked = some.map((nodeId) => ({
                nodeId, referenceTypeId: HIERARCHICAL, includeSubtypes: true, nodeClassMask: 0,
                resultMask: 63, browseDirection: BrowseDirection.Forward,
            }));
            const results = await session.browse(asked);
            for (let index = 0; index < results.length; index += 1) {
                let result = results[index];
                for (;;) {
                    if (!result.statusCode.isGood()) {
                        throw new Error(`browse of ${some[index]}: ${result.statusCode.name}`);
                    }
                    for (const each of result.references) {
                        const key = each.nodeId.toString();
                        if (!known.has(key)) {
                            known.set(key, { ...each, parent: some[index] });
                            next.push(each.nodeId);
                        }
                    }
                    if (!result.continuationPoint) {
                        break;
                    }
                    result = await session.browseNext(result.continuationPoint, false);
                }
            }
        }
        level = next;
    }
    return [...known.values()];
}

async function readAll(session, nodes) {
    const asked = nodes.flatMap(({ nodeId }) =>
        ATTRIBUTES.map((attributeId) => ({ nodeId, attributeId })));
    const names = [];
    const odd = [];
    for (const some of batches(asked)) {
        const values = await session.read(some);
        values.forEach((value, index) => {
            const { nodeId, attributeId } = some[index];
            const name = value.statusCode.name;
            if (attributeId !== AttributeIds.Value) {
                names.push(name);
                if (name !== "Good" && name !== "BadAttributeIdInvalid") {
                    odd.push(`${nodeId} ${attributeId} ${name}`);
                }
            }
        });
    }
    return { read: asked.length, statuses: counted(names), odd: odd.slice(0, 20) };
}

async function subscribe(session) {
    const subscription = ClientSubscription.create(session, {
        requestedPublishingInterval: 100, requestedLifetimeCount: 600,
        requestedMaxKeepAliveCount: 20, maxNotificationsPerPublish: 1000,
        publishingEnabled: true, priority: 1,
    });
    await new Promise((done) => subscription.once("started", done));
    return subscription;
}

async function monitorAll(session, variables) {
    const subscription = await subscribe(session);
    const missing = new Set(variables.map((each) => each.nodeId.toString()));
    let resolve;
    const all = new Promise((done) => { resolve = done; });
    const refused = [];
    for (const some of batches(variables)) {
        const items = some.map(({ nodeId }) => ({ nodeId, attributeId: AttributeIds.Value }));
        const group = ClientMonitoredItemGroup.create(
            subscription, items, { samplingInterval: 100, queueSize: 1, discardOldest: true },
            TimestampsToReturn.Both);
        group.on("changed", (item) => {
            missing.delete(item.itemToMonitor.nodeId.toString());
            if (!missing.size) {
                resolve();
            }
        });
        await new Promise((done) => group.on("initialized", done));
        for (const item of group.monitoredItems) {
            if (!item.result.statusCode.isGood()) {
                refused.push(`${item.itemToMonitor.nodeId} ${item.result.statusCode.name}`);
            }
        }
    }
    if (missing.size) {
        await all;
    }
    const subscriptionId = subscription.subscriptionId;
    await subscription.terminate();
    return { monitored: variables.length, refused: refused.slice(0, 20), subscriptionId };
}

function argumentOf(declared) {
    const dataType = declared.dataType.value;
    const isArray = declared.valueRank >= 1;
    const zero = { 1: false, 12: "x", 13: new Date() }[dataType];
    const value = isArray ? [] : zero === undefined ? 0 : zero;
    const arrayType = isArray ? VariantArrayType.Array : VariantArrayType.Scalar;
    return new Variant({ dataType, arrayType, value });
}

async function callAll(session, nodes) {
    const methods = nodes.filter((each) => each.nodeClass === NodeClass.Method
        && each.nodeId.namespace === 2 && !String(each.nodeId.value).startsWith("/Types/")
        && !/Reset$|ChargePoint$|^.*\/ForceClose$/.test(String(each.nodeId.value)));
    const names = [];
    for (const method of methods) {
        const declared = await session.getArgumentDefinition(method.nodeId);
        const result = await session.call({
            objectId: method.parent, methodId: method.nodeId,
            inputArguments: declared.inputArguments.map(argumentOf),
        });
        names.push(result.statusCode.name);
    }
    return { called: methods.length, statuses: counted(names) };
}

async function writeAll(session, variables) {
    const names = [];
    let written = 0;
    for (const some of batches(variables)) {
        const levels = await session.read(some.map(({ nodeId }) => (
            { nodeId, attributeId: AttributeIds.UserAccessLevel })));
        for (let index = 0; index < some.length; index += 1) {
            const { nodeId } = some[index];
            if (nodeId.namespace !== 2 || !(levels[index].value.value & 2)) {
                continue;
            }
            const [type, present] = await session.read([
                { nodeId, attributeId: AttributeIds.DataType },
                { nodeId, attributeId: AttributeIds.Value }]);
            const dataType = type.value.value.value;
            const kept = present.value && present.value.value;
            const zero = { 1: false, 12: "1", 6: 1 }[dataType];
            const value = kept === null || kept === undefined ? zero : kept;
            const status = await session.write({
                nodeId, attributeId: AttributeIds.Value,
                value: { value: new Variant({ dataType, value }) } });
            written += 1;
            names.push(status.name);
        }
    }
    return { written, statuses: counted(names) };
}

// The session goes on by another connection.
async function reconnect(client, session, url) {
    const other = newClient();
    await other.connect(url);
    await other.reactivateSession(session);
    const value = await session.read({ nodeId: "i=2258", attributeId: AttributeIds.Value });
    await client.disconnect();
    return [other, { read: value.statusCode.name }];
}

async function transfer(session, url) {
    const subscription = await subscribe(session);
    const subscriptionId = subscription.subscriptionId;
    const client = newClient();
    await client.connect(url);
    const taker = await client.createSession(identity());
    const response = await taker.transferSubscriptions(new TransferSubscriptionsRequest({
        subscriptionIds: [subscriptionId], sendInitialValues: true }));
    const status = response.results[0].statusCode.name;
    await taker.deleteSubscriptions({ subscriptionIds: [subscriptionId] });
    await taker.close();
    await client.disconnect();
    return { status };
}

async function main(url) {
    let client = newClient();
    await client.connect(url);
    const session = await client.createSession(identity());
    const nodes = await browseAll(session);
    const ours = nodes.filter((each) => each.nodeId.namespace === 2).length;
    tell("browse", { nodes: nodes.length, ours });
    tell("read", await readAll(session, nodes));
    const variables = nodes.filter((each) => each.nodeClass === NodeClass.Variable);
    tell("monitor", await monitorAll(session, variables));
    tell("write", await writeAll(session, variables));
    tell("call", await callAll(session, nodes));
    let told;
    [client, told] = await reconnect(client, session, url);
    tell("reconnect", told);
    tell("transfer", await transfer(session, url));
    await session.close();
    await client.disconnect();
    tell("end", {});
}

setTimeout(() => { tell("late", { failed: "not ready in time" }); process.exit(2); }, LIMIT).unref();
main(SETTINGS.url).then(() => process.exit(0), (error) => {
    tell("error", { failed: String(error && error.stack || error) });
    process.exit(1);
});
