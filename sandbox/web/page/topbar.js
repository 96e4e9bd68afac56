// The bar at the top: what this is, which model answers, who one is.

import { h, icon, menu, once } from "./dom.js";
import { avatar, badges, logo, role } from "./people.js";
import { go } from "./route.js";
import { changed, me, state } from "./store.js";

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

function model(sandbox) {
  const words = sandbox.offline ? "offline cookbook" : sandbox.model;
  const title = sandbox.offline ? "Tested recipes, no language model. Start with --model provider:model to have one write the code." : "The language model that writes the code.";
  return h("div", { class: "chip", title }, h("span", { class: "chip-label" }, "Model"), h("span", {}, words));
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
