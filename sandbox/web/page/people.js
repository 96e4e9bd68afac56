// Names and faces.

import { h } from "./dom.js";
import { state } from "./store.js";

const COLOURS = 6;

export function avatar(user, size = "") {
  if (user.bot) return h("span", { class: `avatar app ${size}`, "aria-hidden": "true" }, logo());
  if (user.slackbot) return h("span", { class: `avatar slackbot ${size}`, "aria-hidden": "true" }, "S");
  const at = [...state.users.keys()].indexOf(user.id);
  return h("span", { class: `avatar colour-${((at % COLOURS) + COLOURS) % COLOURS} ${size}`, "aria-hidden": "true" }, user.name.slice(0, 1).toUpperCase());
}

export function logo() {
  return h("img", { src: "/favicon.ico", alt: "" });
}

const ROLES = { analyst: "asks for code", engineer: "edits and reruns", approver: "approves" };

export function role(user) {
  if (user.guest) return "a guest of the company";
  if (user.stranger) return "of another company";
  return ROLES[user.name] ?? "a member";
}

export function badges(user) {
  if (user.bot || user.slackbot) return h("span", { class: "badge" }, "APP");
  if (user.guest) return h("span", { class: "badge soft" }, "Guest");
  if (user.stranger) return h("span", { class: "badge soft" }, "Other company");
  return "";
}

export function clock(ts, short = false) {
  return new Date(Number(ts) * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", ...(short ? { hourCycle: "h23" } : {}) });
}

export function day(ts) {
  const date = new Date(Number(ts) * 1000);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86400000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return date.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
}
