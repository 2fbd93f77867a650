// SPDX-License-Identifier: Apache-2.0
// A person at the simulator's page, in a real browser: reads, logs in, writes, and a scripted peer answers.
//
//   page.mjs URL BIN-OF-live CHROMIUM PICTURES
import { randomUUID } from "node:crypto";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import readline from "node:readline";
import { chromium } from "playwright-core";

const [url, live, executablePath, pictures] = process.argv.slice(2);
const ROOM = "k3v9a1m2q0c7d5e8f6g4h2j1n0";
const basic = "Basic " + Buffer.from("live-agent:live-agent").toString("base64");
let passed = 0;

async function step(name, run) {
  await run();
  passed += 1;
  console.log(`ok: ${name}`);
}

async function send(event) {
  const answer = await fetch(`${url}/services/plugin-restinput/test/`, {
    method: "POST", headers: { Authorization: basic, "Content-Type": "application/json" }, body: JSON.stringify(event),
  });
  assert.equal(answer.status, 200);
}

const message = (text, more) => ({
  __type: "__message", uid: randomUUID(), createdAt: Date.now(), message: text,
  room: { id: ROOM }, author: { id: 2, name: "Live agent" }, ...more,
});

// A bot: it follows the messages that name it and answers each.
function startPeer() {
  writeFileSync(`${pictures}/peer.json`, JSON.stringify({ live: { url, username: "live-agent", password: "live-agent" } }));
  const child = spawn(live, ["query", "-s", `${pictures}/peer.json`, "--follow",
    "__message -__delete:* => @filter(message:lower():contains(\"rigbot\") && author->name != \"Live agent\")"],
  { stdio: ["ignore", "pipe", "inherit"] });
  readline.createInterface({ input: child.stdout }).on("line", (line) => {
    const asked = JSON.parse(line);
    send(message(`*${asked.author.name}*, you said: ${asked.message} — see <https://example.org/help|the help>`));
  });
  return child;
}

