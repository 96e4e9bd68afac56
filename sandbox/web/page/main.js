// Draws the page whenever something has changed.

import { drawConversation } from "./conversation.js";
import { drawDrawer } from "./drawer.js";
import { connect } from "./feed.js";
import { drawModal } from "./modal.js";
import { go, readRoute } from "./route.js";
import { drawSidebar } from "./sidebar.js";
import { changed, me, onChange, state } from "./store.js";
import { drawThread } from "./thread.js";
import { drawTopbar } from "./topbar.js";

onChange(() => {
  // A name that nobody has: the sandbox has chosen somebody.
  if (state.viewer && me().name !== state.place.user && state.viewer !== state.place.user) return go({ user: me().name });
  drawTopbar();
  drawSidebar();
  drawConversation();
  if (state.viewer) drawThread();
  drawModal();
  drawDrawer();
  const place = state.place.where === "app" ? "raygen" : `#${state.place.where}`;
  document.title = `${place} · ${state.place.user} · Raygen sandbox`;
});

let user = null;

function route() {
  readRoute();
  if (user !== state.place.user) {
    user = state.place.user;
    state.viewer = null;
    connect(user);
  }
  changed();
}

// The address is a place: an anchor of the page must not become one.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("composer").focus();
});
addEventListener("hashchange", route);
document.addEventListener("visibilitychange", changed);
route();
