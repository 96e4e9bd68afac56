// One message: who, when, what, and what can be done with it.

import { act } from "./api.js";
import { drawn } from "./blocks.js";
import { dialog, h, icon, iconButton, menu, sync } from "./dom.js";
import { emoji, REACTIONS } from "./emoji.js";
import { file } from "./files.js";
import { avatar, badges, clock } from "./people.js";
import { dismiss, notice, person, state } from "./store.js";
import { mrkdwn } from "./text.js";

// `before` is the node of the same message as it was: it is changed in place, so that what is the same keeps its focus
// and takes a click that falls between two changes.
export function messageNode(message, { compact, inThread, open }, before) {
  const user = person(message.user);
  const name = message.username || user.name;
  const node = before ?? h("article", { tabindex: "-1", data: { ts: message.ts, focus: `message/${message.ts}` } }, "");
  node.className = `message ${compact ? "compact" : ""} ${message.ephemeral ? "ephemeral" : ""}`;
  node.setAttribute("aria-label", `${name}, ${clock(message.ts)}`);
  const own = message.user === state.viewer;
  draw(node, [
    message.ephemeral && ["only-you", "", () => h("div", { class: "only-you" }, icon("eye"), "Only visible to you")],
    ["gutter", compact, () => (compact ? h("time", { class: "message-time gutter" }, clock(message.ts, true)) : avatar(user))],
    ["main", message.signature + compact, (old) => main(message, name, { compact, inThread, open }, old)],
    ["tools", own ? message.signature : "", () => tools(message, inThread, open)],
  ]);
  return node;
}

function main(message, name, { compact, inThread, open }, before) {
  const user = person(message.user);
  const node = before ?? h("div", { class: "message-main" });
  draw(node, [
    !compact && ["head", name, () => h("div", { class: "message-head" }, h("span", { class: "message-name" }, name), badges(user), h("time", { class: "message-time" }, clock(message.ts)))],
    ["body", message.signature, (old) => fill(old ?? h("div", { class: "message-body" }), message)],
    message.reactions.length > 0 && ["reactions", JSON.stringify(message.reactions), () => h("div", { class: "reactions" }, message.reactions.map((one) => reaction(message, one)))],
    !inThread && message.replies > 0 && ["replies", `${message.replies}/${message.latest}`, () => replyBar(message, open)],
  ]);
  return node;
}

// Parts are [key, signature, make]; what is false is left out.
function draw(node, parts) {
  sync(node, parts.filter(Boolean), ([key]) => key, ([, signature]) => String(signature), ([, , make], old) => make(old));
}

function fill(body, message) {
  const parts = [];
  if (message.tombstone) parts.push({ key: "tombstone", make: () => h("div", { class: "hint" }, "This message was deleted.") });
  else if (message.blocks.length) message.blocks.forEach((block, at) => parts.push({ key: `block/${at}`, value: block, make: () => drawn(block, context(message)) }));
  else if (message.text) parts.push({ key: "text", value: message.text, make: () => mrkdwn(message.text) });
  if (message.streaming) parts.push({ key: "cursor", make: () => h("span", { class: "cursor", role: "img", "aria-label": "Still writing" }) });
  if (message.edited) parts.push({ key: "edited", make: () => h("span", { class: "hint" }, "(edited)") });
  message.attachments.forEach((one, at) => parts.push({ key: `attachment/${at}`, value: one, make: () => attachment(one, message) }));
  message.files.forEach((one) => parts.push({ key: `file/${one.id}`, value: one, make: () => file(one) }));
  sync(body, parts, (part) => part.key, (part) => JSON.stringify(part.value ?? null), (part) => part.make());
  return body;
}

function context(message) {
  return {
    act: (one, block, value) => act("click", { channel: message.channel, ts: message.ts, action_id: one.action_id ?? "", block_id: block.block_id, value }),
  };
}

function attachment(one, message) {
  const text = (key) => (one[key] ? h("div", { class: key }, mrkdwn(String(one[key]))) : "");
  return h("div", { class: "attachment" }, text("pretext"), text("title"), text("text"),
    (one.blocks ?? []).map((block) => drawn(block, context(message))));
}

