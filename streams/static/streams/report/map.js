// A flow as its callers went through it: how many came to each step and left by each exit. Nothing is changed here.
import { callers } from "../../flows/studio/layers.js";
import { FlowMap } from "../../flows/studio/map.js";

const { drawing, steps, exits } = JSON.parse(document.getElementById("report-map").textContent);
const find = (key) => {
  location.hash = `step-${key}`;
};
const map = new FlowMap(document.querySelector("[data-map]"), { step: find }, { readOnly: true });
map.draw(drawing, callers({ steps, exits }));
document.documentElement.dataset.drawn = "true";
