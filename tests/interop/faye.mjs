// SPDX-License-Identifier: Apache-2.0
// Faye's server as a platform that speaks WebSocket: a row each 20 ms, with a history that "since ts T" asks for. After
// 50 rows all WebSockets break, once. Prints its port; GET /upgrades tells how many WebSockets there were.
import http from "node:http";
import faye from "faye";

const FIRST = 1.7e12;
const history = [];
const spans = new Map();
const following = new Set();
const sockets = [];
let queries = 0;
let upgrades = 0;

const bayeux = new faye.NodeAdapter({ mount: "/cometd", timeout: 2 });
const platform = bayeux.getClient();

function say(channel, data) {
  platform.publish(channel, data);
}

bayeux.on("subscribe", (client, channel) => {
  const since = /^since ts (\d+)$/.exec(spans.get(channel) ?? "");
  say(channel, { type: "start", fields: {} });
  const missed = since ? history.filter((row) => row.timestamp >= Number(since[1])) : [];
  if (missed.length) say(channel, { type: "event", content: missed });
  say(channel, { type: "startRealTime" });
  following.add(channel);
});
bayeux.on("unsubscribe", (client, channel) => following.delete(channel));

setInterval(() => {
  if (!following.size && !history.length) return;
  const row = { timestamp: FIRST + history.length, i: history.length };
  history.push(row);
  for (const channel of following) say(channel, { type: "event", content: [row] });
  if (history.length === 50) sockets.forEach((socket) => socket.destroy());
}, 20);

function answer(request, response, body) {
  if (request.url === "/rest/query") {
    const channels = JSON.parse(body).map((query) => {
      queries += 1;
      spans.set(`/data/q${queries}`, query.span);
      return { channel: `/data/q${queries}` };
    });
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(channels));
  } else {
    response.end(String(upgrades));
  }
}

const server = http.createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => answer(request, response, body));
});
bayeux.attach(server);
server.on("upgrade", (request, socket) => {
  upgrades += 1;
  sockets.push(socket);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
