// SPDX-License-Identifier: Apache-2.0
// What the Python client once sent, sent again as it was: the simulator takes each request, an event comes out of it
// with all its members, and a resource has the form that the Python client understood.
//
//   recorded.mjs URL TCP-PORT FOLDER-OF-RECORDINGS
import { randomUUID } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { isDeepStrictEqual } from "node:util";
import faye from "faye";

const [url, tcpPort, folder] = process.argv.slice(2);
const authorization = "Basic " + Buffer.from("live-agent:live-agent").toString("base64");
const rows = [];

function filled(text) {
  return text.replaceAll("<uuid4>", () => randomUUID()).replaceAll('"<ms>"', Date.now()).replaceAll('"<epoch_s_float>"', Date.now() / 1000);
}

function send({ method, path, headers, body_text }) {
  const body = body_text && Buffer.from(filled(body_text));
  const own = { ...headers, Authorization: authorization, Host: new URL(url).host };
  if (body) own["Content-Length"] = body.length;
  return new Promise((resolve, reject) => {
    const request = http.request(url + path, { method, headers: own }, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode, type: response.headers["content-type"], text, body }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

// An event's `timestamp` is the platform's own.
async function arrives(sent, what) {
  const { timestamp, ...event } = JSON.parse(sent);
  const is = (row) => Object.keys(event).every((key) => isDeepStrictEqual(row[key], event[key]));
  for (const end = Date.now() + 10000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 10)))
    if (rows.some(is)) return;
  throw new Error(`${what}: ${sent} did not arrive`);
}

// Whether `answer` has all that `form` has, of the same types; lists have elements like the form's first.
function like(form, answer) {
  if (Array.isArray(form)) return Array.isArray(answer) && answer.length > 0 && like(form[0], answer[0]);
  if (form === null || typeof form !== "object") return typeof form === typeof answer;
  return answer !== null && typeof answer === "object" && Object.keys(form).every((key) => like(form[key], answer[key]));
}

// What the platform itself answers, where the Python caller got something else.
const forms = {
  "fetch_user_info_teams.json": ({ id, name, teams }, number) =>
    [{ id, name, teams: [{ id: teams[0].id }] }, { data: teams.map(({ id, name }) => ({ id, name })) }, { data: teams[0].roles }][number],
  "list_assets_all.json": (assets) => [{ id: assets[0].id, name: assets[0].name }],
  "list_plugins.json": (plugins) => ({ data: plugins.map(({ name, version, status }) => ({ name, version, status })) }),
};

async function takeRequest(file, recording, request, number) {
  const now = Date.now();
  const path = request.path.replace("1600000000000", now - 60000).replace("1600000030000", now + 60000);
  const answer = await send({ ...request, path });
  const input = request.method === "GET" && request.path.startsWith("/services/plugin-restinput/");
  if (answer.status !== (input ? 405 : 200)) throw new Error(`${file}: ${request.path}: ${answer.status} ${answer.text}`);
  if (input) return;
  if (request.path.startsWith("/services/plugin-restinput/")) return arrives(answer.body.toString(), file);
  if (request.path === "/healthcheck") {
    if (answer.text !== "WORKING" || !answer.type.includes("text/plain")) throw new Error(`${file}: ${answer.text}`);
  } else if (request.path === "/rest/query") {
    if (!/^\/data\/.+/.test(JSON.parse(answer.text)[0].channel)) throw new Error(`${file}: ${answer.text}`);
  } else {
    const form = forms[file] ? forms[file](recording.returns, number) : recording.returns;
    if (!like(form, JSON.parse(answer.text))) throw new Error(`${file}: ${request.path}: ${answer.text} is not like ${JSON.stringify(form)}`);
  }
}

async function takeLines(file, lines) {
  for (const line of lines) {
    const text = filled(line);
    net.connect(tcpPort, "127.0.0.1").end(text);
    await arrives(text, file);
  }
}

async function follow() {
  const types = "(well_a|raw_well|t|dda_log|__message|__messenger_control|__annotations)";
  const query = { provider: "pipes", expression: types, follow: true, preload: false, span: null, reducer: null };
  const answer = await fetch(url + "/rest/query", { method: "POST", body: JSON.stringify([query]), headers: { Authorization: authorization, "Content-Type": "application/json" } });
  const [{ channel }] = await answer.json();
  const client = new faye.Client(url + "/cometd");
  await new Promise((resolve) => client.subscribe(channel, ({ type, content }) => {
    if (type === "startRealTime") resolve();
    if (type === "event") rows.push(...content);
  }));
}

// The curve that the recorded analysis is of has values here too, but of now.
async function prepareAnalysis() {
  for (const value of [1, 2]) {
    const event = { __type: "rig_1", mnemonic: "RPM & torque/é", value };
    await send({ method: "POST", path: "/services/plugin-restinput/x/", headers: { "Content-Type": "application/json" }, body_text: JSON.stringify(event) });
  }
}

await follow();
await prepareAnalysis();
const files = readdirSync(folder).filter((file) => !file.startsWith("cometd_"));
for (const file of files) {
  const recording = JSON.parse(readFileSync(`${folder}/${file}`));
  const requests = recording.requests ?? [recording.request];
  if (requests[0]?.transport === "tcp") await takeLines(file, requests[0].bytes_per_connection);
  else for (const [number, request] of requests.entries()) await takeRequest(file, recording, request, number);
}
console.log(`ok: ${files.length} recordings of the Python client are taken as they were sent`);
process.exit(0);
