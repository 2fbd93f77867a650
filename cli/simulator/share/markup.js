// SPDX-License-Identifier: Apache-2.0
// The markup of messages: *bold*, <url|label> and <url>. What others wrote becomes text nodes, never markup of the page.

const MARKUP = /<([^\s<>|]+)(?:\|([^<>\n]+))?>|(?<![\w*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])/gu;
const SCHEMES = ["http:", "https:", "mailto:"];

// The address of a link that may be followed; null: the text is no such link.
function address(text) {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url && SCHEMES.includes(url.protocol) ? url.href : null;
}

function link(href, label) {
  const anchor = document.createElement("a");
  anchor.href = href;
  anchor.rel = "noopener noreferrer";
  anchor.target = "_blank";
  anchor.textContent = label;
  return anchor;
}

function bold(text) {
  const strong = document.createElement("strong");
  strong.append(render(text));
  return strong;
}

// The text as nodes to be shown.
export function render(text) {
  const nodes = document.createDocumentFragment();
  let done = 0;

  for (const match of text.matchAll(MARKUP)) {
    const [whole, url, label, strong] = match;
    const href = url && address(url);
    if (!href && !strong) continue; // as it is written
    nodes.append(text.slice(done, match.index), href ? link(href, label ?? url) : bold(strong));
    done = match.index + whole.length;
  }
  nodes.append(text.slice(done));
  return nodes;
}