function reaction(message, one) {
  const names = one.users.map((id) => person(id).name).join(", ");
  return h("button", { type: "button", class: `reaction ${one.users.includes(state.viewer) ? "own" : ""}`, title: `${names} reacted with :${one.name}:`,
    "aria-label": `${one.users.length} reacted with ${one.name}`, on: { click: () => react(message, one.name) } }, emoji(one.name), h("span", {}, String(one.users.length)));
}

async function react(message, name) {
  say(message, await act("react", { channel: message.channel, ts: message.ts, name }));
}

// What Slack says of something that did not work, where the message is.
function say(message, outcome) {
  const words = outcome.error ?? (outcome.status === "acked" ? null : outcome.shown ?? outcome.status);
  if (words) notice(message.channel, message.thread, words);
}

function replyBar(message, open) {
  const words = message.replies === 1 ? "1 reply" : `${message.replies} replies`;
  return h("button", { type: "button", class: "reply-bar", data: { focus: `replies/${message.ts}` }, on: { click: () => open(message) } },
    message.repliers.map((id) => avatar(person(id), "small")), h("span", { class: "reply-count" }, words),
    message.latest ? h("span", { class: "hint" }, `Last reply at ${clock(message.latest)}`) : "");
}

function tools(message, inThread, open) {
  if (message.tombstone) return h("div");
  if (message.ephemeral) return h("div", { class: "tools" }, iconButton("close", "Dismiss", () => dismiss(message)));
  const reactions = REACTIONS.map((name) => ({ content: `${emoji(name)} :${name}:`, act: () => react(message, name) }));
  const list = more(message);
  const opener = (name, label, items) => {
    const node = iconButton(name, label, () => menu(node, items, label), { "aria-haspopup": "menu", "aria-expanded": "false", data: { focus: `${name}/${message.ts}` } });
    return node;
  };
  return h("div", { class: "tools" }, opener("smile", "Add a reaction", reactions),
    inThread ? "" : iconButton("thread", "Reply in thread", () => open(message), { data: { focus: `thread/${message.ts}` } }),
    list.length ? opener("dots", "More actions", list) : "");
}

function more(message) {
  const shortcuts = (state.frame?.app.shortcuts ?? []).filter((one) => one.kind === "message")
    .map((one) => ({ content: one.name, act: async () => say(message, await act("shortcut", { callback_id: one.id, channel: message.channel, ts: message.ts })) }));
  if (message.user !== state.viewer) return shortcuts;
  return [...shortcuts, { content: "Edit message", act: () => edit(message) },
    { content: "Delete message…", class: "danger", act: () => remove(message) }];
}

function edit(message) {
  const field = h("textarea", { class: "field", rows: "4", "aria-label": "Message" });
  field.value = written(message);
  const save = (leave) => h("button", { type: "button", class: "button primary", on: { click: async () => {
    leave();
    say(message, await act("edit", { channel: message.channel, ts: message.ts, text: field.value }));
  } } }, "Save");
  dialog("Edit message", field, { buttons: [save] });
  field.focus();
}

// A message as its writer typed it.
function written(message) {
  const inline = (one) => ({ user: () => `@${person(one.user_id).name}`, channel: () => `#${state.channels.get(one.channel_id)?.name}`, link: () => one.url })[one.type]?.() ?? one.text ?? "";
  const part = (one) => (one.type === "rich_text_preformatted" ? `\`\`\`\n${one.elements.map(inline).join("")}\n\`\`\`` : one.elements.map(inline).join(""));
  return message.blocks.flatMap((block) => (block.elements ?? []).map(part)).join("");
}

function remove(message) {
  const yes = (leave) => h("button", { type: "button", class: "button danger", on: { click: async () => {
    leave();
    say(message, await act("delete", { channel: message.channel, ts: message.ts }));
  } } }, "Delete");
  dialog("Delete message", "Are you sure you want to delete this message? This cannot be undone.", { buttons: [yes] });
}
