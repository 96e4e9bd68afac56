// Requests to the sandbox. Acts carry the token of this start; a refusal is a sentence for the person.

import { state } from "./store.js";

const token = document.querySelector("meta[name=raygen-token]").content;

export async function post(path, body = {}) {
  let answer;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Raygen-Token": token },
      body: JSON.stringify(body),
    });
  } catch {
    return { status: "refused", error: "The sandbox does not answer. Is it still running?" };
  }
  if (answer.headers.get("Content-Type")?.startsWith("application/json")) return answer.json();
  return { status: "refused", error: await answer.text() };
}

export async function get(path, query = {}) {
  const answer = await fetch(`${path}?${new URLSearchParams(query)}`);
  return answer.ok ? answer.json() : null;
}

// What the person does; the answer has `status`, and `shown` or `error` where something is to be read.
export function act(kind, details = {}) {
  return post("/web/act", { act: kind, user: state.viewer, ...details });
}
