// A list of messages that grows at its end: days, groups, and the place where one reads.

import { h, icon, sync } from "./dom.js";
import { messageNode } from "./message.js";
import { day } from "./people.js";

const GROUP_SECONDS = 300;
const NEAR = 60;

export class MessageList {
  constructor({ label, inThread, open }) {
    this.options = { inThread, open };
    this.top = h("div", { class: "list-top" });
    this.items = h("div", { class: "messages", role: "group", "aria-label": label });
    this.status = h("div", { class: "status-line" });
    this.jump = h("button", { type: "button", class: "jump", hidden: true, on: { click: () => this.toEnd() } }, icon("down"), "New messages");
    this.scroller = h("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": label }, this.top, this.items, this.status);
    this.node = h("div", { class: "list" }, this.scroller, this.jump);
    this.stuck = true;
    this.scroller.addEventListener("scroll", () => { this.stuck = this.atEnd(); if (this.stuck) this.jump.hidden = true; }, { passive: true });
    // Whoever reads the end goes on reading it when the pane becomes smaller.
    new ResizeObserver(() => this.stuck && this.toEnd()).observe(this.scroller);
    this.items.addEventListener("keydown", (event) => this.key(event));
    this.scroller.addEventListener("keydown", (event) => event.target === this.scroller && this.enter(event));
  }

  // `place` names what is shown: another one starts at its end.
  draw(place, messages, { top = [], status = "", divider = null }) {
    const moved = place !== this.place;
    const stick = moved || this.stuck;
    const last = this.lastTs;
    const fromEnd = this.scroller.scrollHeight - this.scroller.scrollTop;
    const firstBefore = this.firstTs;
    if (moved) this.items.__nodes = new Map();
    this.place = place;
    this.top.replaceChildren(...[top].flat().filter(Boolean));
    sync(this.items, this.rows(messages, divider), (row) => row.key, (row) => row.signature, (row, before) => row.make(before));
    this.status.textContent = status;
    this.firstTs = messages[0]?.ts;
    this.lastTs = messages.at(-1)?.ts;
    if (stick) this.toEnd();
    else if (firstBefore && this.firstTs < firstBefore) this.scroller.scrollTop = this.scroller.scrollHeight - fromEnd;
    else if (this.lastTs > last) this.jump.hidden = false;
    if (stick) this.jump.hidden = true;
  }

  rows(messages, divider) {
    const rows = [];
    let before = null;
    for (const message of messages) {
      const today = day(message.ts);
      const newDay = !before || day(before.ts) !== today;
      if (newDay && !this.options.inThread) rows.push({ key: `day/${today}`, signature: today, make: () => h("div", { class: "day" }, h("span", {}, today)) });
      const compact = !newDay && before.user === message.user && message.ts - before.ts < GROUP_SECONDS && !message.ephemeral && !before.ephemeral && !(this.options.inThread && before.ts === messages[0].ts);
      rows.push({ key: message.ts, signature: `${compact}${message.signature}`, make: (old) => messageNode(message, { ...this.options, compact }, old) });
      if (divider && message === messages[0]) rows.push({ key: "divider", signature: divider, make: () => h("div", { class: "reply-divider" }, divider) });
      before = message;
    }
    return rows;
  }

  atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  toEnd() {
    this.stuck = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    for (const image of this.items.querySelectorAll("img")) if (!image.complete) image.addEventListener("load", () => this.stuck && this.toEnd(), { once: true });
  }

  // Arrow keys go from message to message; Tab goes into the one that has the focus.
  key(event) {
    if (!event.target.classList.contains("message")) return;
    const all = [...this.items.querySelectorAll(".message")];
    const at = all.indexOf(event.target);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || !all[to]) return;
    event.preventDefault();
    all[to].focus();
  }

  enter(event) {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    [...this.items.querySelectorAll(".message")].at(-1)?.focus();
  }
}
