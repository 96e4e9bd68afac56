// In the developer's drawer: what the agents were asked, what it took, and which tools they called.

import { get } from "./api.js";
import { h, link, sync } from "./dom.js";
import { changed, state } from "./store.js";

const GOOD = new Set(["ok", "running", "answered"]);
const lines = h("div", { class: "traffic-lines", role: "list", "aria-label": "Calls of agents" });
const detail = h("div", { class: "traffic-detail" });
const total = h("span", { class: "hint" });
const follows = h("input", { type: "checkbox", on: { change: () => changed() } });
const head = h("div", { class: "traffic-search drawer-row" }, h("label", { class: "choice" }, follows, h("span", {}, "Show calls that only wait for news of a run")), total);
const layout = h("div", { class: "traffic" }, h("div", { class: "traffic-left" }, head, lines), detail);
let chosen = null;
let toolsFor = null;

export function drawAgents(body) {
  if (!layout.isConnected) { body.replaceChildren(layout); chosen = null; toolsFor = null; }
  const all = [...state.agents.values()];
  const stick = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
  sync(lines, all.filter((one) => follows.checked || one.action !== "follow"), (one) => one.n, (one) => `${JSON.stringify(one)}${one.n === chosen}`, line);
  if (stick) lines.scrollTop = lines.scrollHeight;
  total.textContent = sum(all);
  if (chosen === null) drawTools(all);
}

// The supervisor's figures contain those of the writer, whom it asks.
function sum(all) {
  const own = all.filter((one) => one.runtime.endsWith("supervisor"));
  const of = (key) => own.reduce((before, one) => before + one[key], 0);
  const both = { tokens_in: of("tokens_in"), tokens_out: of("tokens_out") };
  return both.tokens_in || both.tokens_out ? `since the start: ${tokens(both)}` : "no tokens so far";
}

const number = (value) => value.toLocaleString("en");
const tokens = (one) => `${number(one.tokens_in)} tokens in, ${number(one.tokens_out)} out`;

function line(one) {
  const times = one.attempts === 1 ? "1 attempt" : `${one.attempts} attempts`;
  const took = [one.tokens_in || one.tokens_out ? tokens(one) : "", one.attempts ? times : "", one.about].filter(Boolean).join(" · ");
  return h("div", { role: "listitem" }, h("button", { type: "button", class: `traffic-line ${GOOD.has(one.state) ? "" : "bad"}`, "aria-current": one.n === chosen ? "true" : null, data: { focus: `agent/${one.n}` }, on: { click: () => show(one) } },
    h("time", {}, new Date(one.at * 1000).toLocaleTimeString([], { hour12: false })),
    h("span", { class: "way slack" }, name(one)), h("span", { class: "traffic-name" }, one.action),
    h("span", { class: "traffic-state" }, `${one.status || one.state} ${one.state === "running" ? "" : `${one.seconds} s`}`), h("span", { class: "hint traffic-about" }, took)));
}

const name = (one) => ({ raygen_supervisor: "supervisor", raygen_codegen: "writer" })[one.runtime] ?? one.runtime;

async function show(one) {
  chosen = one.n;
  changed();
  const whole = await get(`/web/agents/${one.n}`);
  if (chosen !== one.n) return;
  const now = state.agents.get(one.n) ?? one;
  const part = (title, value) => [h("h3", {}, title), h("pre", { class: "json", tabindex: "0" }, JSON.stringify(value, null, 2))];
  const back = h("button", { type: "button", class: "button", on: { click: () => { chosen = null; toolsFor = null; changed(); } } }, "All tools");
  detail.replaceChildren(h("div", { class: "drawer-row" }, h("h3", { class: "traffic-title" }, `${name(now)} · ${now.action}`), back),
    h("dl", { class: "facts" }, facts(now)),
    ...(whole ? [...part("Asked", whole.asked), ...part("Steps", whole.steps), ...part("Answered", whole.answered)] : [h("p", {}, "This call is no longer kept.")]));
}

function facts(one) {
  const cost = one.cost === null ? "not known" : `${one.cost.toFixed(4)} US dollars`;
  const cached = one.cached ? `, ${number(one.cached)} from a cache` : "";
  const known = [["Model", one.model], ["Took", one.calls ? `${one.calls} calls of the model: ${tokens(one)}${cached}; ${cost}` : ""],
    ["Attempts", one.attempts || ""], ["Seconds", one.seconds], ["Job", one.job ? link(one.job, "The job on Ray's dashboard") : ""]];
  return known.filter(([, value]) => value !== "").flatMap(([words, value]) => [h("dt", {}, words), h("dd", {}, typeof value === "number" ? number(value) : value)]);
}

// The gateway is asked anew when a call has begun or ended.
async function drawTools(all) {
  const key = all.map((one) => one.state).join();
  if (key === toolsFor) return;
  toolsFor = key;
  const found = await get("/web/tools");
  if (!found || chosen !== null) return;
  const row = (one) => h("tr", {}, [new Date(one.at * 1000).toLocaleTimeString([], { hour12: false }), h("code", {}, one.tool), one.state, `${one.seconds} s`, h("code", {}, one.run)].map((cell) => h("td", {}, cell)));
  detail.replaceChildren(h("p", { class: "hint" }, "Choose a call to see what was asked, its steps and the answer."), h("h3", {}, "Tools that were called at the gateway"),
    found.length ? h("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": "Tools" }, h("table", {}, h("thead", {}, h("tr", {}, ["At", "Tool", "State", "Took", "Run"].map((words) => h("th", { scope: "col" }, words)))), h("tbody", {}, found.slice(-50).reverse().map(row))))
      : h("p", { class: "hint" }, "None so far."));
}
