// SPDX-License-Identifier: Apache-2.0
// Broken settings by the hundred, made from a valid file by a table of mutations, each with the line, the column and the
// message that are due: `live validate` must say just that, and the generated schema must agree by ajv.
//
//   node mutate.mjs LIVE VALID-FILE SCHEMA-FILE
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";

const [live, validFile, schemaFile] = process.argv.slice(2);
const valid = readFileSync(validFile, "utf8");
const ajv = new Ajv({ strict: false, allErrors: false });
const accepts = ajv.compile(JSON.parse(readFileSync(schemaFile, "utf8")));

// Where everything stands in a text of JSON: pointer → { key, start, end }, in characters.
function scan(text) {
    const places = new Map();
    let at = 0;
    const space = () => { while (/\s/.test(text[at])) at++; };
    const string = () => {
        const start = at++;
        while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
        at++;
        return JSON.parse(text.slice(start, at));
    };
    const value = (pointer, key) => {
        space();
        const place = { key, start: at };
        places.set(pointer, place);
        if (text[at] === "{") object(pointer);
        else if (text[at] === "[") array(pointer);
        else if (text[at] === '"') string();
        else while (/[^\s,\]}]/.test(text[at])) at++;
        place.end = at;
        space();
    };
    const object = (pointer) => {
        at++;
        space();
        while (text[at] !== "}") {
            const key = at;
            const name = string();
            space();
            at++; // the colon
            value(`${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`, key);
            if (text[at] === ",") at++;
            space();
        }
        at++;
    };
    const array = (pointer) => {
        at++;
        for (let index = 0; space(), text[at] !== "]"; index++) {
            value(`${pointer}/${index}`);
            if (text[at] === ",") at++;
        }
        at++;
    };
    value("");
    return places;
}

const lineOf = (text, offset) => text.slice(0, offset).split("\n").length;
const columnOf = (text, offset) => [...text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset)].length + 1;

// What may stand wrongly in the place of a value, and what is said about it.
const due = (message, ...values) => values.map((value) => [value, `${message} is due`]);
const secretDue = 'a text, or one of {"file": …}, {"env": …}, {"credential": …}';
const wrong = {
    text: due("a text", "5", "true", "[]", "{}"),
    whole: due("a whole number", '"x"', "true", "[]", "{}", "1.5", "1e300"),
    number: due("a number", '"x"', "true", "[]", "{}"),
    yesno: due("true or false", '"yes"', "1", "[]", "{}"),
    duration: due('a duration such as "10s", "500ms" or a number of seconds', '"soon"', "-1", "true", "[]", "{}", '"10 fortnights"'),
    size: due('a size such as "10 MB", "512 KiB" or a number of bytes', '"much"', "-1", "true", "[]", "{}", '"2 PB"', "1.5"),
    object: due("an object", "5", '"x"', "[]", "true"),
    objectOrText: due("a text or an object", "5", "[]", "true"),
    texts: due("a list of texts", "5", '"x"', "{}", "[1]", '["a", {}]'),
    numbers: due("a list of numbers", "5", '"x"', "{}", '["a"]', "[1, true]"),
    map: due("an object of texts", "5", '"x"', "[]", '{"a": 1}'),
    objects: due("a list of objects", "5", '"x"', "{}"),
    secret: due(secretDue, "5", "true", "[]", "{}", '{"fil": "x"}', '{"file": "a", "env": "B"}'),
    boolOrText: due("true, false or a text", "5", "[]", "{}"),
    process: due("the name of a process", "5", "[]", "{}"),
};

