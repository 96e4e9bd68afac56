// The modal that an app has put in front of this person; of a stack, the uppermost.

import { act } from "./api.js";
import { blocks } from "./blocks.js";
import { h, iconButton } from "./dom.js";
import { encoded } from "./files.js";
import { state } from "./store.js";
import { plain } from "./text.js";

let box = null;
let shown = "";
let fields = new Map();

export function drawModal() {
  const view = state.frame?.modals.at(-1);
  const now = view ? `${view.id}/${view.hash}` : "";
  if (now === shown) return;
  const same = box && view && shown.startsWith(`${view.id}/`);
  shown = now;
  if (!view) return leave();
  const typed = same ? valuesNow() : new Map();
  if (!box) open();
  fields = new Map();
  box.replaceChildren(...content(view));
  box.setAttribute("aria-labelledby", "modal-title");
  for (const [key, value] of typed) {
    const field = box.querySelector(`[data-focus="${CSS.escape(key)}"]`);
    if (field && "value" in field) field.value = value;
  }
  if (!same) box.querySelector("input, textarea, select, .button")?.focus();
}

function open() {
  box = h("dialog", { class: "dialog modal" });
  box.addEventListener("cancel", (event) => { event.preventDefault(); act("close"); });
  document.getElementById("dialogs").append(box);
  box.showModal();
}

function leave() {
  box?.close();
  box?.remove();
  box = null;
}

// Slack keeps what was typed in an input whose block and action have the same names after an update.
function valuesNow() {
  return new Map([...box.querySelectorAll("input[data-focus], textarea[data-focus], select[data-focus]")].map((one) => [one.dataset.focus, one.value]));
}

function content(view) {
  const ctx = { fields, act: (one, block, value) => act("click_view", { where: "modal", action_id: one.action_id, block_id: block.block_id, value }) };
  const trouble = h("div", { class: "input-error", role: "alert" });
  const submit = view.submit && h("button", { type: "submit", class: "button primary" }, plain(view.submit.text));
  const form = h("form", { class: "modal-form", novalidate: true, on: { submit: (event) => { event.preventDefault(); send(trouble, submit); } } },
    h("div", { class: "dialog-body" }, blocks(view.blocks, ctx), trouble),
    h("div", { class: "dialog-foot" }, h("button", { type: "button", class: "button", on: { click: () => act("close") } }, plain(view.close?.text ?? "Close")), submit ?? ""));
  return [h("div", { class: "dialog-head" }, h("h2", { class: "dialog-title", id: "modal-title" }, plain(view.title.text)), iconButton("close", "Close", () => act("close"))), form];
}

async function send(trouble, submit) {
  if (submit.getAttribute("aria-busy") === "true") return;
  for (const place of box.querySelectorAll("[data-error]")) showError(place, "");
  trouble.textContent = "";
  submit.setAttribute("aria-busy", "true");
  const filled = [...fields].map(([key, valueOf]) => [key, valueOf()]).filter(([, value]) => value !== null);
  const attached = filled.filter(([, value]) => value instanceof FileList);
  const values = Object.fromEntries(filled.filter(([, value]) => !(value instanceof FileList)));
  const files = {};
  for (const [key, list] of attached) files[key] = await Promise.all([...list].map(encoded));
  const outcome = await act("submit", { values, files });
  submit.removeAttribute("aria-busy");
  for (const [block, words] of Object.entries(outcome.errors ?? {})) {
    const place = box?.querySelector(`[data-error="${CSS.escape(block)}"]`);
    if (place) showError(place, words);
  }
  box?.querySelector("[aria-invalid=true]")?.focus();
  if (outcome.error ?? outcome.shown) trouble.textContent = outcome.error ?? outcome.shown;
}

function showError(place, words) {
  place.textContent = words;
  const field = place.parentElement.querySelector("input, textarea, select");
  if (words) field?.setAttribute("aria-invalid", "true");
  else field?.removeAttribute("aria-invalid");
}
