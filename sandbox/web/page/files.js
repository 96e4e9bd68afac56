// Files in messages: pictures are shown, snippets open, the rest can be downloaded.

import { program } from "./code.js";
import { dialog, h, icon } from "./dom.js";

const PREVIEW_LINES = 7;

export function file(one) {
  return { picture, snippet, file: other }[one.kind](one);
}

const address = (one, query = "") => `/web/files/${encodeURIComponent(one.id)}${query}`;

export function size(bytes) {
  const units = ["bytes", "KB", "MB", "GB"];
  let at = 0;
  while (bytes >= 999.5 && at < units.length - 1) [bytes, at] = [bytes / 1000, at + 1];
  return `${at ? bytes.toFixed(1) : bytes} ${units[at]}`;
}

function download(one) {
  return h("a", { class: "icon-button", href: address(one, "?download=1"), download: one.name, "aria-label": `Download ${one.name}`, title: "Download" }, icon("download"));
}

function picture(one) {
  const show = () => dialog(one.title, h("img", { class: "whole-picture", src: address(one), alt: one.title }), { wide: true, buttons: [() => download(one)] });
  return h("figure", { class: "file picture" },
    h("figcaption", { class: "file-name" }, one.title, h("span", { class: "hint" }, ` ${size(one.size)}`)),
    h("button", { type: "button", class: "picture-button", "aria-label": `Open ${one.title}`, data: { focus: `file/${one.id}` }, on: { click: show } },
      h("img", { src: address(one), alt: one.title })));
}

function snippet(one) {
  const lines = one.preview.split("\n");
  const short = lines.slice(0, PREVIEW_LINES).join("\n");
  const hidden = one.lines - Math.min(PREVIEW_LINES, lines.length);
  const body = h("div", { class: "snippet-body" }, program(short, one.filetype));
  const open = h("button", { type: "button", class: "snippet-open", data: { focus: `file/${one.id}` }, on: { click: () => openSnippet(one) } },
    hidden > 0 ? `Open all ${one.lines.toLocaleString("en")} lines` : "Open");
  return h("div", { class: "file snippet" },
    h("div", { class: "file-head" }, icon("file"), h("span", { class: "file-name" }, one.title), h("span", { class: "hint" }, `${one.filetype} · ${size(one.size)}`), download(one)),
    body, h("div", { class: "snippet-foot" }, open));
}

async function openSnippet(one) {
  const body = h("div", {}, "Loading…");
  dialog(one.title, body, { wide: true, buttons: [() => copyButton(() => body.textContent), () => download(one)] });
  const answer = await fetch(address(one));
  const text = answer.ok ? (await answer.text()).replace(/\n$/, "") : "This file was deleted.";
  const shown = program(text, one.filetype);
  body.replaceChildren(shown);
  body.closest(".dialog").copyText = text;
}

function copyButton() {
  const node = h("button", { type: "button", class: "button", on: { click: async () => {
    await navigator.clipboard?.writeText(node.closest(".dialog").copyText ?? "");
    node.textContent = "Copied";
  } } }, "Copy");
  return node;
}

function other(one) {
  return h("div", { class: "file other" }, h("span", { class: "file-type" }, icon("file")),
    h("div", {}, h("div", { class: "file-name" }, one.title), h("div", { class: "hint" }, `${one.filetype.toUpperCase()} · ${size(one.size)}`)),
    download(one));
}

// A file that a person has chosen, as it is sent.
export async function encoded(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return { name: file.name || "pasted.png", content: btoa(text) };
}
