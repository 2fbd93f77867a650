// SPDX-License-Identifier: Apache-2.0
// Asks the simulator; a refusal is an Error that says why.

export async function ask(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body ? JSON.stringify(body) : undefined,
  });
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(json.message ?? `the simulator answered ${answer.status}`);
  return json;
}
