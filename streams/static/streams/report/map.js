// A flow as its callers went through it: every number on it leads to its calls, and a chosen step opens its card with all
// of its numbers. Nothing is changed here. Without this the table tells the same.
import { callers } from "../../flows/studio/layers.js";
import { FlowMap } from "../../flows/studio/map.js";

const SVG = "http://www.w3.org/2000/svg";
const LEAST = 0.85; // of its size, on a narrow page
const made = (name, attributes, ...children) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

const { drawing, steps, exits } = JSON.parse(document.getElementById("report-map").textContent);
const whole = document.querySelector("[data-drawn]");
const box = whole.querySelector("[data-map]");
const cards = [...whole.querySelectorAll("[data-card]")];
const narrow = matchMedia("(max-width: 640px)");

// A number that leads to its calls. Those of the chosen step are stops for the Tab key, right behind it; all of them would
// be a hundred.
const link = ({ url, told }, key, ...children) => {
  const anchor = made("a", { href: url, class: "cw-map-number", tabindex: "-1", "data-of": key, "aria-label": told }, made("title", {}, told), ...children);
  anchor.addEventListener("click", (event) => map.dragged && event.preventDefault());
  anchor.addEventListener("focus", () => anchor.matches(":focus-visible") && map.bringIntoView(key));
  return anchor;
};

// The lines of a step's numbers stand behind it, not in it: a link has no links inside.
const numbers = (key, node) => {
  const lines = [...node.querySelectorAll(".cw-figure")];
  const behind = [];
  lines.forEach((line, index) => {
    const parts = steps[key].lines[index];
    if (!parts.some(({ url }) => url)) return;
    line.replaceChildren();
    parts.forEach((part, place) => {
      const text = made("tspan", {}, part.text);
      line.append(...(place ? [" · "] : []), part.url ? link(part, key, text) : text);
    });
    behind.push(line);
  });
  node.after(...behind);
};

const leaving = ({ exit, group }) => {
  const [{ step, outcome, label }] = exit.exits;
  const { n, url } = exits[`${step},${outcome}`] ?? {};
  const plate = group.querySelector(".cw-plate");
  if (!n || !plate) return;
  map.nodes.get(step).after(link({ url, told: `${label}: the calls that left this way, ${n}` }, step, plate, group.querySelector("text")));
};

const show = (key) => {
  for (const card of cards) card.hidden = card.dataset.card !== key;
  for (const number of map.svg.querySelectorAll(".cw-map-number")) number.setAttribute("tabindex", number.dataset.of === key ? "0" : "-1");
  map.choose(key);
};

const choose = (key) => {
  show(key);
  const card = cards.find((each) => !each.hidden);
  if (map.nodes.get(key) === document.activeElement && byKey) card.querySelector("h3").focus();
  if (narrow.matches) card.scrollIntoView({ block: "nearest" });
};

// On a narrow page a finger turns the page over the map, and moves the map sideways: so all of its height is there.
const stretch = () => {
  const room = map.size && Math.min(1.1, Math.max(LEAST, box.clientWidth / map.size.width));
  box.style.height = narrow.matches && room ? `${Math.ceil(map.size.height * room)}px` : "";
};

// The wheel turns the page, on which the map is one part of many; with Ctrl it brings the map nearer.
box.addEventListener("wheel", (event) => {
  if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
}, { capture: true });
let byKey = false;
box.addEventListener("click", (event) => {
  byKey = event.detail === 0;
}, { capture: true });
whole.addEventListener("keydown", (event) => {
  const card = event.key === "Escape" && event.target.closest("[data-card]");
  if (card) map.nodes.get(card.dataset.card)?.focus();
});

whole.hidden = false;
const map = new FlowMap(box, { step: choose }, { readOnly: true, least: narrow.matches ? LEAST : 0.7 });
const figures = Object.fromEntries(Object.entries(steps).map(([key, { lines }]) => [key, { figure: lines.map((line) => line.map(({ text }) => text).join(" · ")) }]));
// An exit that somebody took has an arrow of its own, since its number has calls of its own.
map.draw(drawing, { ...callers({ steps: figures, exits }), apart: ({ step, outcome }) => exits[`${step},${outcome}`]?.n });
for (const edge of map.edges) leaving(edge);
for (const [key, node] of map.nodes) numbers(key, node);
show(whole.dataset.first);
stretch();
narrow.addEventListener("change", stretch);
map.isMoved = true; // from here on it stays where it is put
map.bringIntoView(whole.dataset.first);
for (const button of whole.querySelectorAll("[data-zoom-by]")) button.addEventListener("click", () => map.zoom(Number(button.dataset.zoomBy)));
whole.querySelector("[data-zoom-fit]").addEventListener("click", () => map.fit());
document.documentElement.dataset.drawn = "true";
