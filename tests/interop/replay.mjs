// SPDX-License-Identifier: Apache-2.0
// S-67: what the Python peer once sent, sent again as it was; the simulator answers each message as the server of the
// recording did.
//
//   replay.mjs URL RECORDING
import { readFileSync } from "node:fs";
import faye from "faye-websocket";

const [url, file] = process.argv.slice(2);
const transcript = JSON.parse(readFileSync(file)).transcript;
const authorization = "Basic " + Buffer.from("live-agent:live-agent").toString("base64");
const names = new Map(); // of the recording to those of this run: client ids, channels
let cookie = "", socket, replies = [], events = [];

function translate(text) {
  for (const [recorded, now] of names) text = text.split(recorded).join(now);
  return text;
}

function keep(messages) {
  for (const message of messages)
    (message.channel.startsWith("/meta/") ? replies : events).push(message);
}

async function until(what, found) {
  for (const end = Date.now() + 10000; Date.now() < end;) {
    const value = found();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`not in 10 s: ${what}`);
}

async function post(entry) {
  const headers = { "Content-Type": "application/json" };
  if (entry.headers?.Authorization) headers.Authorization = authorization;
  if (cookie) headers.Cookie = cookie;
  const response = await fetch(url + entry.path, { method: "POST", headers, body: translate(entry.body_text) });
  if (response.status !== 200) throw new Error(`${entry.path}: ${response.status}`);
  cookie = response.headers.get("set-cookie")?.split(";")[0] ?? cookie;
  return response.json();
}

function open(entry) {
  socket = new faye.Client(url.replace("http", "ws") + entry.path, [], { headers: cookie ? { Cookie: cookie } : {} });
  socket.on("message", (message) => keep(JSON.parse(message.data)));
  return new Promise((resolve, reject) => { socket.on("open", resolve); socket.on("error", reject); });
}

// The recorded reply to a message of the client, and the one of now.
function recordedReply(request) {
  for (const entry of transcript) {
    const text = entry.from === "server" && (entry.body_text ?? entry.ws_text);
    const found = text && JSON.parse(text).find((message) => message.channel === request.channel && message.id === request.id);
    if (found) return found;
  }
}

async function compare(request) {
  const recorded = recordedReply(request);
  if (!recorded || (request.channel === "/meta/connect" && !recorded.advice)) return; // a held connect ends when it likes
  const now = await until(`the reply to ${request.channel} ${request.id}`, () => replies.find((reply) => reply.channel === request.channel && reply.id === request.id));
  for (const member of ["successful", "version"])
    if (recorded[member] !== undefined && recorded[member] !== now[member]) throw new Error(`${request.channel}: ${member} is ${now[member]}`);
  if (recorded.subscription && now.subscription !== translate(recorded.subscription)) throw new Error(`subscription ${now.subscription}`);
  if (recorded.advice && now.advice?.reconnect !== recorded.advice.reconnect && request.channel !== "/meta/connect") throw new Error(`${request.channel}: advice ${JSON.stringify(now.advice)}`);
  if (recorded.clientId) names.set(recorded.clientId, now.clientId);
}

await fetch(url + "/services/plugin-restinput/x/", { method: "POST", headers: { Authorization: authorization, "Content-Type": "application/json" }, body: '{"__type":"t","v":1}' });
let sent = 0;
for (const entry of transcript) {
  if (entry.from !== "client") continue;
  if (entry.path === "/rest/query") {
    const [{ channel }] = await post(entry);
    const text = transcript.map((one) => one.body_text ?? one.ws_text ?? "").join("");
    names.set(/\/data\/[^"\\]+/.exec(text)[0], channel);
  } else if (entry.method === "GET") {
    await open(entry);
  } else if (entry.ws_text) {
    socket.send(translate(entry.ws_text));
  } else if (entry.body_text) {
    const held = JSON.parse(entry.body_text).some((message) => message.channel === "/meta/connect");
    const answer = post(entry).then(keep);
    if (!held) await answer;
    else if (entry !== transcript.filter((one) => one.from === "client").at(-1)) await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 1000))]);
  }
  for (const request of JSON.parse(entry.ws_text ?? (entry.path === "/cometd" && entry.body_text) ?? "[]") || []) await compare(request);
  sent += 1;
}
const types = events.map((event) => event.data.type);
await until("the row", () => events.some((event) => event.data.type === "event" && event.data.content[0].v === 1));
if (types[0] !== "start") throw new Error(`the query begins with ${types[0]}`);
console.log(`ok: S-67 ${sent} recorded messages of the Python peer are answered as they were (${file.split("/").pop()})`);
process.exit(0);
