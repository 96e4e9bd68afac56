// The bar at the top: what this is, which model answers, who one is.

import { post } from "./api.js";
import { dialog, h, icon, menu, once } from "./dom.js";
import { avatar, badges, logo, role } from "./people.js";
import { go } from "./route.js";
import { changed, me, state } from "./store.js";

const OFFLINE = "Tested recipes, no language model. Start with --model provider:model to have one write the code.";
const bar = document.getElementById("topbar");

export function drawTopbar() {
  const { sandbox, connected, drawer } = state;
  once(bar, [sandbox, connected, drawer, state.viewer, state.users.size], () => [
    h("button", { type: "button", class: "icon-button only-narrow", "aria-label": "Show channels", on: { click: () => document.body.classList.toggle("sidebar-open") } }, icon("menu")),
    h("div", { class: "brand" }, logo(), h("h1", {}, "Raygen sandbox")),
    sandbox ? model(sandbox) : "",
    h("div", { class: "spacer" }),
    trouble(sandbox, connected),
    h("button", { type: "button", class: "top-button", "aria-pressed": String(drawer), data: { focus: "drawer" }, on: { click: () => { state.drawer = !state.drawer; changed(); } } }, icon("wrench"), h("span", { class: "wide-only" }, "Developer")),
    state.viewer ? switcher() : "",
  ]);
}

// Which model answers; with others on this machine, a menu of them.
function model(sandbox) {
  const words = sandbox.offline ? "offline cookbook" : sandbox.model;
  const inner = [h("span", { class: "chip-label" }, "Model"), h("span", {}, words)];
  if (sandbox.changing) return h("div", { class: "chip", role: "status" }, h("span", { class: "spinner" }), h("span", { class: "chip-label" }, "Model"), h("span", {}, `${words} is starting`));
  if (sandbox.models.length < 2 || !sandbox.up) return h("div", { class: "chip", title: sandbox.offline ? OFFLINE : "The language model that writes the code." }, inner);
  const items = sandbox.models.map((one) => ({ checked: one.spec === sandbox.model, act: () => one.spec === sandbox.model || choose(one.spec),
    content: h("span", { class: "menu-words" }, h("strong", {}, one.spec), h("span", { class: "hint" }, `${one.where}${one.charged ? "; charged to your account" : ""}`)) }));
  const node = h("button", { type: "button", class: "chip", title: "Choose another model for the next request. The agents are started again with it.", "aria-haspopup": "menu", "aria-expanded": "false", data: { focus: "model" },
    "aria-label": `The model is ${words}. Choose another one`, on: { click: () => menu(node, items, "Models found on this machine") } }, inner, icon("chevron"));
  return node;
}

async function choose(spec) {
  const answer = await post("/web/model", { model: spec });
  if (answer.error) dialog("The model stays as it was", h("p", {}, answer.error));
}

function trouble(sandbox, connected) {
  if (!connected) return h("div", { class: "chip warning", role: "status" }, h("span", { class: "spinner" }), state.start ? "Connection lost. Trying again…" : "Connecting…");
  if (!sandbox?.up) return h("div", { class: "chip warning", role: "status" }, h("span", { class: "spinner" }), `Starting. ${sandbox?.said ?? ""}`);
  return "";
}

function switcher() {
  const people = [...state.users.values()].filter((one) => !one.bot);
  const items = people.map((one) => ({ checked: one.id === state.viewer, act: () => go({ user: one.name, thread: null, where: "data", tab: null }),
    content: [avatar(one, "small"), h("span", { class: "menu-words" }, h("strong", {}, one.name), h("span", { class: "hint" }, role(one)))] }));
  const node = h("button", { type: "button", class: "top-button who", "aria-haspopup": "menu", "aria-expanded": "false", data: { focus: "who" },
    "aria-label": `You are ${me().name}. Be somebody else`, on: { click: () => menu(node, items, "Be somebody else") } },
  avatar(me(), "small"), h("span", {}, me().name), badges(me()), icon("chevron"));
  return node;
}
