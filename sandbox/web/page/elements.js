// Interactive elements: https://docs.slack.dev/reference/block-kit/block-elements
// A context says what to do with them: `ctx.act(element, block, value)` answers an outcome, `ctx.fields` collects the
// fields of a modal as functions of their values.

import { dialog, h, icon, menu } from "./dom.js";
import { current, state } from "./store.js";
import { mrkdwn, plain } from "./text.js";

export function textOf(value) {
  if (!value) return "";
  if (typeof value === "string") return value;
  return value.type === "mrkdwn" ? mrkdwn(value.text) : plain(value.text, value.emoji !== false);
}

export function element(one, block, ctx) {
  if (one.visible_to_user_ids && !one.visible_to_user_ids.includes(state.viewer)) return null;
  return (KINDS[one.type] ?? unknown)(one, block, ctx);
}

const focusOf = (one, block) => ({ focus: `${block.block_id}/${one.action_id ?? one.type}/${one.value ?? ""}` });

function button(one, block, ctx) {
  const act = async () => {
    if (one.confirm && !(await confirmed(one.confirm))) return;
    if (one.url && /^https?:\/\//i.test(one.url)) window.open(one.url, "_blank", "noopener,noreferrer");
    await perform(node, one, block, ctx, null);
  };
  const node = h("button", { type: "button", class: `button ${one.style ?? ""}`, data: focusOf(one, block),
    "aria-label": one.accessibility_label, on: { click: act } }, textOf(one.text));
  return h("span", { class: "control" }, node);
}

// Shows that something goes on, and what Slack says when it goes wrong.
async function perform(node, one, block, ctx, value) {
  if (node.getAttribute("aria-busy") === "true") return;
  node.setAttribute("aria-busy", "true");
  node.parentElement?.querySelector(".trouble")?.remove();
  const outcome = await ctx.act(one, block, value);
  node.removeAttribute("aria-busy");
  const words = outcome.error ?? (outcome.status === "acked" ? null : outcome.shown ?? outcome.status);
  if (words) node.after(h("span", { class: "trouble", role: "alert" }, `⚠️ ${words}`));
}

function confirmed(confirm) {
  return new Promise((resolve) => {
    let answer = false;
    const choose = (yes) => (leave) => h("button", { type: "button", class: `button ${yes ? confirm.style ?? "primary" : ""}`,
      on: { click: () => { answer = yes; leave(); } } }, plain((yes ? confirm.confirm : confirm.deny).text));
    dialog(plain(confirm.title.text), textOf(confirm.text), { buttons: [choose(false), choose(true)], onClose: () => resolve(answer) });
  });
}

function iconButton(one, block, ctx) {
  const node = h("button", { type: "button", class: "button quiet", data: focusOf(one, block), title: plain(one.text.text),
    on: { click: async () => (!one.confirm || (await confirmed(one.confirm))) && perform(node, one, block, ctx, null) } },
    one.icon === "trash" ? icon("bin") : "", plain(one.text.text));
  return h("span", { class: "control" }, node);
}

function feedback(one, block, ctx) {
  const side = (which, sign) => {
    const part = one[`${which}_button`];
    const node = h("button", { type: "button", class: "button quiet", data: { focus: `${block.block_id}/${which}` },
      "aria-label": part.accessibility_label ?? plain(part.text.text), title: plain(part.text.text), "aria-pressed": "false",
      on: { click: async () => { node.setAttribute("aria-pressed", "true"); await perform(node, one, block, ctx, which); } } }, sign);
    return node;
  };
  return h("span", { class: "control feedback" }, side("positive", "👍"), side("negative", "👎"));
}

function overflow(one, block, ctx) {
  const items = () => one.options.map((option) => ({ content: textOf(option.text),
    act: () => { if (option.url) window.open(option.url, "_blank", "noopener,noreferrer"); perform(node, one, block, ctx, option.value); } }));
  const node = h("button", { type: "button", class: "button quiet", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": "More actions",
    data: focusOf(one, block), on: { click: () => menu(node, items(), "More actions") } }, icon("dots"));
  return h("span", { class: "control" }, node);
}

// ---- fields: they report a value at once (in messages) or when the modal is submitted

function field(node, one, block, ctx, valueOf) {
  node.dataset.focus = focusOf(one, block).focus;
  if (!node.getAttribute("aria-label") && !node.id) node.setAttribute("aria-label", labelOf(one, block));
  if (block.type === "input" && ctx.fields) ctx.fields.set(block.block_id, valueOf);
  if (block.type !== "input" || block.dispatch_action)
    node.addEventListener("change", () => valueOf() !== null && perform(node, one, block, ctx, valueOf()));
  return node;
}

function labelOf(one, block) {
  return plain(block.label?.text ?? one.placeholder?.text ?? block.text?.text ?? "Choose");
}

function optionNodes(one, chosen) {
  const options = (list) => list.map((option) => h("option", { value: option.value, selected: chosen.includes(option.value) }, plain(option.text.text)));
  return one.option_groups
    ? one.option_groups.map((group) => h("optgroup", { label: plain(group.label.text) }, options(group.options)))
    : options(one.options ?? []);
}

function select(one, block, ctx, { nodes, multiple = false, chosen = [] }) {
  const first = !multiple && h("option", { value: "", selected: !chosen.length }, plain(one.placeholder?.text ?? "Choose an option"));
  const node = h("select", { class: "field select", multiple, size: multiple ? "4" : null }, first || "", nodes);
  const valueOf = () => (multiple ? [...node.selectedOptions].map((each) => each.value) : node.value || null);
  return h("span", { class: "control" }, field(node, one, block, ctx, valueOf));
}

const people = () => [...state.users.values()].filter((one) => !one.bot).map((one) => [one.id, `@${one.name}`]);
const KINDS_OF_PLACES = { channel: "public", group: "private", im: "im" };
const places = (include) => [...state.channels.values()].filter((one) => !include || include.includes(KINDS_OF_PLACES[one.kind]))
  .map((one) => [one.id, one.kind === "im" ? one.name : `#${one.name}`]);
const asOptions = (pairs, chosen) => pairs.map(([value, name]) => h("option", { value, selected: chosen.includes(value) }, name));

function choices(one, block, ctx) {
  const many = one.type === "checkboxes";
  const chosen = many ? (one.initial_options ?? []).map((each) => each.value) : [one.initial_option?.value];
  const group = `${block.block_id}-${Math.random().toString(36).slice(2)}`;
  const node = h("fieldset", { class: "choices", "aria-label": labelOf(one, block) }, one.options.map((option) =>
    h("label", { class: "choice" },
      h("input", { type: many ? "checkbox" : "radio", name: group, value: option.value, checked: chosen.includes(option.value) }),
      h("span", {}, textOf(option.text), option.description ? h("span", { class: "hint" }, textOf(option.description)) : ""))));
  const picked = () => [...node.querySelectorAll("input:checked")].map((each) => each.value);
  return field(node, one, block, ctx, () => (many ? picked() : picked()[0] ?? null));
}

function input(type, initial, convert = (text) => text) {
  return (one, block, ctx) => {
    const long = one.multiline || type === "rich";
    const node = h(long ? "textarea" : "input", { class: "field", type: long ? null : type, rows: long ? "6" : null,
      maxlength: one.max_length ?? null, placeholder: one.placeholder ? plain(one.placeholder.text) : null,
      min: one.min_value, max: one.max_value, step: type === "number" && one.is_decimal_allowed ? "any" : null });
    node.value = initial(one) ?? "";
    if (one.focus_on_load) queueMicrotask(() => node.focus());
    return field(node, one, block, ctx, () => convert(node.value));
  };
}

const asRich = (text) => text && { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] };
const localTime = (seconds) => seconds && new Date(seconds * 1000 - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 16);

