// SPDX-License-Identifier: Apache-2.0
// Shows the events that arrive at the simulated platform, by type, as they come.

const SHOWN = 100; // events kept on the page
const RATE_SPAN_MS = 5000;

const types = new Map(); // name -> { count, times, last, row }
let selected = null;
let paused = false;

const byId = (id) => document.getElementById(id);

function cell(row, className) {
  const td = row.insertCell();
  if (className) td.className = className;
  return td;
}

function addType(name) {
  const row = document.createElement("tr");
  const entry = { count: 0, times: [], last: 0, row };
  cell(row).textContent = name;
  entry.countCell = cell(row, "number");
  entry.rateCell = cell(row, "number");
  entry.lastCell = cell(row);
  row.tabIndex = 0;
  row.addEventListener("click", () => select(selected === name ? null : name));
  row.addEventListener("keydown", (event) => event.key === "Enter" && row.click());
  types.set(name, entry);

  const after = [...types.keys()].sort().find((other) => other > name);
  byId("types").insertBefore(row, after ? types.get(after).row : null);
  byId("none").hidden = true;
  return entry;
}

function select(name) {
  selected = name;
  for (const [type, entry] of types) entry.row.setAttribute("aria-selected", String(type === name));
  byId("shown").textContent = name ? `of type ${name}` : "of every type";
  byId("events").replaceChildren();
}

function show(event) {
  const name = String(event.__type);
  const entry = types.get(name) ?? addType(name);
  entry.count += 1;
  entry.last = event.timestamp;
  entry.times.push(Date.now());

  if (paused || (selected && selected !== name)) return;
  const item = document.createElement("li");
  const label = document.createElement("span");
  label.className = "type";
  label.textContent = name;
  item.append(label, JSON.stringify(event));
  const list = byId("events");
  list.prepend(item);
  while (list.childElementCount > SHOWN) list.lastElementChild.remove();
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

function state(text, up) {
  byId("state").textContent = text;
  byId("state").className = up ? "up" : "down";
}

byId("pause").addEventListener("click", (event) => {
  paused = !paused;
  event.target.setAttribute("aria-pressed", String(paused));
});

const feed = new EventSource("feed");
feed.addEventListener("open", () => state("events appear as they arrive", true));
feed.addEventListener("error", () => state("the simulator is gone; trying again", false));
feed.addEventListener("message", (message) => JSON.parse(message.data).forEach(show));
setInterval(refresh, 500);
