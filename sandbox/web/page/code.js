// A program with line numbers and quiet colours; a tokenizer of a few lines is enough for reading.

import { h } from "./dom.js";

const PYTHON = /(?<comment>#[^\n]*)|(?<string>[rbfRBF]{0,2}(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))|(?<keyword>\b(?:and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield|match|case|None|True|False)\b)|(?<decorator>^[ \t]*@[\w.]+)|(?<number>\b\d[\w.]*\b)/gm;

export function program(text, language, { numbers = true } = {}) {
  const code = h("code", {}, language === "python" ? coloured(text) : text);
  const count = text.split("\n").length;
  const lines = numbers && h("span", { class: "line-numbers", "aria-hidden": "true" }, Array.from({ length: count }, (_, at) => at + 1).join("\n"));
  return h("pre", { class: "program" }, lines || "", code);
}

function coloured(text) {
  const parts = [];
  let end = 0;
  for (const token of text.matchAll(PYTHON)) {
    if (token.index > end) parts.push(text.slice(end, token.index));
    const kind = Object.keys(token.groups).find((name) => token.groups[name] !== undefined);
    parts.push(h("span", { class: `token-${kind}` }, token[0]));
    end = token.index + token[0].length;
  }
  return [...parts, text.slice(end)];
}
