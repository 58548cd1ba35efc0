// The studio's page: the map shows, the panel edits, and both follow the draft, whoever changes it.
import { Layers } from "./layers.js";
import { FlowMap } from "./map.js";
import { Panel, send } from "./panel.js";
import { testCall } from "./route.js";

const LOOK_EVERY = 6000; // milliseconds between looks at what others did

const page = document.querySelector("[data-studio]");
const find = (what) => document.querySelector(what);
const read = (id) => JSON.parse(document.getElementById(id).textContent);

const urls = read("studio-urls");
const readOnly = "readOnly" in page.dataset;
let drawing = read("studio-drawing");
let { revision } = page.dataset;
let source = "draft";
let view = matchMedia("(max-width: 48rem)").matches ? "list" : "map";

const said = find("[data-saved]");
const say = (text) => {
  said.textContent = text;
};

const map = new FlowMap(
  find("[data-map]"),
  { step: (key) => open(key), exit: (exits) => askWhere(exits), add: (exit) => askWhat(exit), connect: (exits, key) => connect(exits, key), drawn: () => source === "draft" && run.drawn() },
  { readOnly },
);
const run = testCall(map);
const panel = new Panel(find("[data-panel]"), (key) => urls.step.replace("STEP", encodeURIComponent(key)), {
  saved: (state) => apply(state),
  said: say,
  closed: () => choose(""),
});

const layers = new Layers(find("[data-layers]"), urls, () => {
  drawMap();
  if (view === "map" && !map.isMoved) map.fit(0.6);
});

// The draft on the map, or the version that is looked at; and the figures wherever they stand.
let version = null;
const drawMap = () => {
  const shown = source === "draft" ? drawing : version;
  if (view === "map") map.draw(shown, layers.over(shown));
  layers.write(drawing);
};

const nameOf = (key) => drawing?.steps.find((step) => step.key === key)?.name ?? key;

const choose = (key) => {
  map.choose(key);
  for (const row of document.querySelectorAll(".cw-flow-list .cw-step")) {
    if (row.id === `step-${key}`) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
};

const open = async (key, field = "") => {
  if (source !== "draft") await show("draft");
  choose(key);
  map.bringIntoView(key);
  await panel.open(key, field);
};

// Show a new state of the draft, as the site tells it.
const apply = (state) => {
  if (!state.drawing && !state.bar) return;
  ({ drawing } = state);
  if (revision !== String(state.revision)) run.changed();
  revision = String(state.revision);
  find("[data-bar]").innerHTML = state.bar;
  find("[data-list]").innerHTML = state.list;
  for (const [what, text] of [["undo", state.undo], ["redo", state.redo]]) {
    const button = find(`[data-${what}]`);
    if (!button) continue;
    button.disabled = !text;
    button.title = text && `${what === "undo" ? "Undo" : "Do again"}: ${text}`;
  }
  drawMap();
  choose(panel.key);
  document.dispatchEvent(new CustomEvent("callwright:draft", { detail: { revision, drawing } }));
};

// An act on the draft: what comes of it is shown on the map and in the panel.
const act = async (name, fields = {}) => {
  await panel.save();
  if (name === "mend") fields.revision = revision; // what was typed is saved by now
  let answer;
  try {
    answer = await send(urls[name], new URLSearchParams(fields));
  } catch {
    say("The site cannot be reached. Nothing was changed; try again in a moment.");
    return;
  }
  const { ok, data } = answer;
  if (!ok) {
    say(data.said ?? "That could not be done: somebody changed the flow meanwhile. Look again.");
    await look();
    return;
  }
  apply(data);
  say(data.said ?? "");
  if (data.closed === panel.key && data.closed) await panel.close();
  else if (data.open) await open(data.open);
  else await panel.refresh();
};

// --- What the map asks -------------------------------------------------------------------------------------------------

const palette = find("[data-palette]");
const connecting = find("[data-connect]");

const askWhat = (exit = null) => {
  const form = palette.querySelector("form");
  form.elements.step.value = exit?.step ?? "";
  form.elements.outcome.value = exit?.outcome ?? "";
  palette.querySelector("[data-palette-after]").textContent = exit ? `After “${nameOf(exit.step)}”: ${exit.label}.` : "Connect it afterwards, by its exits or by dragging.";
  palette.showModal();
};

const askWhere = (exits, to = exits[0].goes_to ?? "") => {
  const form = connecting.querySelector("form");
  const which = exits.map((exit) => exit.label).join(", ");
  connecting.querySelector("[data-connect-what]").textContent = `After “${nameOf(exits[0].step)}”: ${which}`;
  const choices = drawing.steps.map((step) => new Option(step.name, step.key, false, step.key === to));
  form.elements.to.replaceChildren(new Option("nowhere for now", "", false, !to), ...choices);
  form.onsubmit = (event) => {
    event.preventDefault();
    connecting.close();
    connect(exits, form.elements.to.value);
  };
  connecting.querySelector("[data-connect-new]").onclick = () => {
    connecting.close();
    askWhat(exits[0]);
  };
  connecting.showModal();
};

const connect = async (exits, to) => {
  for (const exit of exits) await act("connect", { step: exit.step, outcome: exit.outcome, to });
};

palette?.addEventListener("submit", (event) => {
  event.preventDefault();
  palette.close();
  const fields = new FormData(event.target);
  act("add", { kind: event.submitter.value, step: fields.get("step"), outcome: fields.get("outcome") });
});

// --- Clicks ------------------------------------------------------------------------------------------------------------

const show = async (wanted) => {
  if (wanted !== "draft") version = (await (await fetch(wanted)).json()).drawing;
  source = wanted;
  for (const button of document.querySelectorAll("[data-source]")) {
    button.setAttribute("aria-pressed", String(button.dataset.source === wanted));
  }
  map.view = null;
  map.readOnly = readOnly || wanted !== "draft";
  drawMap();
};

const lookAs = (wanted) => {
  view = wanted;
  find("[data-map]").hidden = find("[data-zoom]").hidden = view !== "map";
  find("[data-list]").hidden = view === "map";
  for (const button of document.querySelectorAll("[data-view]")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === view));
  }
  drawMap();
};

