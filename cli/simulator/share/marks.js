// SPDX-License-Identifier: Apache-2.0
// The view of marks: annotations and chart markers that agents and people set.
import { ask } from "./ask.js";
import { render } from "./markup.js";
import { timeElement } from "./time.js";

const SHOWN = 200;
const marks = new Map(); // key -> event, in order of arrival

const byId = (id) => document.getElementById(id);

// [name, text] of a chart marker: one curve whose value is a text; null: it is none.
function markerOf(event) {
  const curves = Object.entries(event).filter(([, member]) => member && typeof member === "object" && !Array.isArray(member));
  return curves.length === 1 && typeof curves[0][1].value === "string" ? [curves[0][0], curves[0][1].value] : null;
}

function partsOf(event) {
  if (event.__type === "__annotations") {
    const text = typeof event.message === "string" ? event.message : JSON.stringify(event);
    const place = event.dashboard ?? event.channel ?? event.__src ?? "";
    return { kind: "Annotation", begin: event.begin, end: event.end, author: event.author, place, text };
  }
  const [curve, text] = markerOf(event);
  return { kind: "Marker", begin: event.liverig__index__timestamp ?? event.timestamp, place: `${event.__type} · ${curve}`, text };
}

function rowOf(event) {
  const parts = partsOf(event);
  const row = document.createElement("tr");
  row.insertCell().textContent = parts.kind;
  row.insertCell().append(timeElement(parts.begin));
  row.insertCell().append(parts.end === undefined ? "" : timeElement(parts.end));
  row.insertCell().textContent = typeof parts.author === "string" ? parts.author : "";
  row.insertCell().textContent = String(parts.place);
  row.insertCell().append(render(parts.text));
  row.dataset.kind = parts.kind;
  return row;
}

export function take(event) {
  const key = event.uid ?? JSON.stringify(event);
  if ((event.__type !== "__annotations" && !markerOf(event)) || marks.has(key)) return;
  marks.set(key, event);
  byId("marks").prepend(rowOf(event));
  byId("no-marks").hidden = true;
  while (byId("marks").childElementCount > SHOWN) byId("marks").lastElementChild.remove();
  if (marks.size > SHOWN) marks.delete(marks.keys().next().value);
}

export async function load() {
  (await ask("GET", "page/marks")).forEach(take);
}
