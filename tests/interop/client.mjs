// SPDX-License-Identifier: Apache-2.0
// The official CometD client and Faye's against the simulator: a query's rows over both transports, the client's own
// publications, and a new handshake after the session was lost.
//
//   client.mjs URL
import { adapt } from "cometd-nodejs-client";
import faye from "faye";
adapt();
const { CometD, LongPollingTransport, WebSocketTransport } = await import("cometd");

const url = process.argv[2];
const authorization = "Basic " + Buffer.from("live-agent:live-agent").toString("base64");
let passed = 0;

async function post(path, body) {
  const reply = await fetch(url + path, {
    method: "POST", body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", Authorization: authorization },
  });
  if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
  return reply.json();
}

function done(what) {
  passed += 1;
  console.log(`ok: ${what}`);
}

function within(ms, what, start) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not in ${ms} ms: ${what}`)), ms);
    start((value) => { clearTimeout(timer); resolve(value); }, reject);
  });
}

async function readQuery(client, what) {
  const [{ channel }] = await post("/rest/query", [{ provider: "pipes", expression: "=> random() as r every second", follow: true, preload: true, span: null, reducer: null }]);
  const types = [];
  await within(10000, what, (resolve) => client.subscribe(channel, (message) => {
    types.push(message.data.type);
    if (message.data.type === "event") resolve();
  }));
  if (types[0] !== "start" || !types.includes("startRealTime")) throw new Error(`${what}: ${types}`);
  done(what);
}

for (const websocket of [true, false]) {
  const transport = websocket ? "websocket" : "long-polling";
  const client = new CometD();
  client.unregisterTransports();
  if (websocket) client.registerTransport("websocket", new WebSocketTransport());
  else client.registerTransport("long-polling", new LongPollingTransport());
  client.configure({ url: url + "/cometd", logLevel: "error" });
  await within(10000, `handshake over ${transport}`, (resolve, reject) =>
    client.handshake((reply) => (reply.successful ? resolve() : reject(new Error(JSON.stringify(reply))))));
  if (client.getTransport().type !== transport) throw new Error(client.getTransport().type);
  done(`the official client connects over ${transport}`);
  await readQuery(client, `the official client reads a query over ${transport}`);
  await within(10000, "publish", (resolve, reject) => {
    client.subscribe("/chat", (message) => (message.data === "hello" ? resolve() : reject(message)), () => client.publish("/chat", "hello"));
  });
  done(`the official client hears itself over ${transport}`);
  await within(10000, "disconnect", (resolve) => client.disconnect(resolve));
  done(`the official client disconnects from ${transport}`);
}

const client = new faye.Client(url + "/cometd");
await within(10000, "Faye", (resolve) => {
  client.subscribe("/faye", (data) => data.n === 1 && resolve()).then(() => client.publish("/faye", { n: 1 }));
});
done("S-68 Faye's client subscribes and publishes");
await client.disconnect();

console.log(`${passed} passed, 0 failed`);
process.exit(0);
