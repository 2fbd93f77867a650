// SPDX-License-Identifier: Apache-2.0
// A recorded conversation of the Python client, its server's half played again to `live query`: each message of ours has
// what the recorded one of its kind had, and the rows are those of the recording.
//
//   transcript.mjs LIVE RECORDING WORK
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import { WebSocketServer } from "ws";

const [live, file, work] = process.argv.slice(2);
const { transcript } = JSON.parse(readFileSync(file));
const COOKIE = "BAYEUX_BROWSER=of-this-run";
const problems = [];

// By the channel of their first message, or their path: what the client sent, and what it was answered.
const sent = {}, answers = {};
const kindOf = (entry, messages) => (entry.path === "/rest/query" ? "/rest/query" : messages[0].channel);
let asked = [];
for (const entry of transcript) {
  const text = entry.body_text ?? entry.ws_text;
  if (!text) continue;
  const messages = JSON.parse(text);
  if (entry.from === "client") {
    asked.push(kindOf(entry, messages));
    (sent[asked.at(-1)] ??= []).push(messages[0]);
  } else {
    const reply = messages.find((message) => message.channel?.startsWith("/meta/"));
    (answers[reply?.channel ?? "/rest/query"] ??= []).push(messages);
  }
}
// Its channel is not in every recording.
const channel = sent["/meta/subscribe"][0].subscription;
answers["/rest/query"] ??= [[{ channel }]];

const rows = transcript.filter((entry) => entry.from === "server").flatMap((entry) => JSON.parse(entry.body_text ?? entry.ws_text ?? "[]"))
  .filter((message) => message.data?.type === "event").flatMap((message) => message.data.content);

const bad = (text) => problems.push(text);

// Ours may say more, and counts its messages in its own way.
function compare(kind, ours) {
  const recorded = sent[kind]?.[0];
  if (!recorded && kind !== "/meta/unsubscribe") return bad(`${kind} is in no recording`);
  for (const [member, value] of Object.entries(recorded ?? {}))
    if (member !== "id" && JSON.stringify(ours[member]) !== JSON.stringify(value)) bad(`${kind}: ${member} is ${JSON.stringify(ours[member])}, not ${JSON.stringify(value)}`);
  const more = Object.keys(ours).filter((member) => !(member in (recorded ?? ours)) && !["advice", "ext"].includes(member));
  if (more.length) bad(`${kind}: ${more} is in no recording`);
  seen.add(kind);
}

const seen = new Set();
let handshaken = false;

function answer(message, send) {
  const kind = message.channel ?? "/rest/query";
  compare(kind, message);
  const next = (answers[kind] ?? [[{ channel: kind, successful: true }]]).shift();
  if (!next) return; // held, as it was there
  send(next.map((one) => (one.channel === kind && kind.startsWith("/meta/") ? { ...one, id: message.id } : one)));
  if (kind === "/meta/handshake") handshaken = true;
}

function headers(request) {
  if (handshaken && !request.headers.cookie?.includes(COOKIE)) bad(`${request.url}: the cookie is ${request.headers.cookie}`);
  if (request.method === "POST" && request.headers["content-type"] !== "application/json") bad(`type ${request.headers["content-type"]}`);
  if (request.url === "/rest/query" && !request.headers.authorization?.startsWith("Basic ")) bad("no credentials");
  for (const name of ["sec-websocket-protocol", "sec-websocket-extensions"])
    if (request.headers[name]) bad(`${name}: ${request.headers[name]}`);
}

const server = http.createServer((request, response) => {
  let text = "";
  request.on("data", (chunk) => (text += chunk));
  request.on("end", () => {
    headers(request);
    if (!["/rest/query", "/cometd"].includes(request.url)) bad(`${request.url} is in no recording`);
    response.setHeader("Content-Type", "application/json");
    if (!handshaken) response.setHeader("Set-Cookie", `${COOKIE}; HttpOnly`);
    for (const message of JSON.parse(text)) answer(message, (messages) => response.end(JSON.stringify(messages)));
  });
});
const sockets = new WebSocketServer({ server, path: "/cometd" });
sockets.on("connection", (socket, request) => {
  headers(request);
  socket.on("message", (text) => JSON.parse(text).forEach((message) => answer(message, (messages) => socket.send(JSON.stringify(messages)))));
});

await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${server.address().port}`;
writeFileSync(`${work}/transcript.json`, JSON.stringify({ live: { url, username: "bot", password: "s3cret" } }), { mode: 0o600 });
const child = spawn(live, ["query", "--settings", `${work}/transcript.json`, "t => v", "--span", "last 60 seconds", "--follow", "--timeout", "20s"], { stdio: ["ignore", "pipe", "inherit"] });
let out = "";
child.stdout.on("data", (chunk) => (out += chunk));
const code = await new Promise((resolve) => child.on("exit", resolve));
if (code !== 0) bad(`exit code ${code}`);
if (out.trim() !== rows.map((row) => JSON.stringify(row)).join("\n")) bad(`rows ${out}`);
for (const kind of Object.keys(sent)) if (!seen.has(kind)) bad(`${kind} was never sent`);
problems.forEach((problem) => console.error(`not ok: ${file}: ${problem}`));
if (!problems.length) console.log(`ok: P-04 P-05 ${seen.size} kinds of messages are as recorded (${file.split("/").pop()})`);
process.exit(problems.length ? 1 : 0);
