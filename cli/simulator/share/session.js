// SPDX-License-Identifier: Apache-2.0
// Who writes: logging in as a user of the simulated platform, and out.
import { ask } from "./ask.js";

const byId = (id) => document.getElementById(id);
let user = null;

export const who = () => user;

function show(session) {
  user = session.user;
  byId("me").hidden = !user;
  byId("me-name").textContent = user?.name ?? "";
  byId("login").hidden = Boolean(user);
  byId("composer").hidden = !user?.may_write;
  byId("mute").hidden = !user || user.may_write;
  document.dispatchEvent(new CustomEvent("session"));
}

export async function load() {
  show(await ask("GET", "page/session"));
}

async function logIn(event) {
  const form = event.target;
  event.preventDefault();
  byId("login-error").textContent = "";
  try {
    show(await ask("POST", "page/session", { username: form.username.value, password: form.password.value }));
    form.reset();
    byId("text").focus();
  } catch (error) {
    byId("login-error").textContent = error.message;
    form.password.select();
  }
}

async function logOut() {
  show(await ask("DELETE", "page/session"));
  byId("username").focus();
}

byId("login").addEventListener("submit", logIn);
byId("logout").addEventListener("click", logOut);
