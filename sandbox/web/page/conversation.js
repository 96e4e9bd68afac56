// The conversation in the middle: a channel, or the app with its messages and its home.

import { act, get } from "./api.js";
import { blocks } from "./blocks.js";
import { Composer, nameOf } from "./composer.js";
import { h, icon, once } from "./dom.js";
import { MessageList } from "./list.js";
import { avatar } from "./people.js";
import { go } from "./route.js";
import { channelIcon } from "./sidebar.js";
import { appChannel, changed, current, markRead, messagesOf, person, put, roots, state } from "./store.js";

const pane = document.getElementById("conversation");
const head = h("header", { class: "pane-head" });
const list = new MessageList({ label: "Messages", inThread: false, open: (message) => go({ thread: message.ts }) });
const home = h("div", { class: "home", tabindex: "0", role: "region", "aria-label": "Home" });
const prompts = h("div", { class: "prompts" });
const composer = new Composer({ id: "composer", target, ensure });
pane.append(head, list.node, home, prompts, composer.node);
let opened = "";
let looked = "";

function target() {
  const channel = current();
  return { channel, thread: null, name: nameOf(channel) };
}

// A conversation with the app begins when somebody opens it.
async function ensure() {
  await act("open_app", { tab: "messages" });
  for (let tries = 0; tries < 40 && !appChannel(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  return target();
}

export function drawConversation() {
  if (!state.viewer) return;
  const channel = current();
  const { where } = state.place;
  const tab = where === "app" ? shownTab() : null;
  tellApp(tab);
  tellLook(channel);
  once(head, [state.viewer, channel, where, tab, state.frame.app], () => (where === "app" ? appHead(tab) : channelHead(channel)));
  const away = where !== "app" && !channel;
  list.node.hidden = tab === "home" || away;
  home.hidden = tab !== "home" && !away;
  composer.node.hidden = tab === "home" || away || Boolean(channel?.archived);
  if (away) once(home, ["away", where, state.viewer], () => h("div", { class: "empty" }, h("h2", {}, "Nothing to see here"), h("p", {}, `${person(state.viewer).name} is not in #${where}.`)));
  else if (tab === "home") drawHome();
  else drawMessages(channel, where);
  composer.draw();
}

function drawMessages(channel, where) {
  const messages = channel ? roots(channel.id) : [];
  const older = channel && state.more.has(channel.id)
    ? h("button", { type: "button", class: "older", on: { click: () => loadOlder(channel) } }, "Show older messages")
    : beginning(channel, where);
  list.draw(`${state.viewer}/${where}`, messages, { top: older });
  if (channel && !document.hidden) markRead(channel.id);
  const offered = channel && !messages.length ? state.frame.prompts[channel.id] ?? [] : [];
  once(prompts, [offered, channel?.id], () => offered.map((one) => h("button", { type: "button", class: "prompt", on: { click: () => act("say", { channel: channel.id, text: one.message }) } },
    h("strong", {}, one.title), h("span", {}, one.message))));
}

async function loadOlder(channel) {
  const first = messagesOf(channel.id)[0];
  const body = await get("/web/older", { channel: channel.id, before: first?.ts ?? "" });
  if (!body) return;
  put(body.messages);
  if (!body.more) state.more.delete(channel.id);
  changed();
}

function beginning(channel, where) {
  if (where === "app") return h("div", { class: "beginning" }, avatar(person(state.bot), "large"), h("h2", {}, person(state.bot).name), h("p", {}, state.frame.app.description));
  const kind = channel.kind === "group" ? "a private channel" : channel.shared ? "a channel shared with another company" : "a channel of everybody";
  const bot = channel.members.includes(state.bot);
  return h("div", { class: "beginning" }, h("h2", {}, `#${channel.name}`), h("p", {}, `This is ${kind}. `,
    bot ? ["Ask with ", h("code", {}, "/raygen Create a Ray task that returns Hello"), " or mention ", h("code", {}, "@raygen"), "."]
      : ["Raygen is not in here: add it with ", h("code", {}, "/invite @raygen"), "."]));
}

function channelHead(channel) {
  if (!channel) return [h("h2", {}, `#${state.place.where}`)];
  const names = channel.members.map((id) => person(id).name).join(", ");
  return [h("h2", {}, channelIcon(channel), channel.name), channel.shared ? h("span", { class: "badge soft" }, "shared with another company") : "",
    channel.archived ? h("span", { class: "badge soft" }, "archived") : "", h("div", { class: "spacer" }),
    h("span", { class: "members", title: names, "aria-label": `${channel.members.length} members: ${names}`, role: "img" },
      channel.members.slice(0, 3).map((id) => avatar(person(id), "small")), h("span", {}, String(channel.members.length)))];
}

// ---- the app

function shownTab() {
  if (state.place.tab === "home" && state.frame.app.home) return "home";
  return "messages";
}

function appHead(tab) {
  const { app } = state.frame;
  const tabs = [["messages", "Messages"], ...(app.home ? [["home", "Home"]] : [])];
  return [h("h2", {}, avatar(person(state.bot), "small"), person(state.bot).name), h("span", { class: "badge" }, "APP"),
    tabs.length > 1 ? h("div", { class: "tabs", role: "tablist", "aria-label": "The app" }, tabs.map(([key, words]) =>
      h("button", { type: "button", role: "tab", class: "tab", "aria-selected": String(tab === key), data: { focus: `tab/${key}` }, on: { click: () => go({ tab: key, thread: null }) } }, words))) : ""];
}

function tellApp(tab) {
  const now = tab ? `${state.viewer}/${tab}` : "";
  if (now === opened || (now && !state.connected)) return;
  opened = now;
  if (now) act("open_app", { tab });
}

// What is open stays so for the app beside it: in Slack both are on the screen.
function tellLook(channel) {
  const { where, thread } = state.place;
  const now = `${state.viewer}/${where}/${thread ?? ""}`;
  if (where === "app" || !channel || !state.connected || now === looked) return;
  looked = now;
  act("look", { channel: channel.id, thread_ts: thread });
}

function drawHome() {
  const view = state.frame.home;
  const ctx = { act: (one, block, value) => act("click_view", { where: "home", action_id: one.action_id, block_id: block.block_id, value }) };
  once(home, [view?.id, view?.hash], () => (view ? h("div", { class: "home-inner" }, blocks(view.blocks, ctx)) : h("div", { class: "empty" }, icon("file"), h("h2", {}, "Nothing here yet"), h("p", {}, "The app has not published its home for you."))));
}
