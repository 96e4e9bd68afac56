// Every kind of block: https://docs.slack.dev/reference/block-kit/blocks

import { h, link } from "./dom.js";
import { element, textOf } from "./elements.js";
import { richText } from "./rich.js";
import { markdown, plain } from "./text.js";

export function blocks(list, ctx) {
  return list.map((block) => drawn(block, ctx));
}

export function drawn(block, ctx) {
  const node = (KINDS[block.type] ?? unknown)(block, ctx);
  node.classList.add("block", `block-${block.type}`);
  node.dataset.block = block.block_id ?? "";
  return node;
}

function picture(one) {
  const id = one.slack_file?.id;
  if (id) return h("img", { src: `/web/files/${encodeURIComponent(id)}`, alt: one.alt_text ?? "" });
  // Nothing is loaded from elsewhere: the address is shown instead of what is behind it.
  return h("span", { class: "picture-elsewhere" }, "🖼 ", link(one.image_url ?? "", one.alt_text || "A picture"), h("span", { class: "hint" }, " (not loaded: the sandbox stays offline)"));
}

const elements = (block, ctx) => (block.elements ?? []).map((one) => element(one, block, ctx));

const MARKS = { pending: ["○", "Pending"], in_progress: ["", "In progress"], complete: ["✓", "Complete"], error: ["✕", "Failed"] };

function task(one) {
  const [mark, words] = MARKS[one.status] ?? MARKS.pending;
  return h("div", { class: `task ${one.status}` },
    h("span", { class: "task-mark", role: "img", "aria-label": words }, mark),
    h("div", {}, h("div", { class: "task-title" }, one.title),
      one.details ? richText(one.details) : "", one.output ? richText(one.output) : "",
      (one.sources ?? []).map((source) => h("div", { class: "hint" }, link(source.url, source.text)))));
}

function table(block) {
  const cell = (one, at, tag) => {
    const content = one.type === "rich_text" ? richText(one) : one.text;
    const settings = block.column_settings?.[at];
    return h(tag, { class: `align-${settings?.align ?? "left"} ${settings?.is_wrapped ? "wrapped" : ""}`, scope: tag === "th" ? "col" : null }, content);
  };
  const [head, ...rows] = block.rows;
  return h("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": "Table" }, h("table", {},
    h("thead", {}, h("tr", {}, head.map((one, at) => cell(one, at, "th")))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((one, at) => cell(one, at, "td")))))));
}

function container(block, ctx) {
  const title = block.rich_text_title ? richText(block.rich_text_title) : textOf(block.title);
  const head = h("div", { class: "container-title" }, title, block.subtitle ? h("div", { class: "hint" }, textOf(block.subtitle)) : "");
  const inner = h("div", { class: "container-inner" }, blocks(block.child_blocks ?? [], ctx));
  if (!block.is_collapsible) return h("div", { class: "container" }, head, inner);
  return h("details", { class: "container", open: !block.default_collapsed }, h("summary", {}, head), inner);
}

function card(block, ctx) {
  return h("div", { class: "card" }, block.hero_image ? picture(block.hero_image) : "",
    block.title ? h("strong", {}, textOf(block.title)) : "", block.subtitle ? h("div", { class: "hint" }, textOf(block.subtitle)) : "",
    block.body ? h("div", {}, textOf(block.body)) : "",
    block.actions ? h("div", { class: "row" }, block.actions.map((one) => element(one, block, ctx))) : "");
}

function inputBlock(block, ctx) {
  const control = element(block.element, block, ctx);
  const id = `input-${block.block_id}`;
  const inner = control.matches?.("input,textarea,select") ? control : control.querySelector?.("input,textarea,select");
  if (inner && !control.matches("fieldset")) inner.id = id;
  const hint = block.hint ? h("div", { class: "hint", id: `${id}-hint` }, plain(block.hint.text)) : "";
  if (block.hint) (inner ?? control).setAttribute("aria-describedby", `${id}-hint`);
  return h("div", { class: "input" },
    h(inner && !control.matches("fieldset") ? "label" : "div", { class: "input-label", for: inner && !control.matches("fieldset") ? id : null }, plain(block.label.text), block.optional ? h("span", { class: "hint" }, " (optional)") : ""),
    control, hint, h("div", { class: "input-error", role: "alert", data: { error: block.block_id } }));
}

function section(block, ctx) {
  const body = h("div", { class: "section-text" }, block.text ? textOf(block.text) : "",
    block.fields ? h("div", { class: "section-fields" }, block.fields.map((one) => h("div", {}, textOf(one)))) : "");
  const beside = block.accessory && (block.accessory.type === "image" ? picture(block.accessory) : element(block.accessory, block, ctx));
  return h("div", {}, body, beside ? h("div", { class: "accessory" }, beside) : "");
}

function unknown(block) {
  return h("div", { class: "hint" }, `[${String(block.type).replaceAll("_", " ")}]`);
}

const KINDS = {
  actions: (block, ctx) => h("div", { class: "row" }, elements(block, ctx)),
  context_actions: (block, ctx) => h("div", { class: "row" }, elements(block, ctx)),
  alert: (block) => h("div", { class: `alert ${block.level ?? "default"}`, role: "note" }, textOf(block.text)),
  auth_provider: (block) => h("div", { class: "card" }, plain(block.name.text), h("span", { class: "hint" }, block.is_connected ? "Connected" : "Not connected")),
  card,
  carousel: (block, ctx) => h("div", { class: "carousel", tabindex: "0", role: "group", "aria-label": "Cards" }, block.elements.map((one) => card(one, ctx))),
  container,
  context: (block) => h("div", { class: "context" }, block.elements.map((one) => (one.type === "image" ? picture(one) : h("span", {}, textOf(one))))),
  divider: () => h("hr"),
  header: (block) => h("div", { class: "header", role: "heading", "aria-level": "3" }, plain(block.text.text, block.text.emoji !== false)),
  image: (block) => h("figure", {}, block.title ? h("figcaption", { class: "hint" }, plain(block.title.text)) : "", picture(block)),
  input: inputBlock,
  markdown: (block) => markdown(block.text),
  plan: (block) => h("div", { class: "plan" }, h("div", { class: "plan-title" }, block.title), (block.tasks ?? []).map(task)),
  rich_text: richText,
  section,
  table,
  data_table: (block) => (Array.isArray(block.rows) && block.rows.length ? table(block) : unknown(block)),
  task_card: task,
  video: (block) => h("div", { class: "card" }, link(block.video_url, plain(block.title.text)), h("span", { class: "hint" }, block.alt_text)),
};
