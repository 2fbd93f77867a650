// SPDX-License-Identifier: Apache-2.0
// The page of the simulated platform: one feed of events, three views of them.
import * as events from "./events.js";
import * as marks from "./marks.js";
import * as rooms from "./rooms.js";
import * as session from "./session.js";

const views = ["rooms", "marks", "events"];
const byId = (id) => document.getElementById(id);

function state(text, up) {
  byId("state").textContent = text;
  byId("state").className = up ? "up" : "down";
}

function showView() {
  const wanted = views.includes(location.hash.slice(1)) ? location.hash.slice(1) : views[0];
  for (const view of views) {
    byId(`view-${view}`).hidden = view !== wanted;
    if (view === wanted) byId(`to-${view}`).setAttribute("aria-current", "page");
    else byId(`to-${view}`).removeAttribute("aria-current");
  }
}

// The feed is open before history is asked for, so that nothing falls between them.
async function onOpen() {
  try {
    await Promise.all([session.load(), rooms.load(), marks.load()]);
    state("live", true);
    document.body.dataset.ready = "true";
  } catch (error) {
    state(error.message, false);
  }
}

function take(event) {
  events.take(event);
  rooms.take(event);
  marks.take(event);
}

const feed = new EventSource("feed");
feed.addEventListener("open", onOpen);
feed.addEventListener("missed", onOpen); // it came faster than this page reads
feed.addEventListener("error", () => state("the simulator is gone; trying again", false));
feed.addEventListener("message", (message) => JSON.parse(message.data).forEach(take));
addEventListener("hashchange", showView);
showView();
