// SPDX-License-Identifier: Apache-2.0
// Client checks over the WebSockets of another implementation, npm's ws: a scripted platform that closes, cuts, slows
// down, breaks the protocol and storms, while `live query` follows. Every row has to come once.
//
//   sockets.mjs LIVE WORK
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import http from "node:http";
import { WebSocketServer } from "ws";

const [live, work] = process.argv.slice(2);
const FIRST = 1.7e12;
const BIG = 10 * 1024 * 1024;

// A platform with one query: `act(peer)` is called once, when the query follows on its first WebSocket.
class Platform {
  rows = []; upgrades = []; handshakes = 0; connects = []; polls = 0; pongs = []; closes = []; refuse = null; headers = [];

  constructor(act, rows) {
    this.act = act;
    this.rowsDue = rows;
    this.sockets = new WebSocketServer({ noServer: true, perMessageDeflate: true });
    this.sockets.on("headers", (headers) => headers.push(...this.headers));
    this.server = http.createServer((request, response) => this.post(request, response));
    this.server.on("upgrade", (request, socket, head) => this.upgrade(request, socket, head));
  }

  upgrade(request, socket, head) {
    this.upgrades.push(request);
    if (this.refuse) return socket.end(`HTTP/1.1 ${this.refuse}\r\nContent-Length: 0\r\n\r\n`);
    this.sockets.handleUpgrade(request, socket, head, (open) => {
      this.raw = socket;
      this.socket = open;
      this.fresh = true;
      open.on("message", (text) => this.messages(JSON.parse(text), (replies) => open.readyState === 1 && open.send(JSON.stringify(replies)), "websocket"));
      open.on("pong", (data) => String(data) !== "begun" && this.pongs.push(String(data)));
      open.on("close", (code) => this.closes.push(code));
      open.on("error", () => {});
    });
  }

  post(request, response) {
    let text = "";
    request.on("data", (chunk) => (text += chunk));
    request.on("end", () => {
      const answer = (value) => { response.setHeader("Content-Type", "application/json"); response.end(JSON.stringify(value)); };
      if (request.url === "/cometd") response.setHeader("Set-Cookie", "BAYEUX_BROWSER=b; HttpOnly");
      if (request.url !== "/rest/query") return this.messages(JSON.parse(text), answer, "long-polling");
      this.since = Number(/^since ts (\d+)$/.exec(JSON.parse(text)[0].span ?? "")?.[1] ?? Infinity);
      this.queries = (this.queries ?? 0) + 1;
      answer([{ channel: `/data/q${this.queries}` }]);
    });
  }

  messages(messages, answer, transport) {
    for (const message of messages) this.message(message, answer, transport);
  }

  message({ channel, id, clientId, advice, subscription }, answer, transport) {
    const reply = { channel, id, successful: true };
    if (channel === "/meta/handshake") {
      this.handshakes += 1;
      this.fresh = true;
      answer([{ ...reply, clientId: `c${this.handshakes}`, version: "1.0", supportedConnectionTypes: ["websocket", "long-polling"], advice: { reconnect: "retry", interval: 0, timeout: 30000 } }]);
    } else if (channel === "/meta/connect") {
      this.connects.push({ clientId, timeout: advice?.timeout, transport, fresh: this.fresh });
      if (transport === "long-polling") this.polls += 1;
      if (this.fresh) answer([reply]);
      else if (transport === "long-polling") this.poll = { reply, answer }, this.flush();
      this.fresh = false;
    } else {
      answer(subscription ? [{ ...reply, subscription }] : [reply]);
      if (channel === "/meta/subscribe") this.begin(subscription, transport);
    }
  }

  // What the query says: over the open WebSocket, else with the answer to the poll.
  waiting = [];
  say(data) {
    const event = { channel: this.channel, data };
    if (this.transport === "websocket") return this.socket.send(JSON.stringify([event]));
    this.waiting.push(event);
    this.flush();
  }
  flush() {
    if (!this.poll || !this.waiting.length) return;
    const { reply, answer } = this.poll;
    this.poll = null;
    answer([...this.waiting.splice(0), reply]);
  }

