// For developers: what goes to and fro, the agents' turns, trouble to switch on, limits, and the processes.

import { drawAgents } from "./agents.js";
import { get, post } from "./api.js";
import { h, iconButton, link, once, sync } from "./dom.js";
import { changed, state } from "./store.js";

const pane = document.getElementById("drawer");
const TABS = [["traffic", "Calls and events"], ["agents", "Agents"], ["trouble", "Trouble"], ["limits", "Limits and scopes"], ["processes", "Processes and Ray"]];
const tabs = h("div", { class: "tabs", role: "tablist", "aria-label": "Developer" });
const count = h("span", { class: "hint" });
const body = h("div", { class: "drawer-body", id: "drawer-body", role: "tabpanel", tabindex: "0", "aria-label": "Calls and events" });
pane.append(h("div", { class: "drawer-head" }, tabs, h("div", { class: "spacer" }), count, iconButton("close", "Close the developer's drawer", () => { state.drawer = false; changed(); })), body);

let tab = "traffic";
let chosen = null;
let filter = "";

export function drawDrawer() {
  pane.hidden = !state.drawer;
  document.body.classList.toggle("with-drawer", state.drawer);
  if (!state.drawer) return;
  once(tabs, tab, () => TABS.map(([key, words]) => h("button", { type: "button", role: "tab", class: "tab", "aria-selected": String(tab === key), "aria-controls": "drawer-body", data: { focus: `drawer/${key}` },
    on: { click: () => { tab = key; chosen = null; fresh = null; changed(); } } }, words)));
  body.setAttribute("aria-label", TABS.find(([key]) => key === tab)[1]);
  count.textContent = tab === "traffic" ? `${state.traffic.size} since the start` : "";
  ({ traffic, agents: () => drawAgents(body), trouble, limits, processes })[tab]();
}

// ---- calls and events

const lines = h("div", { class: "traffic-lines", role: "list" });
const detail = h("div", { class: "traffic-detail" });
const search = h("input", { class: "field", type: "search", placeholder: "Filter by name or state", "aria-label": "Filter by name or state", on: { input: () => { filter = search.value.toLowerCase(); changed(); } } });
const layout = h("div", { class: "traffic" }, h("div", { class: "traffic-left" }, h("div", { class: "traffic-search" }, search), lines), detail);

function traffic() {
  if (!layout.isConnected) { body.replaceChildren(layout); explain(); }
  const all = [...state.traffic.values()].filter((one) => `${one.name} ${one.state} ${one.about}`.toLowerCase().includes(filter)).slice(-400);
  const stick = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
  sync(lines, all, (one) => one.n, (one) => `${JSON.stringify(one)}${one.n === chosen}`, line);
  if (stick) lines.scrollTop = lines.scrollHeight;
}

function line(one) {
  const bad = !["ok", "acked", "waiting"].includes(one.state);
  return h("div", { role: "listitem" }, h("button", { type: "button", class: `traffic-line ${bad ? "bad" : ""}`, "aria-current": one.n === chosen ? "true" : null, data: { focus: `line/${one.n}` }, on: { click: () => show(one) } },
    h("time", {}, new Date(one.at * 1000).toLocaleTimeString([], { hour12: false }) + `.${String(Math.floor((one.at % 1) * 1000)).padStart(3, "0")}`),
    h("span", { class: `way ${one.to}`, title: one.to === "slack" ? "The app calls Slack" : "Slack tells the app" }, one.to === "slack" ? "app → Slack" : "Slack → app"),
    h("span", { class: "traffic-name" }, one.name), h("span", { class: "traffic-state" }, one.state), h("span", { class: "hint traffic-about" }, one.about)));
}

function explain() {
  if (chosen === null) detail.replaceChildren(h("div", { class: "empty" }, h("p", {}, "Choose a line to see what was sent and what was answered.")));
}

async function show(one) {
  chosen = one.n;
  changed();
  const whole = await get(`/web/traffic/${one.n}`);
  if (chosen !== one.n) return;
  const part = (title, value) => [h("h3", {}, title), h("pre", { class: "json", tabindex: "0" }, JSON.stringify(value, null, 2))];
  detail.replaceChildren(h("h3", { class: "traffic-title" }, `${one.to === "slack" ? "app → Slack" : "Slack → app"} · ${one.name}`),
    ...(whole ? [...part("Sent", whole.sent), ...part("Answered", whole.answered)] : [h("p", {}, "This line is from before the last restart.")]));
}

// ---- what is asked for while its tab is open

let fresh = null;

async function refresh(path, draw, how = get) {
  if (fresh === path) return;
  fresh = path;
  const answer = await how(path);
  if (answer && fresh === path) body.replaceChildren(h("div", { class: "drawer-page" }, draw(answer)));
}

const FAULTS = [
  ["rate_limit", "429 Too Many Requests", "Retry after"], ["http_500", "HTTP 500", null],
  ["drop", "The answer is lost, the work is done", null], ["slow", "Slow", "By"],
];

function trouble() {
  refresh("/web/trouble", drawTrouble);
}