function fileInput(one, block, ctx) {
  const accept = one.filetypes?.map((kind) => `.${kind}`).join(",");
  const node = h("input", { class: "field", type: "file", multiple: (one.max_files ?? 10) > 1, accept: accept ?? null });
  return field(node, one, block, ctx, () => (node.files.length ? node.files : null));
}

function unknown(one) {
  return h("span", { class: "hint" }, `[${one.type.replaceAll("_", " ")}]`);
}

const KINDS = {
  button, workflow_button: button, icon_button: iconButton, feedback_buttons: feedback, overflow,
  checkboxes: choices, radio_buttons: choices,
  static_select: (one, block, ctx) => select(one, block, ctx, { nodes: optionNodes(one, [one.initial_option?.value]), chosen: one.initial_option ? [1] : [] }),
  multi_static_select: (one, block, ctx) => select(one, block, ctx, { multiple: true, nodes: optionNodes(one, (one.initial_options ?? []).map((each) => each.value)) }),
  users_select: (one, block, ctx) => select(one, block, ctx, { nodes: asOptions(people(), [one.initial_user]), chosen: one.initial_user ? [1] : [] }),
  multi_users_select: (one, block, ctx) => select(one, block, ctx, { multiple: true, nodes: asOptions(people(), one.initial_users ?? []) }),
  channels_select: (one, block, ctx) => select(one, block, ctx, { nodes: asOptions(places(), [one.initial_channel]), chosen: one.initial_channel ? [1] : [] }),
  multi_channels_select: (one, block, ctx) => select(one, block, ctx, { multiple: true, nodes: asOptions(places(), one.initial_channels ?? []) }),
  conversations_select: (one, block, ctx) => {
    const chosen = one.initial_conversation ?? (one.default_to_current_conversation ? current()?.id : null);
    return select(one, block, ctx, { nodes: asOptions(places(one.filter?.include), [chosen]), chosen: chosen ? [1] : [] });
  },
  multi_conversations_select: (one, block, ctx) => select(one, block, ctx, { multiple: true, nodes: asOptions(places(), one.initial_conversations ?? []) }),
  plain_text_input: input("text", (one) => one.initial_value),
  email_text_input: input("email", (one) => one.initial_value),
  url_text_input: input("url", (one) => one.initial_value),
  number_input: input("number", (one) => one.initial_value),
  file_input: fileInput,
  rich_text_input: input("rich", () => "", asRich),
  datepicker: input("date", (one) => one.initial_date, (text) => text || null),
  timepicker: input("time", (one) => one.initial_time, (text) => text || null),
  datetimepicker: input("datetime-local", (one) => localTime(one.initial_date_time), (text) => (text ? Math.floor(new Date(text).getTime() / 1000) : null)),
};