const CLICKS = {
  "[data-view]": (on) => lookAs(on.dataset.view),
  "[data-source]": (on) => show(on.dataset.source),
  "[data-zoom-by]": (on) => map.zoom(Number(on.dataset.zoomBy)),
  "[data-zoom-fit]": () => map.fit(),
  "[data-add]": () => askWhat(),
  "[data-close]": () => panel.close(),
  "[data-delete]": () => find("[data-delete-dialog]").showModal(),
  "[data-dismiss]": (on) => on.closest("dialog").close(),
  "button[name=_move]": (on) => act("move", { step: on.closest(".cw-step").id.slice(5), by: on.value.split(":")[1] }),
};

// Links that lead to the page of a step, or to its exits, open its panel instead.
const stepOf = (link) => {
  const step = link.dataset.step ?? link.closest(".cw-step")?.id.slice(5);
  if (link.matches(".cw-step-name, .cw-step .cw-nowhere, .cw-step .cw-problem a, [data-step]")) return step;
  const target = [...document.querySelectorAll(".cw-flow-list .cw-step-name")].find((name) => name.href === link.href);
  return link.closest(".cw-exits") && target?.closest(".cw-step").id.slice(5);
};

const newStepAfter = (link) => {
  const after = new URL(link.href, location).searchParams.get("after");
  const field = after && link.closest("[data-field]")?.dataset.field;
  return field?.startsWith("exit:") ? { step: panel.key, outcome: field.slice(5), label: link.closest("[data-field]").querySelector(".cw-label")?.textContent ?? "" } : null;
};

document.addEventListener("click", (event) => {
  for (const [what, then] of Object.entries(CLICKS)) {
    const on = event.target.closest(what);
    if (on) {
      event.preventDefault();
      then(on);
      return;
    }
  }
  const link = event.target.closest("a[href]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const after = newStepAfter(link);
  const step = after ? "" : stepOf(link);
  if (!after && !step) return;
  event.preventDefault();
  link.closest("details[data-pop]")?.removeAttribute("open");
  if (after) askWhat(after);
  else open(step, decodeURIComponent(new URL(link.href).hash.slice(1)));
});

document.addEventListener("submit", (event) => {
  const name = event.target.dataset.act ?? (event.target.closest("[data-delete-dialog]") && "delete");
  if (!name) return;
  event.preventDefault();
  event.target.closest("dialog")?.close();
  act(name, Object.fromEntries(new FormData(event.target, event.submitter)));
});

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("input, textarea, select");
  if ((event.ctrlKey || event.metaKey) && event.key === "z" && !isTyping && !readOnly) {
    event.preventDefault();
    act(event.shiftKey ? "redo" : "undo");
  }
  if (event.key === "Escape" && panel.key && !document.querySelector("dialog[open]")) panel.close();
});

// --- The call of the phone, and what others do -----------------------------------------------------------------------------

document.addEventListener("callwright:before-call", (event) => event.detail.push(panel.save()));
document.addEventListener("callwright:call", (event) => map.follow(event.detail));
document.addEventListener("callwright:call-over", () => map.over());

const look = async () => {
  let state;
  try {
    state = await (await fetch(`${urls.state}?revision=${revision}`, { headers: { Accept: "application/json" } })).json();
  } catch {
    return; // the next look tells
  }
  const others = state.others ?? [];
  if (state.drawing !== undefined) {
    apply(state);
    await panel.refresh();
    say(others.length ? `${others.join(", ")} changed this flow just now.` : "");
  } else if (others.length) {
    say(`${others.join(", ")} ${others.length > 1 ? "have" : "has"} this flow open too.`);
  }
};
setInterval(() => document.hidden || look(), LOOK_EVERY);

document.body.classList.add("cw-scripted");
for (const hidden of ["[data-views]", "[data-sources]"]) find(hidden)?.removeAttribute("hidden");
lookAs(view);
const wanted = /^#step-(.+)$/.exec(location.hash)?.[1];
if (wanted && drawing?.steps.some((step) => step.key === wanted)) open(wanted);
document.documentElement.dataset.drawn = "true";
