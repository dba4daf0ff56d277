// Sends the form as one row and shows the answer, or each refusal at its field.
"use strict";
const form = document.getElementById("form");
const result = document.getElementById("result");
const button = form.querySelector("button");
const token = document.getElementById("token");
const { threshold, unit } = JSON.parse(document.getElementById("settings").textContent);

function element(name, text, attributes = {}, space) {
  const made = space ? document.createElementNS(space, name) : document.createElement(name);
  if (text !== null) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

// What cannot be read as the column's type is sent as it is written: the service says what is wrong with it.
function read(field) {
  const text = field.value.trim();
  const type = field.dataset.type;
  if (type === "boolean") return text === "true" ? true : text === "false" ? false : text;
  if ((type === "number" || type === "integer") && /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return Number(text);
  return text;
}

function fields() {
  return [...form.querySelectorAll("[data-type]")];
}

function row() {
  const filled = fields().filter((field) => field.value.trim() !== "");
  return Object.fromEntries(filled.map((field) => [field.name, read(field)]));
}

function complain(field, reason) {
  const place = document.getElementById(field.getAttribute("aria-describedby").split(" ").pop());
  field.setAttribute("aria-invalid", reason ? "true" : "false");
  place.textContent = reason;
}

function percent(share) {
  return (100 * share).toFixed(1) + " %";
}

function scale(probability) {
  const svg = "http://www.w3.org/2000/svg";
  const drawn = element("svg", null, { viewBox: "0 0 1000 20", preserveAspectRatio: "none", "aria-hidden": "true" }, svg);
  drawn.append(element("rect", null, { width: 1000 * probability, height: 20 }, svg));
  drawn.append(element("line", null, { x1: 1000 * threshold, x2: 1000 * threshold, y1: 0, y2: 20 }, svg));
  const frame = element("div", null, { class: "scale" });
  frame.append(drawn);
  return frame;
}

function show(answer) {
  const [found] = answer.predictions;
  const said = found.label ?? `${Number(found.value.toPrecision(6))} ${unit}`;
  const parts = [element("p", String(said), { class: "value" })];
  if (found.probability !== undefined) {
    const side = found.probability >= threshold ? "at or above" : "below";
    parts.push(scale(found.probability));
    parts.push(element("p", `Probability ${percent(found.probability)}, ${side} the threshold of ${percent(threshold)}.`));
  }
  if (found.probabilities) {
    const table = element("table", null);
    for (const [label, share] of Object.entries(found.probabilities)) {
      const line = element("tr", null);
      line.append(element("th", label, { scope: "row" }), element("td", percent(share)));
      table.append(line);
    }
    parts.push(table);
  }
  parts.push(element("p", `Model ${answer.model.version}, ${answer.model.digest.slice(0, 12)}`, { class: "note" }));
  result.replaceChildren(...parts);
}

function refuse(detail, code) {
  const known = new Map(fields().map((field) => [field.name, field]));
  const reasons = new Map();
  const rest = [];
  for (const { loc, msg } of detail) {
    const field = known.get(loc[2]);
    if (field) reasons.set(field, [...(reasons.get(field) ?? []), msg]);
    else rest.push(msg);
  }
  for (const [field, found] of reasons) complain(field, [...new Set(found)].join("; or: "));
  if (code === 401 && token) complain(token, rest.join("; "));
  const first = fields().find((field) => reasons.has(field)) ?? (code === 401 ? token : null);
  const said = reasons.size ? `No prediction: ${reasons.size} of the fields must be changed.` : `No prediction: ${rest.join("; ")}.`;
  result.replaceChildren(element("p", said, { class: "error" }));
  if (first) first.focus();
}

async function ask(event) {
  event.preventDefault();
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  for (const field of [...fields(), ...(token ? [token] : [])]) complain(field, "");
  const headers = { "content-type": "application/json" };
  if (token && token.value) headers.authorization = "Bearer " + token.value;
  try {
    const answer = await fetch("/predict", { method: "POST", headers, body: JSON.stringify({ rows: [row()] }) });
    const told = await answer.json();
    if (answer.ok) show(told);
    else refuse(told.detail, answer.status);
  } catch {
    refuse([{ loc: [], msg: "the service does not answer" }], 0);
  }
  button.setAttribute("aria-disabled", "false");
}

form.addEventListener("submit", ask);