  begin(channel, transport) {
    this.channel = channel;
    this.transport = transport;
    this.say({ type: "start", fields: {} });
    const missed = this.rows.filter((row) => row.timestamp >= this.since);
    if (missed.length) this.say({ type: "event", content: missed });
    this.say({ type: "startRealTime" });
    this.follows = true;
    const act = this.act;
    this.act = null;
    if (act) this.row();
    const go = () => {
      if (act) act(this);
      if (!act || this.follows) while (this.rows.length < this.rowsDue) this.row();
      else this.row(); // is missed
    };
    if (transport === "long-polling") return go();
    this.socket.once("pong", go); // what came before has been read
    this.socket.ping("begun");
  }

  row(more = {}) {
    const row = { timestamp: FIRST + this.rows.length, i: this.rows.length, ...more };
    this.rows.push(row);
    const lost = !this.follows || (this.transport === "websocket" && this.socket.readyState !== 1);
    if (!lost) this.say({ type: "event", content: [row] });
    return row;
  }

  // The bytes of a frame as a server writes it; `first` and `second` are its first two bytes.
  static frame(first, second, payload = Buffer.alloc(0)) {
    return Buffer.concat([Buffer.from([first, second]), payload]);
  }
  static text(value) {
    const payload = Buffer.from(JSON.stringify(value));
    const head = Buffer.from(payload.length < 126 ? [0x81, payload.length] : [0x81, 126, payload.length >> 8, payload.length & 255]);
    return Buffer.concat([head, payload]);
  }
  event(content) {
    return [{ channel: this.channel, data: { type: "event", content } }];
  }
  next() { // a row that the test sends by itself
    const row = { timestamp: FIRST + this.rows.length, i: this.rows.length };
    this.rows.push(row);
    return this.event([row]);
  }
  // What follows is missed.
  lose(how) {
    how();
    this.follows = false;
  }
}

async function run(name, act, check = () => {}, rows = 5, prepare = () => {}) {
  const platform = new Platform(act, rows);
  prepare(platform);
  await new Promise((resolve) => platform.server.listen(0, "127.0.0.1", resolve));
  const settings = `${work}/${name.replace(/[^a-z0-9]+/gi, "_")}.json`;
  writeFileSync(settings, JSON.stringify({ live: { url: `http://127.0.0.1:${platform.server.address().port}`, username: "a", password: "b" } }), { mode: 0o600 });
  const child = spawn(live, ["query", "--settings", settings, "x", "--follow", "--count", String(rows), "--timeout", "20s"], { stdio: ["ignore", "pipe", "pipe"] });
  let out = "", err = "";
  child.stdout.on("data", (chunk) => (out += chunk));
  child.stderr.on("data", (chunk) => (err += chunk));
  const code = await new Promise((resolve) => child.on("exit", resolve));
  platform.sockets.clients.forEach((client) => client.terminate());
  platform.server.close();
  platform.server.closeAllConnections();
  const numbers = out.trim().split("\n").filter(Boolean).map((line) => JSON.parse(line).i);
  if (code !== 0) throw new Error(`${name}: exit code ${code}: ${err}; rows ${numbers}; ${platform.upgrades.length} upgrades, closes ${platform.closes}`);
  if (numbers.join() !== [...Array(rows).keys()].join()) throw new Error(`${name}: rows ${numbers}`);
  const problem = check(platform, out);
  if (problem) throw new Error(`${name}: ${problem}`);
  console.log(`ok: ${name}`);
}

// After a loss: the same session on a new socket, its first connect to be answered at once.
function resumed(platform) {
  if (platform.upgrades.length !== 2) return `${platform.upgrades.length} upgrades`;
  const again = platform.connects.filter((connect) => connect.fresh);
  if (platform.handshakes !== 1) return `${platform.handshakes} handshakes`;
  if (again.length !== 2 || again.some((connect) => connect.clientId !== "c1" || connect.timeout !== 0)) return `connects ${JSON.stringify(again)}`;
}
const closedWith = (code) => (platform) => resumed(platform) || (platform.closes[0] === code ? null : `closed with ${platform.closes[0]}`);
// A loss that would come again: a new session, by long-polling.
const polledAfter = (code) => ({ upgrades, handshakes, polls, closes }) =>
  (upgrades.length === 1 && handshakes === 2 && polls > 0 && closes[0] === code ? null : `${upgrades.length} upgrades, ${handshakes} handshakes, ${polls} polls, closed with ${closes}`);
