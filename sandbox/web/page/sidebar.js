// Channels and the app.

import { h, icon, once } from "./dom.js";
import { avatar } from "./people.js";
import { go } from "./route.js";
import { appChannel, isUnread, person, state } from "./store.js";

const bar = document.getElementById("sidebar");

export function drawSidebar() {
  const channels = [...state.channels.values()].filter((one) => one.kind !== "im");
  const app = appChannel();
  const unread = [...state.channels.keys()].filter(isUnread);
  once(bar, [state.viewer, channels.map((one) => [one.id, one.archived]), unread, state.place.where, app?.id, state.bot, state.frame?.online], () => [
    h("div", { class: "workspace" }, h("strong", {}, "Sandbox"), h("span", {}, "a workspace on this machine")),
    section("Channels", channels.map((one) => item(one.name, unread.includes(one.id), channelIcon(one), one.name, one.shared ? h("span", { class: "badge soft" }, "shared") : ""))),
    section("Apps", state.bot ? [item("app", app && unread.includes(app.id), avatar(person(state.bot), "tiny"), person(state.bot).name, online())] : []),
  ]);
}

function online() {
  const words = state.frame?.online ? "connected" : "not connected";
  return h("span", { class: `dot ${state.frame?.online ? "" : "off"}`, role: "img", "aria-label": words, title: words });
}

export function channelIcon(channel) {
  return icon(channel.kind === "group" ? "lock" : "hash");
}

function section(title, items) {
  const id = `section-${title}`;
  return h("div", { class: "side-section" }, h("h2", { id }, title), h("ul", { "aria-labelledby": id }, items));
}

function item(where, unread, mark, name, extra) {
  const here = state.place.where === where;
  const open = () => { document.body.classList.remove("sidebar-open"); go({ where, thread: null, tab: null }); };
  return h("li", {}, h("button", { type: "button", class: `side-item ${unread && !here ? "unread" : ""}`, "aria-current": here ? "page" : null, data: { focus: `side/${where}` },
    on: { click: open } }, mark, h("span", { class: "side-name" }, name), unread && !here ? h("span", { class: "unseen" }, "unread") : "", extra));
}
