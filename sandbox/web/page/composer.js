// Where a person types: messages, slash commands, mentions, files.

import { act } from "./api.js";
import { h, icon, iconButton, menu } from "./dom.js";
import { encoded, size } from "./files.js";
import { notice, person, state } from "./store.js";

const LARGEST = 5 * 1024 * 1024;
const drafts = new Map();

export class Composer {
  // `target()` is {channel, thread, name} or null; `ensure` makes the conversation first if it is not there.
  constructor({ id, target, ensure }) {
    this.id = id;
    this.target = target;
    this.ensure = ensure;
    this.files = [];
    this.field = h("textarea", { id, rows: "1", role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": `${id}-choices`, autocomplete: "off", spellcheck: "true" });
    this.choices = h("div", { class: "choices-box", id: `${id}-choices`, role: "listbox", "aria-label": "Suggestions", hidden: true });
    this.tray = h("div", { class: "tray" });
    this.picker = h("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-hidden": "true" });
    this.sendButton = iconButton("send", "Send", () => this.send(), { class: "icon-button send" });
    this.shortcutsButton = iconButton("bolt", "Shortcuts", () => menu(this.shortcutsButton, this.shortcuts(), "Shortcuts"), { "aria-haspopup": "menu", "aria-expanded": "false" });
    this.box = h("div", { class: "composer" }, this.choices, this.field, this.tray,
      h("div", { class: "composer-bar" },
        iconButton("plus", "Attach files", () => this.picker.click()),
        iconButton("at", "Mention somebody", () => this.insert("@")),
        iconButton("slash", "Run a command", () => this.insert("/", true)),
        this.shortcutsButton,
        h("span", { class: "composer-hint" }, h("kbd", {}, "Enter"), " sends, ", h("kbd", {}, "Shift+Enter"), " starts a line"),
        this.sendButton), this.picker);
    this.node = h("div", { class: "composer-frame" }, this.box);
    this.listen();
  }

  listen() {
    this.field.addEventListener("input", () => { this.grow(); this.suggest(); this.keep(); });
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.field.addEventListener("paste", (event) => this.attach([...(event.clipboardData?.files ?? [])]));
    this.picker.addEventListener("change", () => { this.attach([...this.picker.files]); this.picker.value = ""; });
    this.box.addEventListener("dragover", (event) => { event.preventDefault(); this.box.classList.add("dropping"); });
    this.box.addEventListener("dragleave", () => this.box.classList.remove("dropping"));
    this.box.addEventListener("drop", (event) => { event.preventDefault(); this.box.classList.remove("dropping"); this.attach([...event.dataTransfer.files]); });
  }

  shortcuts() {
    return (state.frame?.app.shortcuts ?? []).filter((one) => one.kind === "global")
      .map((one) => ({ content: one.name, act: () => act("shortcut", { callback_id: one.id }) }));
  }

  // Shows the draft of the place that is looked at now.
  draw() {
    const target = this.target();
    const key = target ? `${state.viewer}/${target.name}/${target.thread ?? ""}` : "";
    const words = !target ? "" : target.thread ? "Reply…" : `Message ${target.name}`;
    this.field.placeholder = words;
    this.field.setAttribute("aria-label", words.replace("…", " in the thread"));
    this.box.classList.toggle("idle", !this.field.value.trim() && !this.files.length);
    this.shortcutsButton.hidden = !this.shortcuts().length;
    if (key === this.key_) return;
    this.key_ = key;
    this.field.value = drafts.get(key) ?? "";
    this.files = [];
    this.drawTray();
    this.grow();
    this.close();
  }

  keep() {
    drafts.set(this.key_, this.field.value);
    this.box.classList.toggle("idle", !this.field.value.trim() && !this.files.length);
  }

  grow() {
    this.field.style.setProperty("height", "auto");
    this.field.style.setProperty("height", `${Math.min(this.field.scrollHeight, 260)}px`);
  }

  insert(text, atStart = false) {
    const { selectionStart: at, value } = this.field;
    this.field.value = atStart ? (value.startsWith(text) ? value : text + value) : `${value.slice(0, at)}${text}${value.slice(at)}`;
    this.field.focus();
    const to = atStart ? 1 : at + text.length;
    this.field.setSelectionRange(to, to);
    this.field.dispatchEvent(new Event("input"));
  }

  attach(files) {
    for (const file of files) {
      if (file.size > LARGEST) { notice(this.target()?.channel?.id, this.target()?.thread, `${file.name} is larger than 5 MB, which is what the sandbox takes.`); continue; }
      this.files.push(file);
    }
    this.drawTray();
    this.keep();
  }

  drawTray() {
    this.tray.replaceChildren(...this.files.map((file) => h("span", { class: "tray-file" }, icon("file"), file.name, h("span", { class: "hint" }, size(file.size)),
      iconButton("close", `Remove ${file.name}`, () => { this.files = this.files.filter((one) => one !== file); this.drawTray(); this.keep(); }))));
  }

  key(event) {
    if (!this.choices.hidden && this.choose(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    }
  }

  async send() {
    const text = this.field.value.trim();
    const files = this.files;
    if (!state.viewer || (!text && !files.length)) return; // while people change, nobody sends
    let target = this.target();
    if (!target?.channel) target = await this.ensure?.();
    if (!target?.channel) return;
    this.field.value = "";
    this.files = [];
    this.drawTray();
    this.grow();
    this.keep();
    this.close();
    const outcome = await this.deliver(target, text, files);
    const words = outcome.error ?? outcome.shown;
    if (!words || (outcome.status === "acked" && !outcome.error)) return;
    notice(target.channel.id, target.thread, words);
    if (outcome.error && !this.field.value) { this.field.value = text; this.keep(); }
  }

  async deliver(target, text, files) {
    const place = { channel: target.channel.id, thread_ts: target.thread };
    const command = /^(\/[\w-]+)(?:\s+([\s\S]*))?$/.exec(text);
    if (command && !files.length) return act("command", { ...place, name: command[1], text: command[2] ?? "" });
    return act("say", { ...place, text, files: await Promise.all(files.map(encoded)) });
  }

  // ---- suggestions for @ and /

  suggest() {
    const { value, selectionStart: at } = this.field;
    const before = value.slice(0, at);
    const name = /(?:^|\s)@([\w.-]*)$/.exec(before);
    const command = /^\/([\w-]*)$/.exec(before);
    if (name) return this.offer(this.people(name[1]), name[1].length);
    if (command) return this.offer(this.commands(command[1]), command[1].length + 1);
    this.close();
  }

  people(start) {
    const channel = this.target()?.channel;
    const there = (one) => !channel || channel.members.includes(one.id) || one.bot;
    return [...state.users.values()].filter((one) => one.id !== state.viewer && there(one) && one.name.startsWith(start.toLowerCase()))
      .map((one) => ({ text: `${one.name} `, content: [h("strong", {}, one.name), h("span", { class: "hint" }, one.bot ? "app" : "")] }));
  }

  commands(start) {
    const own = [{ name: "/invite", hint: "@somebody", description: "Add somebody to this channel" }];
    return [...(state.frame?.app.commands ?? []), ...own].filter((one) => one.name.startsWith(`/${start}`))
      .map((one) => ({ text: `${one.name} `, content: [h("strong", {}, one.name), h("span", { class: "hint" }, one.hint), h("span", { class: "hint" }, one.description)] }));
  }

  offer(items, typed) {
    if (!items.length) return this.close();
    this.typed = typed;
    this.items = items;
    this.at = 0;
    this.choices.replaceChildren(...items.map((item, at) => h("div", { class: "suggestion", role: "option", id: `${this.id}-choice-${at}`, on: { mousedown: (event) => { event.preventDefault(); this.take(item); } } }, item.content)));
    this.choices.hidden = false;
    this.field.setAttribute("aria-expanded", "true");
    this.mark();
  }

  mark() {
    [...this.choices.children].forEach((node, at) => node.setAttribute("aria-selected", String(at === this.at)));
    this.field.setAttribute("aria-activedescendant", `${this.id}-choice-${this.at}`);
  }

  choose(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.at = (this.at + step + this.items.length) % this.items.length;
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.items[this.at]);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    if (step) this.mark();
    return true;
  }

  take(item) {
    const { value, selectionStart: at } = this.field;
    const start = value.slice(0, at - this.typed) + item.text;
    this.field.value = start + value.slice(at);
    this.field.setSelectionRange(start.length, start.length);
    this.close();
    this.keep();
  }

  close() {
    this.choices.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }
}

export function nameOf(channel) {
  if (!channel) return state.frame?.app.name ?? "the app";
  return channel.kind === "im" ? person(state.bot).name : `#${channel.name}`;
}
