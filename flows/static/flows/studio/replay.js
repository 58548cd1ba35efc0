// Past calls on the draft: which exits more and fewer calls would take, and the two ways of one call.
import { FlowMap } from "./map.js";
import { clear, walk } from "./route.js";

const LOOKS = ["cw-route", "cw-route-before"];
const { drawing, exits, calls } = JSON.parse(document.getElementById("replay-map").textContent);
const box = document.querySelector("[data-map]");
const said = document.querySelector("[data-way-said]");
const told = said.textContent;

const more = {
  ofStep: () => "",
  ofExits: (drawn) => {
    const known = drawn.map((exit) => exits[`${exit.step},${exit.outcome},${exit.goes_to}`]).filter(Boolean);
    const [gained, lost] = ["gained", "lost"].map((what) => known.reduce((sum, one) => sum + one[what], 0));
    const figures = [gained && `+${gained}`, lost && `−${lost}`].filter(Boolean);
    return {
      figure: figures.join(" "),
      looks: [gained > lost ? "cw-gained" : "", lost >= gained && lost ? "cw-lost" : ""].filter(Boolean),
      told: [gained && `${gained} more`, lost && `${lost} fewer`].filter(Boolean).join(", ") + (figures.length ? " calls" : ""),
    };
  },
};

const map = new FlowMap(box, { step: () => {} }, { readOnly: true });
map.draw(drawing, more);

const buttons = document.querySelectorAll("[data-show-call]");
const show = (button) => {
  const isOn = button.getAttribute("aria-pressed") !== "true";
  for (const each of buttons) each.setAttribute("aria-pressed", String(isOn && each === button));
  clear(map, LOOKS);
  box.classList.toggle("cw-shown-call", isOn);
  const call = calls[button.dataset.showCall];
  said.textContent = isOn ? `Now, numbered: ${call.after.names.join(" → ")}. Before, dotted: ${call.before.names.join(" → ")}.` : told;
  if (!isOn) return;
  walk(map, call.before, { look: "cw-route-before", numbers: false });
  walk(map, call.after);
};
for (const button of buttons) {
  button.hidden = false;
  button.addEventListener("click", () => show(button));
}
document.documentElement.dataset.drawn = "true";
