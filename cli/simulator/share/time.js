// SPDX-License-Identifier: Apache-2.0
// A time as people read it: the hour today, the day as well on other days.

export function timeElement(ms) {
  const element = document.createElement("time");
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return element; // what is no time shows as nothing
  const today = date.toDateString() === new Date().toDateString();
  element.dateTime = date.toISOString();
  element.textContent = today ? date.toLocaleTimeString() : date.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  element.title = date.toLocaleString();
  return element;
}
