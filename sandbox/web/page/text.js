// Slack's mrkdwn and standard markdown as nodes. Everything ends up in text nodes.

import { h, link } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { person, state } from "./store.js";

export function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

export function plain(text, emoji = true) {
  return emoji ? withEmoji(unescape(text)) : unescape(text);
}

export function mention(id) {
  const own = id === state.viewer;
  return h("span", { class: own ? "mention own" : "mention" }, `@${person(id).name}`);
}

export function channelName(id, label) {
  return h("span", { class: "mention" }, `#${state.channels.get(id)?.name ?? label ?? id}`);
}

// ---- mrkdwn: https://docs.slack.dev/messaging/formatting-message-text

export function mrkdwn(text) {
  return h("div", { class: "mrkdwn" }, fenced(text, (code) => unescape(code), mrkdwnLines));
}

// Text and code fences in turn.
function fenced(text, codeOf, prose) {
  const parts = [];
  let end = 0;
  for (const fence of text.matchAll(/```(?:[\w+-]*\n)?([\s\S]*?)\n?```/g)) {
    parts.push(prose(text.slice(end, fence.index)), h("pre", {}, h("code", {}, codeOf(fence[1].replace(/^\n/, "")))));
    end = fence.index + fence[0].length;
  }
  return [...parts, prose(text.slice(end))];
}

function mrkdwnLines(text) {
  const groups = [];
  for (const line of text.replace(/^\n+|\n+$/g, "").split("\n")) {
    const quoted = /^(&gt;|>) ?/.exec(line);
    const kind = quoted ? "quote" : "lines";
    if (groups.at(-1)?.kind !== kind) groups.push({ kind, lines: [] });
    groups.at(-1).lines.push(quoted ? line.slice(quoted[0].length) : line);
  }
  if (groups.length === 1 && groups[0].lines.join("") === "") return [];
  return groups.map(({ kind, lines }) => {
    const inline = lines.flatMap((line, index) => (index ? [h("br"), ...spans(line)] : spans(line)));
    return kind === "quote" ? h("blockquote", {}, inline) : h("div", {}, inline);
  });
}

const SPAN = /`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*(?=\S)([^*\n]*[^\s*])\*(?![\w*])|(?<![\w_])_(?=\S)([^_\n]*[^\s_])_(?![\w_])|(?<![\w~])~(?=\S)([^~\n]*[^\s~])~(?![\w~])/g;

function spans(text) {
  const found = [];
  let end = 0;
  for (const span of text.matchAll(SPAN)) {
    if (span.index > end) found.push(plain(text.slice(end, span.index)));
    const [, code, marked, bold, italic, struck] = span;
    if (code !== undefined) found.push(h("code", {}, unescape(code)));
    else if (marked !== undefined) found.push(markup(marked));
    else if (bold !== undefined) found.push(h("strong", {}, spans(bold)));
    else if (italic !== undefined) found.push(h("em", {}, spans(italic)));
    else found.push(h("s", {}, spans(struck)));
    end = span.index + span[0].length;
  }
  if (end < text.length) found.push(plain(text.slice(end)));
  return found;
}

// What stands between < and >.
function markup(inner) {
  const bar = inner.indexOf("|");
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? "" : unescape(inner.slice(bar + 1));
  if (target.startsWith("@")) return mention(target.slice(1));
  if (target.startsWith("#")) return channelName(target.slice(1), label);
  if (target.startsWith("!subteam^")) return h("span", { class: "mention" }, `@${state.groups[target.slice(9)] ?? label}`);
  if (target.startsWith("!date^")) return label;
  if (target.startsWith("!")) return h("span", { class: "mention own" }, `@${target.slice(1)}`);
  return link(unescape(target), label || unescape(target));
}

// ---- markdown blocks: https://docs.slack.dev/reference/block-kit/blocks/markdown-block

export function markdown(text) {
  return h("div", { class: "markdown" }, fenced(text, (code) => code, markdownLines));
}

function markdownLines(text) {
  const nodes = [];
  let list = null;
  let rows = null;
  let words = [];
  const flush = () => {
    if (words.length) nodes.push(h("p", {}, words.flatMap((line, at) => (at ? [h("br"), ...marks(line)] : marks(line)))));
    [words, list, rows] = [[], null, null];
  };
  for (const line of text.split("\n")) {
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    const item = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/.exec(line);
    const quote = /^>\s?(.*)$/.exec(line);
    if (!line.trim()) flush();
    else if (heading) { flush(); nodes.push(h("p", { class: "heading", role: "heading", "aria-level": "4" }, marks(heading[2]))); }
    else if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) { flush(); nodes.push(h("hr")); }
    else if (quote) { flush(); nodes.push(h("blockquote", {}, marks(quote[1]))); }
    else if (/^\s*\|.*\|\s*$/.test(line)) {
      if (!rows) { flush(); rows = h("tbody"); nodes.push(h("div", { class: "table-frame" }, h("table", {}, rows))); }
      const cells = line.trim().slice(1, -1).split("|").map((cell) => cell.trim());
      if (!cells.every((cell) => /^:?-+:?$/.test(cell))) rows.append(h("tr", {}, cells.map((cell) => h("td", {}, marks(cell)))));
    } else if (item) {
      if (!list) { flush(); list = h(item[1] ? "ol" : "ul"); nodes.push(list); }
      list.append(h("li", {}, marks(item[2])));
    } else { if (list || rows) flush(); words.push(line); }
  }
  flush();
  return nodes;
}

const MARK = /`([^`\n]+)`|\[([^\]\n]+)\]\(([^()\s]+)\)|\*\*([^*\n]+)\*\*|__([^_\n]+)__|(?<![\w*])\*([^*\n]+)\*|(?<!\w)_([^_\n]+)_(?!\w)|~~([^~\n]+)~~/g;

function marks(text) {
  const found = [];
  let end = 0;
  for (const mark of text.matchAll(MARK)) {
    if (mark.index > end) found.push(withEmoji(text.slice(end, mark.index)));
    const [, code, label, url, bold, bold2, italic, italic2, struck] = mark;
    if (code !== undefined) found.push(h("code", {}, code));
    else if (label !== undefined) found.push(link(url, label));
    else if (bold ?? bold2) found.push(h("strong", {}, marks(bold ?? bold2)));
    else if (italic ?? italic2) found.push(h("em", {}, marks(italic ?? italic2)));
    else found.push(h("s", {}, marks(struck)));
    end = mark.index + mark[0].length;
  }
  if (end < text.length) found.push(withEmoji(text.slice(end)));
  return found;
}
