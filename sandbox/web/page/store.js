// What this page knows: the workspace as one person sees it, and where that person looks.

export const state = {
  viewer: null, // an id
  bot: null,
  users: new Map(),
  channels: new Map(),
  groups: {},
  messages: new Map(), // channel id -> Map of ts -> message
  more: new Set(), // channels with older messages
  frame: null,
  sandbox: null,
  connected: false,
  start: null,
  traffic: new Map(), // number -> line
  agents: new Map(), // number -> call of an agent
  place: { user: "analyst", where: "data", thread: null },
  notices: [], // what Slack itself tells this person, as messages
  read: new Map(), // user/channel -> ts
  drawer: false,
};

const listeners = [];
let planned = false;

export function onChange(listener) {
  listeners.push(listener);
}

// Draws soon, once for everything that has happened by then.
export function changed() {
  if (planned) return;
  planned = true;
  const draw = () => {
    planned = false;
    for (const listener of listeners) listener();
  };
  if (document.hidden) setTimeout(draw, 50);
  else requestAnimationFrame(draw);
}

export function person(id) {
  if (id === "USLACKBOT") return { id, name: "Slackbot", slackbot: true };
  return state.users.get(id) ?? { id, name: id };
}

export function me() {
  return person(state.viewer);
}

// The conversation that is looked at; null while the app's is not there yet.
export function current() {
  const { where } = state.place;
  if (where === "app") return appChannel();
  return [...state.channels.values()].find((one) => one.kind !== "im" && one.name === where) ?? null;
}

export function appChannel() {
  return [...state.channels.values()].find((one) => one.kind === "im" && one.members.includes(state.bot)) ?? null;
}

export function messagesOf(channelId) {
  const own = [...(state.messages.get(channelId)?.values() ?? [])];
  const notices = state.notices.filter((one) => one.channel === channelId && one.viewer === state.viewer);
  return [...own, ...notices].sort((a, b) => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0));
}

export function roots(channelId) {
  return messagesOf(channelId).filter((one) => !one.thread || one.broadcast);
}

export function thread(channelId, ts) {
  return messagesOf(channelId).filter((one) => one.ts === ts || one.thread === ts);
}

export function put(messages, gone = []) {
  for (const message of messages) {
    if (!state.messages.has(message.channel)) state.messages.set(message.channel, new Map());
    message.signature = JSON.stringify(message);
    state.messages.get(message.channel).set(message.ts, message);
  }
  for (const [channel, ts] of gone) state.messages.get(channel)?.delete(ts);
}

// Something that Slack itself says to this person alone.
export function notice(channel, threadTs, text) {
  const ts = (Date.now() / 1000).toFixed(6);
  const message = { ts, channel, user: "USLACKBOT", text, thread: threadTs, blocks: [], attachments: [], files: [],
    ephemeral: true, reactions: [], replies: 0, repliers: [], notice: true, viewer: state.viewer };
  message.signature = JSON.stringify(message);
  state.notices.push(message);
  changed();
}

export function dismiss(message) {
  if (message.notice) state.notices = state.notices.filter((one) => one !== message);
  else state.messages.get(message.channel)?.delete(message.ts);
  changed();
}

const readKey = (channelId) => `${state.viewer}/${channelId}`;

export function markRead(channelId) {
  const last = roots(channelId).at(-1);
  if (last) state.read.set(readKey(channelId), last.ts);
}

export function isUnread(channelId) {
  const since = state.read.get(readKey(channelId)) ?? "";
  return roots(channelId).some((one) => one.ts > since && one.user !== state.viewer);
}

export function markAllReadOnce() {
  for (const id of state.channels.keys()) if (!state.read.has(readKey(id))) {
    markRead(id);
    if (!state.read.has(readKey(id))) state.read.set(readKey(id), "0");
  }
}
