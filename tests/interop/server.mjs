// SPDX-License-Identifier: Apache-2.0
// The official CometD server as a platform: starts queries at their subscription, publishes rows. Prints its port.
import http from "node:http";
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const { createCometDServer } = require("cometd-nodejs-server");

const cometd = createCometDServer({ timeout: 2000 });
let queries = 0;

function startQuery(channel) {
  let i = 0;
  channel.addListener("subscribed", () => {
    channel.publish(null, { type: "start", fields: {} });
    const timer = setInterval(() => channel.publish(null, { type: "event", content: [{ timestamp: 1.7e12, query: queries, i: i++ }] }), 30);
    channel.addListener("unsubscribed", () => clearInterval(timer));
  });
}

function answer(request, response, body) {
  if (request.url === "/rest/query") {
    queries += 1;
    const name = `/data/q${queries}`;
    startQuery(cometd.createServerChannel(name));
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(JSON.parse(body).map(() => ({ channel: name }))));
  } else {
    response.statusCode = 404;
    response.end();
  }
}

const server = http.createServer((request, response) => {
  if (request.url.startsWith("/cometd")) {
    cometd.handle(request, response);
    return;
  }
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => answer(request, response, body));
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
