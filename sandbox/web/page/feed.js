// The connection to the sandbox: everything that is new, as it happens; tried again whenever it is lost.

import { changed, markAllReadOnce, put, state } from "./store.js";

const MOST_LINES = 2000;
const MOST_CALLS = 400;
const AGAIN_MS = 700;
let source = null;
let retry = null;

export function connect(user) {
  clearTimeout(retry);
  source?.close();
  const mine = new EventSource(`/web/feed?user=${encodeURIComponent(user)}`);
  source = mine;
  let whole = false;
  const on = (kind, take) => mine.addEventListener(kind, (event) => { take(JSON.parse(event.data)); changed(); });
  on("hello", (body) => {
    if (state.start && state.start !== body.start) return location.reload();
    state.start = body.start;
    state.connected = true;
    whole = true;
  });
  on("frame", (body) => {
    state.viewer = body.viewer;
    state.bot = body.bot;
    state.users = new Map(body.users.map((one) => [one.id, one]));
    state.channels = new Map(body.channels.map((one) => [one.id, one]));
    state.groups = body.groups;
    state.sandbox = body.sandbox;
    state.frame = body;
  });
  on("messages", (body) => {
    if (whole) {
      state.messages = new Map();
      state.more = new Set(body.more);
    }
    put(body.messages, body.gone);
    if (whole) markAllReadOnce();
    else announce(body.messages);
    whole = false;
  });
  on("traffic", (lines) => {
    for (const line of lines) state.traffic.set(line.n, line);
    for (const key of [...state.traffic.keys()].slice(0, Math.max(0, state.traffic.size - MOST_LINES))) state.traffic.delete(key);
  });
  on("agents", (calls) => {
    for (const call of calls) state.agents.set(call.n, call);
    for (const key of [...state.agents.keys()].slice(0, Math.max(0, state.agents.size - MOST_CALLS))) state.agents.delete(key);
  });
  mine.onerror = () => {
    if (mine !== source) return;
    state.connected = false;
    mine.close();
    retry = setTimeout(() => connect(user), AGAIN_MS);
    changed();
  };
}

const said = new Set();

// Tells a screen reader about new messages, once each, in the words that an app has chosen for notifications.
function announce(messages) {
  for (const message of messages) {
    const key = `${message.channel}/${message.ts}/${message.text}`;
    if (message.user === state.viewer || said.has(key) || !message.text) continue;
    said.add(key);
    const name = state.users.get(message.user)?.name ?? "";
    document.getElementById("announcer").textContent = `${name}: ${message.text.slice(0, 200)}`;
  }
}
