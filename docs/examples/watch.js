// Reads, subscribes, writes and calls with node-opcua.
//
//   node watch.js [opc.tcp://HOST:PORT/ocppgw/] [NODE]
//
// Needs the package node-opcua-client.

"use strict";

const {
    AttributeIds, ClientMonitoredItem, ClientSubscription, DataType, MessageSecurityMode,
    OPCUAClient, SecurityPolicy, TimestampsToReturn, Variant,
} = require("node-opcua-client");

const url = process.argv[2] || "opc.tcp://127.0.0.1:4840/ocppgw/";
const base = `ns=2;s=${process.argv[3] || "DEMO_1"}`;

async function main() {
    const client = OPCUAClient.create({
        securityMode: MessageSecurityMode.None,
        securityPolicy: SecurityPolicy.None,
        endpointMustExist: false,
        connectionStrategy: { maxRetry: 3, initialDelay: 200 },
    });
    await client.connect(url);
    const session = await client.createSession();

    const status = await session.read({ nodeId: `${base}/Connectors/1/Status` });
    console.log("status", status.value.value, status.statusCode.name);

    const subscription = ClientSubscription.create(session, { requestedPublishingInterval: 500 });
    const item = ClientMonitoredItem.create(
        subscription,
        { nodeId: `${base}/Connectors/1/Live/Power`, attributeId: AttributeIds.Value },
        { samplingInterval: 500, queueSize: 10 },
        TimestampsToReturn.Both,
    );
    item.on("changed", (value) => console.log("  power", value.value.value, value.statusCode.name));
    await new Promise((done) => setTimeout(done, 3000));

    const written = await session.write({
        nodeId: `${base}/ConfigurationPoints/MeterValueSampleInterval`,
        attributeId: AttributeIds.Value,
        value: { value: new Variant({ dataType: DataType.Int32, value: 30 }) },
    });
    console.log("write", written.name);

    const called = await session.call({
        objectId: base, methodId: `${base}/ClearCache`, inputArguments: [],
    });
    console.log("ClearCache", called.statusCode.name, called.outputArguments[0].value);

    await subscription.terminate();
    await session.close();
    await client.disconnect();
}

main().catch((error) => {
    console.error(error.message);
    process.exit(1);
});