const once = (platform) => (platform.upgrades.length === 1 && platform.handshakes === 1 ? null : `${platform.upgrades.length} upgrades, ${platform.handshakes} handshakes`);

const nothing = () => {};
const wrong = (...bytes) => (platform) => platform.lose(() => platform.raw.write(Buffer.concat(bytes.flat())));
const close = (how) => (platform) => platform.lose(() => how(platform.socket));

const tests = [
  ["C-50 C-51 nothing is asked for but a WebSocket, on the session of HTTP", nothing, (platform) => {
    const headers = platform.upgrades[0].headers;
    if (platform.upgrades[0].url !== "/cometd" || headers["sec-websocket-version"] !== "13") return JSON.stringify(headers);
    if (headers["sec-websocket-protocol"] || headers["sec-websocket-extensions"]) return JSON.stringify(headers);
    if (platform.socket.extensions || platform.socket.protocol) return "something was negotiated";
    return once(platform);
  }],
  ["C-18 C-44 the upgrade has the credentials, and the cookie of the handshake", nothing, ({ upgrades: [{ headers }] }) =>
    (headers.cookie === "BAYEUX_BROWSER=b" && headers.authorization?.startsWith("Basic ") ? null : JSON.stringify(headers))],
  ["C-50 a sub-protocol that nobody asked for makes no WebSocket", nothing, (platform) => (platform.polls > 0 ? null : "no poll"), 5, (platform) => (platform.headers = ["Sec-WebSocket-Protocol: bayeux"])],
  ["C-50 compression that nobody asked for makes no WebSocket", nothing, (platform) => (platform.polls > 0 ? null : "no poll"), 5, (platform) => (platform.headers = ["Sec-WebSocket-Extensions: permessage-deflate"])],
  ["C-52 fragments with pings between them", (platform) => {
    const text = JSON.stringify(platform.next());
    platform.socket.send(text.slice(0, 7), { fin: false });
    platform.socket.ping("first");
    platform.socket.send(text.slice(7, 9), { fin: false });
    platform.socket.ping("second");
    platform.socket.send(text.slice(9), { fin: true });
  }, (platform) => once(platform) || (platform.pongs.join() === "first,second" ? null : `pongs ${platform.pongs}`)],
  ["C-52 a message in 500 fragments", (platform) => {
    const text = JSON.stringify([{ ...platform.next()[0], more: "é".repeat(1000) }]);
    for (let i = 0; i < 500; i++) platform.socket.send(Buffer.from(text).subarray(i * 4, i === 499 ? undefined : i * 4 + 4), { fin: i === 499, binary: false });
  }, once],
  ["C-52 several payloads in one segment", (platform) => {
    platform.raw.cork();
    for (let i = 0; i < 40; i++) platform.row();
    platform.raw.uncork();
  }, once, 50],
  ["C-52 frames a byte at a time", (platform) => {
    const bytes = Buffer.concat([1, 2, 3, 4].map(() => Platform.text(platform.next())));
    let at = 0;
    const send = () => (at < bytes.length ? platform.raw.write(bytes.subarray(at, ++at), () => setImmediate(send)) : null);
    send();
  }, once],
  ["C-52 a message of 10 MB", (platform) => { platform.row({ text: "x".repeat(BIG) }); }, (platform, out) => once(platform) || (out.length > BIG ? null : `${out.length} bytes`)],
  ["C-52 a thousand pings", (platform) => { for (let i = 0; i < 1000; i++) platform.socket.ping(String(i)); }, (platform) => once(platform)],
  ["C-52 pongs that nobody asked for", (platform) => { for (let i = 0; i < 100; i++) platform.socket.pong("x"); }, once],
  ["C-10 empty payloads are passed over", (platform) => { for (let i = 0; i < 100; i++) platform.socket.send("[]"); }, once],
  ["C-53 C-20 events leave the connect where it is", nothing, (platform) => once(platform) || (platform.connects.length === 2 ? null : `${platform.connects.length} connects`), 1000],
  ["C-54 an upgrade that is refused leads to long-polling", nothing, (platform) => (platform.polls > 0 && platform.handshakes === 1 ? null : `${platform.polls} polls, ${platform.handshakes} handshakes`), 5, (platform) => (platform.refuse = "404 Not Found")],
  ["C-55 a socket that is cut", close((socket) => socket.terminate()), resumed],
  ["C-55 a socket that ends in the middle of a frame", (platform) => platform.lose(() => platform.raw.end(Platform.text(platform.event([{ i: -1 }])).subarray(0, 30))), resumed],
  ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1011, 1012, 1013, 1014, 3000, 4999].map((code) =>
    [`C-56 closed by the server with ${code}`, close((socket) => socket.close(code, "reason")), closedWith(code)]),
  ["C-56 closed by the server without a code", close((socket) => socket.close()), closedWith(1005)],
  ["C-56 a frame that is masked", wrong(Platform.frame(0x81, 0x82, Buffer.from([1, 2, 3, 4, 0x5a, 0x5f]))), closedWith(1002)],
  ["C-56 a reserved bit", wrong(Platform.frame(0xc1, 2, Buffer.from("[]"))), closedWith(1002)],
  ["C-56 an opcode that is none", wrong(Platform.frame(0x83, 2, Buffer.from("[]"))), closedWith(1002)],
  ["C-56 a fragment of no message", wrong(Platform.frame(0x80, 2, Buffer.from("[]"))), closedWith(1002)],
  ["C-56 a message within a message", wrong(Platform.frame(0x01, 1, Buffer.from("[")), Platform.frame(0x81, 2, Buffer.from("[]"))), closedWith(1002)],
  ["C-56 a ping in fragments", wrong(Platform.frame(0x09, 1, Buffer.from("x"))), closedWith(1002)],
  ["C-56 a ping that is too long", wrong(Platform.frame(0x89, 126, Buffer.concat([Buffer.from([0, 126]), Buffer.alloc(126)]))), closedWith(1002)],
  ["C-56 text that is no UTF-8", wrong(Platform.frame(0x81, 2, Buffer.from([0xc3, 0x28]))), polledAfter(1007)],
  ["C-56 a close whose reason is no UTF-8", wrong(Platform.frame(0x88, 3, Buffer.from([0x03, 0xe9, 0xff]))), closedWith(1007)],
  ["C-56 a message that is too long by its head", wrong(Platform.frame(0x81, 127, Buffer.from([0x7f, 255, 255, 255, 255, 255, 255, 255, 0x5b]))), closedWith(1009)],
  ["C-56 a message of bytes", close((socket) => socket.send(Buffer.from("[]"))), closedWith(1003)],
  ["C-11 JSON that breaks off", close((socket) => socket.send('[{"channel":')), resumed],
  ["C-11 JSON that is no list", close((socket) => socket.send("7")), resumed],
  ["C-07 C-23 a storm of advice", (platform) => {
    for (let i = 0; i < 1000; i++)
      platform.socket.send(JSON.stringify([{ channel: i % 2 ? "/meta/connect" : "/x", id: "zzz", data: 1, successful: i % 3 === 0, advice: { reconnect: ["retry", "handshake", "none", 7][i % 4], interval: i % 5 ? i : "x", timeout: 30000, "multiple-clients": i % 2 === 0, hosts: ["other"] } }]));
  }, (platform) => once(platform) || (platform.connects.length <= 3 ? null : `${platform.connects.length} connects`)],
];

const failures = [];
for (let at = 0; at < tests.length; at += 6) // some at a time: most of it is waiting before another try
  await Promise.all(tests.slice(at, at + 6).map((test) => run(...test).catch((error) => failures.push(error.message))));
failures.forEach((failure) => console.error(`not ok: ${failure}`));
console.log(`${tests.length - failures.length} passed, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);
