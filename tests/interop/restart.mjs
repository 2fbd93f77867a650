// SPDX-License-Identifier: Apache-2.0
// S-66: the official client outlives a restart of the simulator: it shakes hands again and subscribes again.
//
//   restart.mjs LIVE websocket|long-polling
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { adapt } from "cometd-nodejs-client";
adapt();
const { CometD, LongPollingTransport, WebSocketTransport } = await import("cometd");

const [live, transport] = process.argv.slice(2);

async function simulate(port) {
  const child = spawn(live, ["simulate", "--port", String(port), "--tcp-port", "0", "--cometd-timeout", "3s"], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout }))
    return { child, url: JSON.parse(line).url };
  throw new Error("the simulator did not start");
}

function ended(child) {
  return new Promise((resolve) => child.once("exit", resolve));
}

const limit = setTimeout(() => { console.error(`${transport}: not back in 30 s`); process.exit(1); }, 30000);
let platform = await simulate(0);
const client = new CometD();
client.unregisterTransports();
if (transport === "websocket") client.registerTransport("websocket", new WebSocketTransport());
else client.registerTransport("long-polling", new LongPollingTransport());
client.configure({ url: platform.url + "/cometd", logLevel: "error", backoffIncrement: 100, maxBackoff: 500 });

let handshakes = 0, subscriptions = 0, heard;
client.addListener("/meta/handshake", (reply) => {
  if (!reply.successful) return;
  handshakes += 1;
  client.batch(() => client.subscribe("/chat", (message) => heard(message.data), () => { subscriptions += 1; client.publish("/chat", `hello ${handshakes}`); }));
});
function hello(n) {
  return new Promise((resolve, reject) => { heard = (text) => (text === `hello ${n}` ? resolve() : reject(new Error(text))); });
}

const first = hello(1);
client.handshake();
await first;
platform.child.kill("SIGKILL");
await ended(platform.child);
const second = hello(2);
platform = await simulate(new URL(platform.url).port);
await second;
if (handshakes !== 2 || subscriptions !== 2) throw new Error(`${handshakes} handshakes, ${subscriptions} subscriptions`);
platform.child.kill("SIGTERM");
await ended(platform.child);
clearTimeout(limit);
console.log(`ok: S-66 the official client outlives a restart over ${transport}`);
process.exit(0);
