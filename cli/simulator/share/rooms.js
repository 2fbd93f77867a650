// SPDX-License-Identifier: Apache-2.0
// The view of rooms: who is in them, what is said as it is said, and a box to write.
import { ask } from "./ask.js";
import { render } from "./markup.js";
import { who } from "./session.js";
import { timeElement } from "./time.js";

const SHOWN = 500; // messages kept of a room
const LONG = 4000; // characters of a message that are shown at once
const TOGETHER_MS = 180000; // messages of one author so close belong together
const COLOURS = 6;

const rooms = new Map(); // id -> { name, users, items, unread }
let current = null; // id of the room that is shown

const byId = (id) => document.getElementById(id);

function make(name, className, text) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

const nameOf = (person) => String(person?.name ?? "somebody");
const idOf = (event) => String(event.room?.id ?? "");
const timeOf = (event) => (Number.isFinite(event.createdAt) ? event.createdAt : event.timestamp);
const keyOf = (event) => event.uid ?? JSON.stringify(event);
const isSaid = (event) => event.__type === "__message" && typeof event.message === "string" && !("__delete" in event);

// Rooms

function showRooms() {
  const buttons = [...rooms].map(([id, room]) => {
    const item = make("li");
    const button = make("button", "room");
    button.type = "button";
    if (id === current) button.setAttribute("aria-current", "true");
    button.append(make("span", "name", room.name));
    if (room.unread) {
      const unread = make("span", "unread", String(room.unread));
      unread.setAttribute("aria-label", `${room.unread} new`);
      button.append(unread);
    }
    button.addEventListener("click", () => open(id));
    item.append(button);
    return item;
  });
  byId("room-list").replaceChildren(...buttons);
  const unread = [...rooms.values()].reduce((sum, room) => sum + room.unread, 0);
  document.title = unread ? `(${unread}) LIVE simulator` : "LIVE simulator";
}

function avatar(person) {
  const letters = nameOf(person).split(/\s+/u).map((word) => [...word][0] ?? "").join("").slice(0, 2).toUpperCase();
  const seed = [...nameOf(person)].reduce((sum, letter) => sum + letter.codePointAt(0), 0);
  const made = make("span", `avatar colour-${seed % COLOURS}`, letters);
  made.setAttribute("aria-hidden", "true");
  return made;
}

function showMembers() {
  const users = rooms.get(current)?.users ?? [];
  byId("members").replaceChildren(...users.map((user) => {
    const item = make("li");
    item.append(avatar(user), make("span", "name", nameOf(user)));
    return item;
  }));
  byId("member-count").textContent = String(users.length);
}

// Messages

// A long message shows its beginning, and the rest to who asks for it.
function fill(bubble, text) {
  bubble.append(render(text.slice(0, LONG)));
  if (text.length <= LONG) return;
  const more = make("button", "more", `Show all ${text.length.toLocaleString()} characters`);
  more.type = "button";
  more.addEventListener("click", () => bubble.replaceChildren(render(text)));
  bubble.append("… ", more);
}

function messageItem(event, before) {
  const item = make("li", "message");
  const own = who() && event.author?.id === who().id;
  const follows = before && isSaid(before) && nameOf(before.author) === nameOf(event.author)
    && timeOf(event) - timeOf(before) < TOGETHER_MS;
  const head = make("p", "head");
  const bubble = make("p", "bubble");

  head.append(make("span", "author", nameOf(event.author)), timeElement(timeOf(event)));
  fill(bubble, event.message);
  if (own) item.classList.add("own");
  if (follows) item.classList.add("follows");
  item.append(avatar(event.author), head, bubble);
  return item;
}

function itemOf(event, before) {
  return isSaid(event) ? messageItem(event, before) : make("li", "notice", event.notice);
}

function showMessages() {
  const items = [...(rooms.get(current)?.items.values() ?? [])];
  byId("messages").replaceChildren(...items.map((event, index) => itemOf(event, items[index - 1])));
  byId("silence").hidden = items.length > 0;
  byId("log").scrollTop = byId("log").scrollHeight;
}

// Adds one at the end; what comes late has the room drawn anew.
function add(room, event) {
  const last = [...room.items.values()].at(-1);
  if (room.items.has(keyOf(event))) return;
  room.items.set(keyOf(event), event);
  if (room.items.size > SHOWN) room.items.delete(room.items.keys().next().value);
  if (room !== rooms.get(current)) {
    room.unread += isSaid(event) ? 1 : 0;
    showRooms();
    return;
  }
  const log = byId("log");
  const list = byId("messages");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  list.append(itemOf(event, last));
  byId("silence").hidden = true;
  while (list.childElementCount > SHOWN) list.firstElementChild.remove();
  if (atEnd) log.scrollTop = log.scrollHeight;
}

async function open(id) {
  const room = rooms.get(id);
  current = id;
  room.unread = 0;
  byId("room-name").textContent = room.name;
  byId("text").placeholder = `Message to ${room.name}`;
  showRooms();
  showMembers();
  showMessages();
  const past = await ask("GET", `page/messages?room=${encodeURIComponent(id)}`);
  const all = new Map(past.map((event) => [keyOf(event), event]));
  for (const [key, event] of room.items) all.set(key, event);
  room.items = new Map([...all].sort(([, a], [, b]) => a.timestamp - b.timestamp));
  if (current === id) showMessages();
}

// What comes

async function loadRooms() {
  const list = await ask("GET", "page/rooms");
  for (const { id, name, users } of list) {
    const known = rooms.get(id) ?? { items: new Map(), unread: 0 };
    rooms.set(id, Object.assign(known, { name: String(name ?? id), users: users ?? [] }));
  }
  showRooms();
  showMembers();
}

export async function load() {
  await loadRooms();
  const first = rooms.has(current) ? current : rooms.keys().next().value;
  if (first !== undefined) await open(first);
}

const names = (people) => people.map(nameOf).join(", ");

function takeControl(event) {
  const room = rooms.get(idOf(event));
  const added = Array.isArray(event.addedOrUpdatedUsers) ? event.addedOrUpdatedUsers : [];
  const removed = Array.isArray(event.removedUsers) ? event.removedUsers : [];
  loadRooms();
  if (!room || (!added.length && !removed.length)) return;
  const parts = [];
  if (added.length) parts.push(`${names(added)} joined`);
  if (removed.length) parts.push(`${names(removed)} left`);
  add(room, { uid: event.uid, timestamp: event.timestamp, notice: parts.join(" · ") });
}

export function take(event) {
  if (event.__type === "__messenger_control") takeControl(event);
  const room = isSaid(event) ? rooms.get(idOf(event)) : undefined;
  if (room) add(room, event);
}

// Writing

async function say(event) {
  const box = byId("text");
  event?.preventDefault();
  byId("say-error").textContent = "";
  if (!box.value.trim()) return;
  try {
    await ask("POST", "page/messages", { room: current, text: box.value });
    box.value = "";
  } catch (error) {
    byId("say-error").textContent = error.message;
  }
  box.focus();
}

byId("composer").addEventListener("submit", say);
byId("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) say(event);
});
document.addEventListener("session", () => current !== null && showMessages());
