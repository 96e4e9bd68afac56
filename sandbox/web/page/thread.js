// A thread in the pane at the side.

import { act, get } from "./api.js";
import { Composer, nameOf } from "./composer.js";
import { h, icon, iconButton, once } from "./dom.js";
import { MessageList } from "./list.js";
import { go } from "./route.js";
import { changed, current, notice, person, put, state, thread } from "./store.js";

const pane = document.getElementById("thread");
const head = h("header", { class: "pane-head" });
const list = new MessageList({ label: "Thread", inThread: true, open: () => {} });
const agent = h("div", { class: "agent" });
const composer = new Composer({ id: "thread-composer", target: () => ({ channel: current(), thread: state.place.thread, name: nameOf(current()) }) });
pane.append(head, list.node, agent, composer.node);
const fetched = new Set();

export function drawThread() {
  const channel = current();
  const ts = state.place.thread;
  pane.hidden = !ts || !channel;
  if (pane.hidden) return fetched.clear();
  once(head, [channel.id, nameOf(channel)], () => [h("h2", {}, "Thread", h("span", { class: "hint" }, nameOf(channel))), h("div", { class: "spacer" }), iconButton("close", "Close the thread", close)]);
  const messages = thread(channel.id, ts);
  const root = messages[0];
  if (root && messages.filter((one) => !one.ephemeral).length - 1 < root.replies) fetchOnce(channel.id, ts, root.replies);
  const count = messages.length - 1;
  const status = state.frame.statuses.find(([place, at]) => place === channel.id && at === ts)?.[2];
  list.draw(`${channel.id}/${ts}`, messages, {
    top: root ? [] : h("div", { class: "empty" }, h("p", {}, "This thread is gone.")),
    divider: count > 0 ? (count === 1 ? "1 reply" : `${count} replies`) : null,
    status: status ? `${person(state.bot).name} ${status}` : "",
  });
  drawAgent(channel, ts);
  composer.node.hidden = !root;
  composer.draw();
}

// Slack's own Stop, while the app says that it is processing.
function drawAgent(channel, ts) {
  const session = state.frame.sessions.find((one) => one.channel === channel.id && one.thread === ts);
  once(agent, [session?.stoppable, session?.status, ts], () => session?.stoppable
    ? h("button", { type: "button", class: "button stop-agent", on: { click: async () => {
      const outcome = await act("stop_session", { channel: channel.id, thread_ts: ts });
      if (outcome.error) notice(channel.id, ts, outcome.error);
    } } }, icon("stop"), "Stop") : "");
}

async function fetchOnce(channel, ts, replies) {
  const key = `${channel}/${ts}/${replies}`;
  if (fetched.has(key)) return;
  fetched.add(key);
  const body = await get("/web/thread", { channel, ts });
  if (body) put(body.messages);
  changed();
}

function close() {
  const ts = state.place.thread;
  go({ thread: null });
  setTimeout(() => (document.querySelector(`[data-focus="replies/${CSS.escape(ts)}"]`) ?? document.getElementById("composer")).focus());
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && state.place.thread && !document.querySelector("dialog[open], .menu") && pane.contains(document.activeElement)) close();
});