function drawTrouble(plan) {
  const cause = async (details) => { const next = await post("/web/trouble", details); if (!next.error) body.replaceChildren(h("div", { class: "drawer-page" }, drawTrouble({ ...plan, ...next }))); };
  const option = ([value, words]) => h("option", { value }, words);
  const kind = h("select", { class: "field", "aria-label": "What goes wrong" }, FAULTS.map(option));
  const method = h("select", { class: "field", "aria-label": "Of which method" }, [["*", "any method"], ...plan.methods.map((one) => [one, one])].map(option));
  const times = h("input", { class: "field number", type: "number", min: "1", max: "100", value: "1", "aria-label": "How many times" });
  const seconds = h("input", { class: "field number", type: "number", min: "0", max: "60", value: "3", "aria-label": "Seconds" });
  const button = (words, details, style = "") => h("button", { type: "button", class: `button ${style}`, on: { click: () => cause(typeof details === "function" ? details() : details) } }, words);
  return [
    h("div", { class: "drawer-row" }, h("span", { class: "drawer-label" }, "The app's calls"), kind, method, times, "times,", seconds, "s",
      button("Plan it", () => ({ trouble: kind.value, method: method.value, times: Number(times.value), seconds: Number(seconds.value) }), "primary")),
    h("div", { class: "drawer-row" }, h("span", { class: "drawer-label" }, "Deliveries to the app"), button("Next event twice", { trouble: "duplicate", times: 1 }), button("Next delivery 4 s late", { trouble: "late", times: 1, seconds: 4 }),
      h("span", { class: "hint" }, "Late commands and clicks end in operation_timeout; late events come again.")),
    h("div", { class: "drawer-row" }, h("span", { class: "drawer-label" }, "Socket Mode"), button("Ask the app to reconnect", { trouble: "disconnect", graceful: true }), button("Cut the connection", { trouble: "disconnect", graceful: false }, "danger"),
      h("span", { class: "hint" }, `${plan.connections} open`)),
    h("div", { class: "drawer-row" }, h("span", { class: "drawer-label" }, "Still to come"), h("span", {}, pending(plan)), button("Clear", { trouble: "clear" })),
  ];
}

function pending(plan) {
  const counts = new Map();
  for (const one of plan.faults) counts.set(`${one.kind} for ${one.method}`, (counts.get(`${one.kind} for ${one.method}`) ?? 0) + 1);
  const words = [...counts].map(([name, number]) => `${number} × ${name}`);
  if (plan.duplicates) words.push(`${plan.duplicates} × event twice`);
  if (plan.late) words.push(`${plan.late} × ${plan.late_seconds} s late`);
  return words.join(", ") || "nothing";
}

function limits() {
  refresh("/web/limits", drawLimits);
}

function drawLimits(found) {
  const toggle = h("input", { type: "checkbox", checked: found.enforced, on: { change: async () => { await post("/web/trouble", { trouble: "limits", enforced: toggle.checked }); } } });
  const again = h("button", { type: "button", class: "button", on: { click: () => { fresh = null; limits(); } } }, "Look again");
  return [
    h("div", { class: "drawer-row" }, h("label", { class: "choice" }, toggle, h("span", {}, "Hold the app to Slack's rate limits")), again),
    h("div", { class: "table-frame" }, h("table", {}, h("thead", {}, h("tr", {}, ["Method", "Last minute", "Allowed", "Since the start"].map((words) => h("th", { scope: "col" }, words)))),
      h("tbody", {}, found.methods.map((one) => h("tr", {}, h("td", {}, h("code", {}, one.name)), h("td", {}, String(one.lately)), h("td", {}, one.allowed), h("td", {}, String(one.called))))))),
    h("div", { class: "drawer-row" }, h("span", { class: "drawer-label" }, "Scopes of the manifest"), found.scopes.map((one) => h("span", { class: `chip ${one.used ? "used" : ""}`, title: one.used ? "needed by a call so far" : "not needed by a call so far" }, one.name))),
  ];
}

function processes() {
  refresh("/web/processes", drawProcesses, post);
}

function drawProcesses(found) {
  const token = h("button", { type: "button", class: "button", on: { click: async () => { await navigator.clipboard?.writeText(found.token); token.textContent = "Copied"; } } }, "Copy the token it asks for");
  const restart = h("button", { type: "button", class: "button danger", on: { click: async () => {
    restart.setAttribute("aria-busy", "true");
    const next = await post("/web/restart");
    if (next.error) restart.after(h("span", { class: "trouble", role: "alert" }, next.error));
    else body.replaceChildren(h("div", { class: "drawer-page" }, drawProcesses(next)));
  } } }, "Restart the bot");
  const again = h("button", { type: "button", class: "button", on: { click: () => { fresh = null; processes(); } } }, "Look again");
  return [
    h("div", { class: "drawer-row" }, h("span", { class: "drawer-label" }, "Ray"), found.ray ? link(`${found.ray}/#/jobs`, "Jobs on Ray's dashboard") : "starting", found.ray ? token : "", restart, again),
    found.processes.map((one) => h("details", { class: "process" }, h("summary", {}, h("span", { class: `dot ${one.running ? "" : "off"}` }), one.name, h("span", { class: "hint" }, one.running ? "running" : "ended")), h("pre", { class: "json" }, one.log || "Nothing in its log."))),
  ];
}
