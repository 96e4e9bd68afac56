// Where a person looks is in the address: #/analyst/data/1790000000.000001, #/analyst/app.home. So two windows can be
// two people, and a reload comes back to the same place.

import { state } from "./store.js";

export function readRoute() {
  const [user, where, thread] = decodeURIComponent(location.hash).replace(/^#\/?/, "").split("/");
  const [place, tab] = (where || "data").split(".");
  state.place = { user: user || "analyst", where: place, tab: tab ?? null, thread: thread || null };
}

export function go(change) {
  const { user, where, tab, thread } = { ...state.place, ...change };
  const place = tab && tab !== "messages" ? `${where}.${tab}` : where;
  location.hash = `#/${user}/${place}${thread ? `/${thread}` : ""}`;
}
