// The way of a call on the map: its steps numbered, its exits bold, and where it stopped.

const SVG = "http://www.w3.org/2000/svg";
const made = (name, attributes, text = "") => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
};

const takes = (drawn, [step, outcome, goesTo]) =>
  drawn.step === step && drawn.outcome === outcome && (goesTo === undefined || drawn.goes_to === goesTo);

/** Draw the first `many` steps of a route: {steps, exits, stopped}. `look` is the class that its steps and exits get. */
export const walk = (map, route, { many = route.steps.length, look = "cw-route", numbers = true } = {}) => {
  const exits = many < route.steps.length ? route.exits.slice(0, many - 1) : route.exits;
  for (const { exit, group } of map.edges) {
    if (exits.some((taken) => exit.exits.some((drawn) => takes(drawn, taken)))) group.classList.add(look);
  }
  const places = new Map();
  route.steps.slice(0, many).forEach((key, index) => places.set(key, [...(places.get(key) ?? []), index + 1]));
  for (const [key, at] of places) {
    const node = map.nodes.get(key);
    if (!node) continue;
    node.classList.add(look);
    if (numbers) number(map, key, node, at);
  }
  if (route.stopped && many >= route.steps.length) stop(map, route.stopped);
};

export const clear = (map, looks = ["cw-route"]) => {
  for (const old of map.box.querySelectorAll(".cw-route-mark")) old.remove();
  for (const look of [...looks, "cw-stopped"]) {
    for (const marked of map.box.querySelectorAll(`.${look}`)) marked.classList.remove(look);
  }
};

const placeOf = (map, key) => map.size.steps.find((step) => step.key === key);

const number = (map, key, node, at) => {
  const { x, y, width, height } = placeOf(map, key);
  const text = at.join(", ");
  const wide = Math.max(20, 10 + 7 * text.length);
  const [left, top] = [x - width / 2 - 6, y - height / 2 - 8];
  const mark = made("g", { class: "cw-route-mark" });
  mark.append(
    made("title", {}, `${at.length > 1 ? "Steps" : "Step"} ${text} of the call`),
    made("rect", { x: left, y: top, width: wide, height: 18, rx: 9 }),
    made("text", { x: left + wide / 2, y: top + 13, "text-anchor": "middle" }, text),
  );
  node.append(mark);
};

const stop = (map, key) => {
  const node = map.nodes.get(key);
  if (!node) return;
  const { x, y, height } = placeOf(map, key);
  node.classList.add("cw-stopped");
  const mark = made("g", { class: "cw-route-mark cw-route-stop" });
  mark.append(
    made("rect", { x: x - 42, y: y + height / 2 - 6, width: 84, height: 18, rx: 9 }),
    made("text", { x, y: y + height / 2 + 7, "text-anchor": "middle" }, "stopped here"),
  );
  node.append(mark);
};

/** A test call in the bar above the map, which may be gone through step by step. Gives what to call when the map is drawn. */
export const testCall = (map) => {
  const stored = document.getElementById("studio-run");
  if (!stored) return { drawn: () => {}, changed: () => {} };
  const route = JSON.parse(stored.textContent);
  const whole = route.steps.length;
  const names = [...document.querySelectorAll("[data-way]")];
  let many = whole;

  const drawn = () => {
    clear(map);
    walk(map, route, { many });
    names.forEach((name, index) => name.classList.toggle("cw-way-later", index >= many));
  };
  const said = document.querySelector("[data-run-at]");
  const [back, on] = ["-1", "1"].map((by) => document.querySelector(`[data-run-by="${by}"]`));
  const go = (to) => {
    many = to;
    said.textContent = `Step ${many} of ${whole}: ${names[many - 1]?.firstChild.textContent.trim() ?? ""}`;
    back.disabled = many <= 1;
    on.textContent = many < whole ? "Next →" : "From the start →";
    drawn();
    map.bringIntoView(route.steps[many - 1]);
  };
  back.disabled = true;
  back.addEventListener("click", () => go(Math.max(1, many - 1)));
  on.addEventListener("click", () => go(many < whole ? many + 1 : 1));
  document.querySelector("[data-run-steps]").hidden = whole < 2;
  return { drawn, changed: () => document.querySelector("[data-run-old]").removeAttribute("hidden") };
};
