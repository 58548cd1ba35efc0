// A flow as its callers went through it: how many came to each step and left by each exit. Nothing is changed here.
import { callers } from "../../flows/studio/layers.js";
import { FlowMap } from "../../flows/studio/map.js";

const { drawing, steps, exits } = JSON.parse(document.getElementById("report-map").textContent);
const find = (key) => {
  location.hash = `step-${key}`;
};
const box = document.querySelector("[data-map]");
// The wheel turns the page, on which the map is one part of many; with Ctrl it brings the map nearer.
box.addEventListener("wheel", (event) => {
  if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
}, { capture: true });
const map = new FlowMap(box, { step: find }, { readOnly: true });
map.draw(drawing, callers({ steps, exits }));
document.documentElement.dataset.drawn = "true";