// Which kind each value is of; `extra` are mistakes of its own.
const own = "/processes/one of each";
const listenDue = "does not fit: Address and port that Prometheus asks, such as 127.0.0.1:9464; without it there is none.";
const kinds = {
    [`${own}/text`]: ["text"],
    [`${own}/rig`]: ["text", ['"rig 7"', "'rig 7' does not fit: A rig such as RIG-7."], ['"RIG-"', "'RIG-' does not fit: A rig such as RIG-7."]],
    [`${own}/unit`]: ["text", ['"pints"', "'pints' is none of litres, barrels"]],
    [`${own}/needed`]: ["text", ["null", "this setting must be given"]],
    [`${own}/event_type`]: ["text"],
    [`${own}/count`]: ["whole"],
    [`${own}/share`]: ["whole", ["-1", "it is less than 0"], ["101", "it is more than 100"]],
    [`${own}/every`]: ["duration"],
    [`${own}/after`]: ["duration", ["9", "it is less than 10s"], ["3601", "it is more than 1h"]],
    [`${own}/max`]: ["size"],
    [`${own}/room`]: ["size", ["1023", "it is less than 1 KiB"], ["1073741825", "it is more than 1 GiB"]],
    [`${own}/factor`]: ["number"],
    [`${own}/verbose`]: ["yesno"],
    [`${own}/enabled`]: ["yesno"],
    [`${own}/restart`]: ["text", ['"sometimes"', "'sometimes' is none of always, on-failure, never"]],
    [`${own}/watchdog`]: ["duration", ["86401", "it is more than 1d"]],
    [`${own}/limits`]: ["object"],
    [`${own}/limits/memory`]: ["size"],
    [`${own}/limits/cpu`]: ["duration"],
    [`${own}/limits/files`]: ["whole", ["-1", "it is less than 0"], ["1000001", "it is more than 1000000"]],
    [`${own}/limits/tasks`]: ["whole", ["-1", "it is less than 0"], ["1000001", "it is more than 1000000"]],
    [`${own}/limits/cores`]: ["number", ["-0.5", "it is less than 0"], ["4097", "it is more than 4096"]],
    [`${own}/nested`]: ["object"],
    [`${own}/nested/name`]: ["text"],
    [`${own}/nested/weight`]: ["number", ["-0.5", "it is less than 0"], ["10.5", "it is more than 10"]],
    [`${own}/named`]: ["objectOrText"],
    [`${own}/named/name`]: ["text"],
    [`${own}/named/weight`]: ["number", ["11", "it is more than 10"]],
    [`${own}/texts`]: ["texts"],
    [`${own}/kinds`]: ["texts", ['["litres", "pints"]', "'pints' is none of litres, barrels"]],
    [`${own}/levels`]: ["numbers", ["[1, -2]", "it is less than 0"]],
    [`${own}/roles`]: ["map"],
    [`${own}/parts`]: ["objects"],
    [`${own}/parts/0`]: ["object"],
    [`${own}/parts/0/name`]: ["text", ["null", "this setting must be given"]],
    [`${own}/parts/0/weight`]: ["number", ["-1", "it is less than 0"]],
    [`${own}/token`]: ["secret"],
    [`${own}/verify`]: ["boolOrText"],
    [`${own}/output`]: ["object"],
    [`${own}/output/author`]: ["object"],
    [`${own}/output/author/id`]: ["whole"],
    [`${own}/output/author/name`]: ["text"],
    [`${own}/output/room/id`]: ["text"],
    [`${own}/output/message_event/event_type`]: ["text"],
    [`${own}/output/message_event/mnemonic`]: ["text"],
    "/processes/alarm/limit": ["number"],
    "/processes/alarm/mnemonics": ["map"],
    "/processes/bot/logic_adapters": [null, ["5", "a list of logic adapters is due"], ["{}", "a list of logic adapters is due"],
        ["[7]", 'a list of adapters: names, or objects with a "name" is due'], ["[{}]", 'a list of adapters: names, or objects with a "name" is due']],
    "/processes/bot/logic_adapters/1/minutes": ["whole"],
    "/processes/bot/logic_adapters/3/minutes": ["whole"],
    "/processes/bot/logic_adapters/6/minutes": ["whole"],
    "/live": ["object"],
    "/live/url": ["text", ['"ftp://x"', "'ftp://x' does not fit: Address of the platform, such as https://live.example.com."]],
    "/live/username": ["text"],
    "/live/password": ["secret"],
    "/live/rest_input": ["text"],
    "/live/verify_ssl": ["boolOrText"],
    "/live/tls": ["object"],
    "/live/tls/certificate": ["text"],
    "/live/tls/key": ["text"],
    "/live/tls/key_password": ["secret"],
    "/live/tls/pinned_key": ["text"],
    "/live/tls/min_version": ["text", ['"1.1"', "'1.1' is none of 1.2, 1.3"]],
    "/live/tls/tcp_input": ["yesno"],
    "/live/proxy": ["objectOrText"],
    "/live/proxy/url": ["text"],
    "/live/proxy/username": ["text"],
    "/live/proxy/password": ["secret"],
    "/live/proxy/except": ["text"],
    "/live/ip": ["text"],
    "/live/port": ["whole", ["0", "it is less than 1"], ["65536", "it is more than 65535"]],
    "/logging": ["object"],
    "/logging/level": ["text", ['"loud"', "'loud' does not fit: The least severe level that is logged: error, warn, info or debug."]],
    "/logging/event_type": ["text"],
    "/logging/log_to_live": ["yesno"],
    "/outbox": ["object"],
    "/outbox/sync": ["duration", ["61", "it is more than 1m"]],
    "/outbox/max_size": ["size"],
    "/outbox/max_age": ["duration", ["59", "it is less than 1m"]],
    "/outbox/min_free": ["size"],
    "/outbox/on_full": ["text", ['"burst"', "'burst' is none of drop-oldest, refuse"]],
    "/outbox/idempotent": ["yesno"],
    "/outbox/gzip": ["yesno"],
    "/outbox/fresh_rate": ["size"],
    "/outbox/backlog_rate": ["size"],
    "/outbox/batch_count": ["whole", ["0", "it is less than 1"], ["100001", "it is more than 100000"]],
    "/outbox/batch_size": ["size", ["1023", "it is less than 1 KiB"], ["16777217", "it is more than 16 MiB"]],
    "/outbox/retry_cap": ["duration", ["0.4", "it is less than 500ms"], ["3601", "it is more than 1h"]],
    "/metrics": ["object"],
    "/metrics/listen": ["text", ['"rig.example:80"', `'rig.example:80' ${listenDue}`], ['"127.0.0.1"', `'127.0.0.1' ${listenDue}`]],
    "/metrics/allow_remote": ["yesno"],
    "/metrics/hosts": ["texts"],
    "/processes/alarm": ["object"],
    "/processes": [null, ["5", "an object is due"], ["[]", "an object is due"]],
    "/enabled_modules": ["texts"],
};

