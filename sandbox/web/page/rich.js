// rich_text blocks: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block. Texts in them are taken literally.

import { h, link } from "./dom.js";
import { emoji } from "./emoji.js";
import { person, state } from "./store.js";
import { channelName, mention } from "./text.js";

export function richText(block) {
  return h("div", { class: "rich" }, lists(block.elements ?? []));
}

// Lists of growing indent follow each other as separate parts.
function lists(parts) {
  return parts.map((part) => PARTS[part.type]?.(part) ?? h("div", {}, inline(part.elements)));
}

const PARTS = {
  rich_text_section: (part) => h("div", { class: "rich-section" }, inline(part.elements)),
  rich_text_quote: (part) => h("blockquote", {}, inline(part.elements)),
  rich_text_preformatted: (part) => h("pre", {}, h("code", {}, inline(part.elements))),
  rich_text_list: (part) =>
    h(part.style === "ordered" ? "ol" : "ul", { class: `indent-${Math.min(part.indent ?? 0, 8)}`, start: part.style === "ordered" ? (part.offset ?? 0) + 1 : null },
      (part.elements ?? []).map((item) => h("li", {}, inline(item.elements)))),
};

function inline(elements = []) {
  return elements.map((element) => styled(element, (INLINE[element.type] ?? fallback)(element)));
}

const INLINE = {
  text: (one) => one.text,
  link: (one) => link(one.url, one.text || one.url),
  user: (one) => mention(one.user_id),
  usergroup: (one) => h("span", { class: "mention" }, `@${state.groups[one.usergroup_id] ?? one.usergroup_id}`),
  channel: (one) => channelName(one.channel_id),
  broadcast: (one) => h("span", { class: "mention own" }, `@${one.range}`),
  emoji: (one) => (one.unicode ? String.fromCodePoint(...one.unicode.split("-").map((code) => parseInt(code, 16))) : emoji(one.name)),
  date: (one) => one.fallback ?? new Date(one.timestamp * 1000).toLocaleString(),
  color: (one) => h("code", {}, one.value),
  team: (one) => one.team_id,
};

function fallback(element) {
  return element.fallback ?? element.text ?? "";
}

const STYLES = { code: "code", bold: "strong", italic: "em", strike: "s", underline: "u" };

function styled(element, node) {
  for (const [style, tag] of Object.entries(STYLES)) if (element.style?.[style]) node = h(tag, {}, node);
  return node;
}

// The words of a rich_text block, for a label.
export function wordsOf(block) {
  const words = (one) => one.text ?? (one.user_id ? `@${person(one.user_id).name}` : (one.elements ?? []).map(words).join(""));
  return words(block);
}
