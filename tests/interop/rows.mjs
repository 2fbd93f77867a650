// SPDX-License-Identifier: Apache-2.0
// The feed of the trial "faults" by servers of others: row N is of the time FIRST + N ms, each 97th comes 1.5 s late, and a
// query with the span "since ts T" is told its history. Prints its port; SIGUSR1 makes it forget its sessions.
//
//   node rows.mjs cometd|acks|faye FIRST
import http from "node:http";
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);

const [kind, firstText] = process.argv.slice(2);
const first = Number(firstText);
const spans = new Map();
const following = new Map(); // channel: the moment up to which it was told
let queries = 0;

const arrival = (n) => (n % 97 ? n : n + 1500);
const now = () => Date.now() - first;

function moment(rows, m) {
  for (const n of [m - 1500, m]) if (n >= 0 && arrival(n) === m) rows.push({ timestamp: first + n, n });
}

function tell(channel, rows) {
  for (let i = 0; i < rows.length; i += 500) say(channel, { type: "event", content: rows.slice(i, i + 500) });
}

function begin(channel) {
  const since = /^since ts (\d+)$/.exec(spans.get(channel) ?? "");
  const until = now();
  const rows = [];
  say(channel, { type: "start", fields: {} });
  for (let n = since ? Math.max(0, Number(since[1]) - first) : until + 1; n <= until; n += 1)
    if (arrival(n) <= until) rows.push({ timestamp: first + n, n });
  tell(channel, rows);
  say(channel, { type: "startRealTime" });
  following.set(channel, until);
}

setInterval(() => {
  const until = now();
  for (const [channel, last] of following) {
    const rows = [];
    for (let m = last + 1; m <= until; m += 1) moment(rows, m);
    following.set(channel, until);
    tell(channel, rows);
  }
}, 5);

let say;
let forget;
let serve; // answers what is below /cometd
let attach = () => {};

function useCometd() {
  const { createCometDServer } = require("cometd-nodejs-server");
  const cometd = createCometDServer({ timeout: 1000, maxInterval: 10000 });
  const sessions = new Set();
  if (kind === "acks") cometd.addExtension(new (require("cometd-nodejs-server/ack-extension").AcknowledgedMessagesExtension)());
  cometd.addListener("sessionAdded", (session) => sessions.add(session));
  cometd.addListener("sessionRemoved", (session) => sessions.delete(session));
  cometd.addListener("channelRemoved", (channel) => following.delete(channel.name));
  say = (name, data) => cometd.getServerChannel(name)?.publish(null, data);
  forget = () => [...sessions].forEach((session) => cometd._removeServerSession(session, true));
  serve = (request, response) => cometd.handle(request, response);
  return (name) => {
    const channel = cometd.createServerChannel(name);
    channel.addListener("subscribed", () => begin(name));
    channel.addListener("unsubscribed", () => following.delete(name));
  };
}

function useFaye() {
  const faye = require("faye");
  const bayeux = new faye.NodeAdapter({ mount: "/cometd", timeout: 1 });
  const platform = bayeux.getClient();
  const sessions = new Set();
  bayeux.on("handshake", (id) => sessions.add(id));
  bayeux.on("disconnect", (id) => sessions.delete(id));
  bayeux.on("subscribe", (id, channel) => begin(channel));
  bayeux.on("unsubscribe", (id, channel) => following.delete(channel));
  say = (channel, data) => platform.publish(channel, data);
  forget = () => [...sessions].forEach((id) => bayeux._server._engine._engine.destroyClient(id));
  attach = (server) => bayeux.attach(server);
  return () => {};
}

const create = kind === "faye" ? useFaye() : useCometd();

function answer(request, response, body) {
  if (request.url !== "/rest/query") {
    response.statusCode = 404;
    response.end();
    return;
  }
  const channels = JSON.parse(body).map((query) => {
    queries += 1;
    const name = `/data/${first % 1000}x${process.pid}x${queries}`; // no name of a server before this one
    spans.set(name, query.span);
    create(name);
    return { channel: name };
  });
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(channels));
}

const server = http.createServer((request, response) => {
  if (serve && request.url.startsWith("/cometd")) {
    serve(request, response);
    return;
  }
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => answer(request, response, body));
});
attach(server);
process.on("SIGUSR1", () => forget());
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