// Mutations

const places = scan(valid);
const cases = [];
const replace = (from, to, text) => valid.slice(0, from) + text + valid.slice(to);

for (const [pointer, [kind, ...extra]] of Object.entries(kinds)) {
    const place = places.get(pointer);
    if (!place) throw new Error(`${pointer} is not in the valid file`);
    for (const [value, text] of [...(kind ? wrong[kind] : []), ...extra])
        cases.push({ text: replace(place.start, place.end, value), pointer, message: text });
}

// A letter less in a key that is known: a mistake that knows what was meant. (A type is looked at before all else.)
const opaque = (pointer) => /\/(roles|mnemonics|remark|token|password|key_password)\//.test(pointer) || /^\/processes\/[^/]*$/.test(pointer);
for (const [pointer, place] of places) {
    const key = pointer.slice(pointer.lastIndexOf("/") + 1);
    if (place.key === undefined || key.length < 3 || opaque(pointer) || key === "type") continue;
    const short = key.slice(0, -1);
    const parent = pointer.slice(0, pointer.lastIndexOf("/"));
    if (places.has(`${parent}/${short}`) || /\/logic_adapters\/.\/(name|import_path)$/.test(pointer)) continue; // that is another one
    cases.push({ text: replace(place.key, place.key + key.length + 2, `"${short}"`), pointer: `${parent}/${short}`,
        message: `no such setting; did you mean '${key}'?`, key: true });
}

// A key that is far from all: a warning.
for (const parent of ["", own, `${own}/nested`, `${own}/output`, `${own}/parts/1`, "/processes/least", "/processes/bot/logic_adapters/3",
    "/live", "/logging", "/outbox", "/metrics"]) {
    const place = places.get(parent);
    cases.push({ text: replace(place.start + 1, place.start + 1, '"far from all of them": 1, '),
        pointer: `${parent}/far from all of them`, message: "no such setting; it is ignored", key: true, warning: true });
}

