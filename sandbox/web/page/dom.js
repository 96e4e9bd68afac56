// Making elements. Whatever a person or a program wrote becomes a text node; nothing here takes HTML.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  hash: ["M9 4 7 20", "M17 4l-2 16", "M4.5 9H20", "M3.5 15H19"],
  lock: ["M6 11h12v9H6z", "M8.5 11V8a3.5 3.5 0 0 1 7 0v3"],
  shared: ["M8 7a5 5 0 0 0 0 10l3-2.5", "M16 17a5 5 0 0 0 0-10l-3 2.5", "M10 14l4-4"],
  send: ["M4 4l17 8-17 8 3-8z", "M7 12h8"],
  plus: ["M12 5v14", "M5 12h14"],
  at: ["M15.5 12a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0z", "M15.5 12c0 3 4.5 3 4.5-1A8 8 0 1 0 16 19"],
  slash: ["M5 4h14v16H5z", "M10 16l4-8"],
  bolt: ["M13 3 5 14h6l-1 7 8-11h-6z"],
  close: ["M6 6l12 12", "M18 6 6 18"],
  thread: ["M4 5h16v11H10l-4 4v-4H4z", "M8 9h8", "M8 12.5h5"],
  dots: ["M12 5.5v.01", "M12 12v.01", "M12 18.5v.01"],
  pencil: ["M5 19l1-4L16 5l3 3L9 18z"],
  bin: ["M5 7h14", "M9 7V4.5h6V7", "M7 7l1 13h8l1-13"],
  smile: ["M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z", "M8.5 14.5c1.5 2.5 5.5 2.5 7 0", "M9 9.5v.01", "M15 9.5v.01"],
  wrench: ["M14.5 6a4.5 4.5 0 0 0-5 6L4 17.5 6.5 20 12 14.5a4.5 4.5 0 0 0 6-5L15 12l-3-3z"],
  down: ["M12 5v13", "M6 12.5l6 6 6-6"],
  chevron: ["M6 9.5l6 6 6-6"],
  download: ["M12 4v10", "M7.5 10l4.5 4.5 4.5-4.5", "M5 19h14"],
  file: ["M7 3h7l4 4v14H7z", "M14 3v4h4"],
  eye: ["M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z", "M14.5 12a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z"],
  menu: ["M4 7h16", "M4 12h16", "M4 17h16"],
  stop: ["M7 7h10v10H7z"],
  up: ["M6 14.5l6-6 6 6"],
};

export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [kind, act] of Object.entries(value)) node.addEventListener(kind, act);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "value" || name === "checked" || name === "selected" || name === "disabled") node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((one) => one !== undefined && one !== null && one !== false));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" }))
    svg.setAttribute(key, value);
  for (const line of ICONS[name] ?? []) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", line);
    svg.append(path);
  }
  return svg;
}

export function iconButton(name, label, act, props = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click: act }, ...props }, icon(name));
}

const SAFE = /^(https?:\/\/|mailto:)/i;

// A link to elsewhere; an address of another kind (javascript:, data:) stays text.
export function link(url, ...label) {
  const shown = label.length ? label : [url];
  if (!SAFE.test(url)) return h("span", {}, ...shown);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...shown);
}

// Rebuilds `node` only when `key` differs from the last time.
export function once(node, key, build) {
  const text = typeof key === "string" ? key : JSON.stringify(key);
  if (node.__key === text) return;
  node.__key = text;
  const focused = node.contains(document.activeElement) ? focusKey(document.activeElement) : null;
  node.replaceChildren(...[build()].flat(Infinity).filter(Boolean));
  restoreFocus(node, focused);
}

// Makes the children of `parent` those of `items`, keeping the nodes of items whose signature is the same.
export function sync(parent, items, keyOf, signatureOf, make) {
  const known = parent.__nodes ?? new Map();
  const next = new Map();
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const wanted = items.map((item) => {
    const [key, signature] = [keyOf(item), signatureOf(item)];
    const old = known.get(key);
    const node = old && old.signature === signature ? old.node : make(item, old?.node);
    next.set(key, { node, signature });
    return node;
  });
  parent.__nodes = next;
  const keep = new Set(wanted);
  for (const node of [...parent.childNodes]) if (!keep.has(node)) node.remove();
  wanted.forEach((node, index) => {
    if (parent.childNodes[index] !== node) parent.insertBefore(node, parent.childNodes[index] ?? null);
  });
  if (focused && focused !== document.activeElement) restoreFocus(parent, focusKey(focused));
}

function focusKey(node) {
  return node.dataset?.focus ?? null;
}

function restoreFocus(node, key) {
  if (!key) return;
  node.querySelector(`[data-focus="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

// A menu that opens at a button; arrow keys, Home, End and Escape work as in any menu.
export function menu(anchor, items, label) {
  const list = h("div", { class: "menu", role: "menu", "aria-label": label });
  const close = (focus) => {
    list.remove();
    anchor.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    if (focus) anchor.focus();
  };
  const outside = (event) => !list.contains(event.target) && !anchor.contains(event.target) && close(false);
  const choices = items.map((item) =>
    h("button", { type: "button", class: `menu-item ${item.class ?? ""}`, role: item.checked === undefined ? "menuitem" : "menuitemradio",
      "aria-checked": item.checked === undefined ? null : String(item.checked), tabindex: "-1",
      on: { click: () => { close(true); item.act(); } } }, item.content));
  list.append(...choices);
  list.addEventListener("keydown", (event) => {
    const at = choices.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: choices.length - 1 }[event.key];
    if (event.key === "Escape" || event.key === "Tab") { event.stopPropagation(); return close(event.key === "Escape"); }
    if (to === undefined) return;
    event.preventDefault();
    choices[(to + choices.length) % choices.length].focus();
  });
  anchor.setAttribute("aria-expanded", "true");
  document.body.append(list);
  place(list, anchor);
  (choices.find((one) => one.getAttribute("aria-checked") === "true") ?? choices[0])?.focus();
  document.addEventListener("pointerdown", outside, true);
}

// Puts a floating box next to its anchor, inside the window.
export function place(box, anchor) {
  const at = anchor.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const below = at.bottom + 6 + height < innerHeight;
  box.style.setProperty("left", `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`);
  box.style.setProperty("top", `${below ? at.bottom + 6 : Math.max(8, at.top - height - 6)}px`);
}

// A dialog over everything; resolves with what was chosen, or null when it was closed.
export function dialog(title, content, { buttons = [], wide = false, onClose } = {}) {
  const heading = h("h2", { class: "dialog-title", id: `dialog-${Math.random().toString(36).slice(2)}` }, title);
  const box = h("dialog", { class: `dialog ${wide ? "wide" : ""}`, "aria-labelledby": heading.id });
  const leave = () => box.close();
  box.append(
    h("div", { class: "dialog-head" }, heading, iconButton("close", "Close", leave)),
    h("div", { class: "dialog-body", tabindex: "0", role: "group", "aria-label": title }, content),
    buttons.length ? h("div", { class: "dialog-foot" }, buttons.map((one) => one(leave))) : "");
  box.addEventListener("close", () => { box.remove(); onClose?.(); });
  box.addEventListener("click", (event) => event.target === box && leave());
  document.getElementById("dialogs").append(box);
  box.showModal();
  return box;
}