async function newPage(browser, options) {
  const page = await browser.newPage(options);
  page.complaints = [];
  page.on("console", (entry) => ["error", "warning"].includes(entry.type()) && page.complaints.push(entry.text()));
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("dialog", (dialog) => { page.complaints.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  await page.goto(url);
  await page.waitForSelector("body[data-ready]");
  return page;
}

async function logIn(page, name, password = name) {
  await page.getByLabel("User").fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
}

const browser = await chromium.launch({ executablePath, headless: true, args: ["--no-sandbox", "--disable-gpu", "--disable-quic",
  "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
const peer = startPeer();

try {
  await send(message("Good morning, everybody."));
  const page = await newPage(browser, { viewport: { width: 1280, height: 800 }, colorScheme: "light" });
  const log = page.getByRole("log");

  await step("rooms, their members and what was said are there before anybody logs in", async () => {
    await log.getByText("Good morning, everybody.").waitFor();
    assert.deepEqual(await page.locator("#room-list .name").allTextContents(), ["All", "Rig 1"]);
    assert.ok((await page.locator("#members .name").allTextContents()).includes("Administrator"));
    assert.equal(await page.locator("#composer").isVisible(), false);
  });

  await step("a message of a person is seen by a bot, and its answer by the person", async () => {
    await logIn(page, "admin");
    await page.locator("#me-name").getByText("Administrator").waitFor();
    for (let tries = 0; ; tries += 1) { // the bot's query may still be starting
      await page.getByLabel("Message", { exact: true }).fill("rigbot, how is the pump?");
      await page.keyboard.press("Enter");
      const answer = log.getByText("Administrator, you said: rigbot, how is the pump?");
      if (await answer.first().waitFor({ timeout: 2000 }).then(() => true, () => false)) break;
      assert.ok(tries < 10, "the bot never answered");
    }
    assert.equal(await log.locator(".bubble strong").first().textContent(), "Administrator");
    assert.equal(await log.getByRole("link", { name: "the help" }).first().getAttribute("href"), "https://example.org/help");
    assert.equal(await page.getByLabel("Message", { exact: true }).inputValue(), "");
  });

  await step("markup and scripts of others stay text", async () => {
    const evil = ["<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "<javascript:alert(1)|click>",
      "*<b onclick=alert(1)>bold</b>*", "<https://ok.example|<script>alert(2)</script>>", "2*3*4 and a * b * c", "\u0007 \u202e x"];
    for (const text of evil) await send(message(text, { author: { id: 66, name: "<script>alert(3)</script>" } }));
    await send(message(null));
    await send({ __type: "__message", uid: 7, message: 3, room: "x", author: null, createdAt: "yesterday" });
    await send(message("no author, no time", { author: undefined, createdAt: "yesterday" }));
    await log.getByText("no author, no time").waitFor();
    for (const text of evil.slice(0, 3)) assert.equal(await log.getByText(text, { exact: true }).count(), 1);
    assert.equal(await log.getByText("2*3*4 and a * b * c").count(), 1);
    assert.equal(await page.locator("main script, main img, main b[onclick]").count(), 0);
    assert.equal(await page.locator('main a[href^="javascript"]').count(), 0);
    assert.equal(await log.locator("strong", { hasText: "<b onclick=alert(1)>bold</b>" }).count(), 1);
  });

  await step("a message of a megabyte, and one that is all markup, leave the page in reach", async () => {
    await send(message(`begin ${"0123456789 ".repeat(95000)}`));
    await send(message(`${"*a <".repeat(50000)}${"*".repeat(50000)}`));
    await log.getByRole("button", { name: /Show all 1.045.006 characters/u }).waitFor();
    await log.getByRole("button", { name: /Show all 250.000 characters/u }).click();
    await send(message("after the long ones"));
    await log.getByText("after the long ones").waitFor();
  });

  await step("a control event changes the members on the page, and is told in the room", async () => {
    await send({ __type: "__messenger_control", uid: randomUUID(), createdAt: Date.now(), action: "room_users_updated",
      room: { id: ROOM }, sender: { id: 1, name: "Administrator" },
      addedOrUpdatedUsers: [{ id: 40, name: "Pump watcher", isNewUser: true, isAdmin: false }], removedUsers: [] });
    await page.locator("#members").getByText("Pump watcher").waitFor();
    await log.getByText("Pump watcher joined").waitFor();
  });

  await step("what is said elsewhere is counted, and a deleted message is not shown", async () => {
    await send(message("to the rig", { room: { id: "p7r2t8w4y6b1c3d5f9g0h2k4m6" } }));
    await page.getByLabel("1 new").waitFor();
    await send(message("gone", { room: { id: "p7r2t8w4y6b1c3d5f9g0h2k4m6" }, __delete: true }));
    await page.getByRole("button", { name: "Rig 1" }).click();
    await log.getByText("to the rig").waitFor();
    assert.equal(await log.getByText("gone").count(), 0);
    await page.getByRole("button", { name: "All" }).click();
    await log.getByText("Good morning, everybody.").waitFor();
  });
  await page.screenshot({ path: `${pictures}/rooms.png` });

  await step("annotations and chart markers are listed", async () => {
    await send({ __type: "__annotations", uid: randomUUID(), createdAt: 1700000000000, begin: 1700000000000, end: 1700000030000,
      author: "Pump watcher", message: "*pressure* above 2400 psi", room: { id: ROOM }, dashboard: "Mud pumps", searchable: true });
    await send({ __type: "raw_rig_1", liverig__index__timestamp: Date.now(), MESSAGE: { value: "connection made" } });
    await page.getByRole("link", { name: "Marks" }).click();
    await page.getByRole("row", { name: /Annotation.*Pump watcher.*Mud pumps.*pressure above 2400 psi/u }).waitFor();
    await page.getByRole("row", { name: /Marker.*raw_rig_1 · MESSAGE.*connection made/u }).waitFor();
    await page.screenshot({ path: `${pictures}/marks.png` });
  });

  await step("events are shown as they arrive", async () => {
    await page.getByRole("link", { name: "Events" }).click();
    await send({ __type: "hello", n: 1 });
    await page.getByRole("button", { name: "hello" }).click();
    await send({ __type: "hello", n: 2 });
    await page.locator("#events").getByText('"n":2').waitFor();
    await page.screenshot({ path: `${pictures}/events.png` });
  });

  await step("a narrow dark page keeps everything in reach, with history and the session after a reload", async () => {
    await page.setViewportSize({ width: 375, height: 700 });
    await page.emulateMedia({ colorScheme: "dark" });
    await page.goto(url);
    await page.waitForSelector("body[data-ready]");
    await log.getByText("Good morning, everybody.").waitFor();
    assert.equal(await page.locator("#composer").isVisible(), true);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 375);
    await page.screenshot({ path: `${pictures}/narrow.png` });
  });

  await step("who logs out cannot write, and who lacks the permission is told so", async () => {
    await page.getByRole("button", { name: "Log out" }).click();
    await logIn(page, "viewer");
    await page.getByText("lacks the permission USE_MESSENGER").waitFor();
    assert.equal(await page.locator("#composer").isVisible(), false);
  });
  assert.deepEqual(page.complaints, [], "the console is silent");

  await step("every view is in reach of those who do not see or use a mouse, in light and dark", async () => {
    const source = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
    for (const colorScheme of ["light", "dark"]) {
      const other = await newPage(browser, { colorScheme, bypassCSP: true }); // axe is a script of the test's
      for (const view of ["Rooms", "Marks", "Events"]) {
        await other.getByRole("link", { name: view }).click();
        await other.evaluate(source);
        const violations = await other.evaluate(async () => (await window.axe.run()).violations.map((rule) => rule.id));
        assert.deepEqual(violations, [], `${view}, ${colorScheme}`);
      }
      await other.close();
    }
  });

  await step("a wrong password is refused in words", async () => {
    const other = await newPage(browser);
    await logIn(other, "admin", "wrong");
    await other.getByRole("alert").getByText("no user has this name and password").waitFor();
  });
  console.log(`${passed} passed, 0 failed`);
} finally {
  peer.kill();
  await browser.close();
}