// What is missing, what is not known.
const cut = (pointer) => {
    const place = places.get(pointer);
    const rest = valid.slice(place.end).match(/^\s*,\s*/);
    return replace(place.key, place.end + (rest ? rest[0].length : 0), "");
};
const least = places.get("/processes/least");
const type = places.get("/processes/alarm/type");
const adapter = places.get("/processes/bot/logic_adapters/0");
const byClass = places.get("/processes/bot/logic_adapters/3/import_path");
cases.push(
    { text: cut(`${own}/needed`), pointer: `${own}/needed`, message: "this setting must be given", at: own },
    { text: cut(`${own}/parts/0/name`), pointer: `${own}/parts/0/name`, message: "this setting must be given", at: `${own}/parts/0` },
    ...[["", "the name of a process has 1 to 200 bytes"], ["n".repeat(201), "the name of a process has 1 to 200 bytes"],
        ["gateway", "a process of the agent's own is called so; give it another name"]].map(([name, message]) => (
        { text: replace(least.key, least.key + '"least"'.length, `"${name}"`), pointer: `/processes/${name}`, message, key: true })),
    { text: cut("/processes/alarm/type"), pointer: "/processes/alarm/type", message: "this setting must be given", at: "/processes/alarm" },
    { text: replace(type.start, type.end, '"gauge_alrm"'), pointer: "/processes/alarm/type",
        message: "no enabled module has a process 'gauge_alrm'; did you mean 'gauge_alarm'?" },
    { text: replace(type.start, type.end, '"something else"'), pointer: "/processes/alarm/type",
        message: "no enabled module has a process 'something else'" },
    { text: replace(adapter.start, adapter.end, '"gauge.none"'), pointer: "/processes/bot/logic_adapters/0",
        message: "no enabled module has the adapter 'gauge.none'" },
    { text: replace(adapter.start, adapter.end, '"chatterbot.BestOfAll"'), pointer: "/processes/bot/logic_adapters/0",
        message: "no enabled module has the adapter 'chatterbot.BestOfAll'" },
    { text: replace(byClass.start, byClass.end, '"modules.gauge.x.NoneAdapter"'), pointer: "/processes/bot/logic_adapters/3",
        message: "no enabled module has the adapter 'gauge.none'" },
);

// Trial

function validate(text) {
    writeFileSync("settings.json", text, { mode: 0o600 });
    try {
        return JSON.parse(execFileSync(live, ["validate", "--json"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
    } catch (failure) {
        return JSON.parse(failure.stdout);
    }
}

const mistakes = (report) => report.findings.filter((finding) => finding.severity !== "warning" || finding.text.includes("it is ignored"));
let failed = 0;
const complain = (mutation, words) => {
    failed++;
    console.error(`not ok: ${mutation.pointer}: ${mutation.message}: ${words}`);
};

const whole = validate(valid);
if (mistakes(whole).length > 0) complain({ pointer: "the valid file", message: "" }, JSON.stringify(mistakes(whole)));
if (!accepts(JSON.parse(valid))) complain({ pointer: "the valid file", message: "" }, JSON.stringify(accepts.errors));
for (const file of process.argv.slice(5)) {
    const report = validate(readFileSync(file, "utf8"));
    if (accepts(JSON.parse(readFileSync(file, "utf8"))) !== (mistakes(report).length === 0))
        complain({ pointer: file, message: "" }, JSON.stringify([mistakes(report), accepts.errors]));
}

for (const mutation of cases) {
    const report = validate(mutation.text);
    const place = scan(mutation.text).get(mutation.at ?? mutation.pointer);
    const offset = mutation.key ? place.key : place.start;
    const line = lineOf(mutation.text, offset), column = columnOf(mutation.text, offset);
    const found = report.findings.filter((finding) => finding.pointer === mutation.pointer && finding.text === mutation.message);
    if (found.length !== 1) complain(mutation, `said was ${JSON.stringify(report.findings)}`);
    else if (found[0].line !== line || found[0].column !== column)
        complain(mutation, `at ${found[0].line}:${found[0].column}, not ${line}:${column}`);
    else if ((found[0].severity === "warning") !== Boolean(mutation.warning)) complain(mutation, `it is a ${found[0].severity}`);
    if (accepts(JSON.parse(mutation.text))) complain(mutation, "ajv accepts it");
}
console.log(`${cases.length} broken files`);
console.log(`${cases.length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
