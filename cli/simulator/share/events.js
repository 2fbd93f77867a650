// SPDX-License-Identifier: Apache-2.0
// The view of events: what arrives at the simulated platform, by type, as it comes.

const SHOWN = 100; // events kept on the page
const RATE_SPAN_MS = 5000;

const types = new Map(); // name -> { count, times, last, row }
let waiting = []; // events to be drawn with the next frame
let selected = null;
let paused = false;

const byId = (id) => document.getElementById(id);

function cell(row, className) {
  const td = row.insertCell();
  if (className) td.className = className;
  return td;
}

function select(name) {
  selected = name;
  for (const [type, entry] of types) entry.button.setAttribute("aria-pressed", String(type === name));
  byId("shown").textContent = name ? `of type ${name}` : "of every type";
  byId("events").replaceChildren();
}

function addType(name) {
  const row = document.createElement("tr");
  const button = document.createElement("button");
  const entry = { count: 0, times: [], last: 0, row, button };
  button.type = "button";
  button.textContent = name;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => select(selected === name ? null : name));
  cell(row).append(button);
  entry.countCell = cell(row, "number");
  entry.rateCell = cell(row, "number");
  entry.lastCell = cell(row, "number");
  types.set(name, entry);

  const after = [...types.keys()].sort().find((other) => other > name);
  byId("types").insertBefore(row, after ? types.get(after).row : null);
  byId("none").hidden = true;
  return entry;
}

function draw() {
  const list = byId("events");
  for (const event of waiting) {
    const item = document.createElement("li");
    const label = document.createElement("span");
    label.className = "type";
    label.textContent = String(event.__type);
    item.append(label, JSON.stringify(event));
    list.prepend(item);
  }
  waiting = [];
  while (list.childElementCount > SHOWN) list.lastElementChild.remove();
}

export function take(event) {
  const name = String(event.__type);
  const entry = types.get(name) ?? addType(name);
  entry.count += 1;
  entry.last = event.timestamp;
  entry.times.push(Date.now());

  if (paused || (selected && selected !== name)) return;
  if (waiting.length === 0) requestAnimationFrame(draw);
  waiting.push(event);
  if (waiting.length > SHOWN) waiting.shift();
}

function refresh() {
  const since = Date.now() - RATE_SPAN_MS;
  for (const entry of types.values()) {
    while (entry.times.length && entry.times[0] < since) entry.times.shift();
    entry.countCell.textContent = entry.count;
    entry.rateCell.textContent = (entry.times.length / (RATE_SPAN_MS / 1000)).toFixed(1);
    entry.lastCell.textContent = new Date(entry.last).toLocaleTimeString();
  }
}

byId("pause").addEventListener("click", (event) => {
  paused = !paused;
  event.target.setAttribute("aria-pressed", String(paused));
});
setInterval(refresh, 500);
