// The map: draws a drawing, and tells what a person does with it. It changes nothing by itself.
import { layout } from "./layout.js";

const SVG = "http://www.w3.org/2000/svg";
const element = (name, attributes = {}, ...children) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

// What became of a step since it was published.
const SINCE = { new: "New since it was published", changed: "Changed since it was published", gone: "Not there any more" };

// A smooth line through points: straight pieces whose corners are rounded by curves through their middles.
const smooth = (points) => {
  if (points.length < 3) return `M${points.map((p) => `${p.x},${p.y}`).join("L")}`;
  let path = `M${points[0].x},${points[0].y}`;
  for (let i = 1; i < points.length - 1; i += 1) {
    const [here, next] = [points[i], points[i + 1]];
    const end = i === points.length - 2 ? next : { x: (here.x + next.x) / 2, y: (here.y + next.y) / 2 };
    path += `Q${here.x},${here.y} ${end.x},${end.y}`;
  }
  return path;
};

const outline = ({ shape, x, y, width, height }) => {
  const [left, top] = [x - width / 2, y - height / 2];
  if (shape === "diamond") {
    const bite = 14;
    const corners = [
      [left + bite, top], [left + width - bite, top], [left + width, y],
      [left + width - bite, top + height], [left + bite, top + height], [left, y],
    ];
    return element("polygon", { class: "cw-shape", points: corners.map((corner) => corner.join()).join(" ") });
  }
  const rx = shape === "round" ? height / 2 : 8;
  return element("rect", { class: "cw-shape", x: left, y: top, width, height, rx });
};

export class FlowMap {
  /** `told` is what to call: step(key), exit(exits), add(exit), connect(exits, key), drawn(). Smaller than `least` it is not fitted. */
  constructor(box, told, { readOnly = false, least = 0.6 } = {}) {
    this.box = box;
    this.told = told;
    this.readOnly = readOnly;
    this.least = least;
    this.view = null;
    this.chosen = "";
    this.nodes = new Map();
    this.edges = [];
  }

  /** Draw it, with what a layer (layers.js) writes on its steps and exits. */
  draw(drawing, layer) {
    const focused = this.box.contains(document.activeElement) ? document.activeElement.dataset.focusKey : "";
    this.box.replaceChildren();
    this.nodes.clear();
    this.edges = [];
    if (!drawing || !drawing.steps.length) {
      const said = document.createElement("p");
      said.className = "cw-map-empty";
      said.textContent = drawing ? "Nothing here yet. Add the first step: what should callers hear?" : "The map cannot be drawn until the marked step is mended. The list shows every step.";
      this.box.append(said);
      this.view = null;
      return;
    }
    const placed = layout(drawing, layer);
    const names = new Map(placed.steps.map((step) => [step.key, step.name]));
    this.size = placed;
    this.svg = element("svg", { role: "group", "aria-label": "Map of the flow. The list shows the same as text." });
    this.svg.append(
      element("defs", {}, element("marker", { id: "cw-arrow", viewBox: "0 0 10 10", refX: 9, refY: 5, markerUnits: "userSpaceOnUse", markerWidth: 13, markerHeight: 13, orient: "auto-start-reverse" }, element("path", { d: "M0,0L10,5L0,10z", fill: "context-stroke" }))),
    );
    for (const exit of placed.exits) this.svg.append(this.#edge(exit, names));
    if (placed.start) this.svg.append(this.#start(placed.start));
    for (const open of placed.opens) this.svg.append(this.#open(open));
    for (const step of placed.steps) this.svg.append(this.#node(step));
    this.box.append(this.svg);
    this.#moving();
    if (!this.view) this.fit(this.least);
    this.#show();
    this.choose(this.chosen);
    this.told.drawn?.();
    if (focused) this.box.querySelector(`[data-focus-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  /** Mark the step that the panel shows. */
  choose(key) {
    this.chosen = key;
    for (const [each, node] of this.nodes) {
      if (each === key) node.setAttribute("aria-current", "true");
      else node.removeAttribute("aria-current");
    }
    for (const { exit, group } of this.edges) group.classList.toggle("cw-of-chosen", exit.from === key);
  }

  /** Follow a call: where it is, and which way it came. */
  follow({ kind, step, outcome }) {
    if (kind === "answered") {
      for (const marked of this.box.querySelectorAll(".cw-here, .cw-been")) marked.classList.remove("cw-here", "cw-been");
    }
    if (kind === "entered") {
      for (const node of this.nodes.values()) node.classList.remove("cw-here");
      const [own] = step.split("/"); // a step of a flow inside is drawn as the step that goes there
      const node = this.nodes.get(own);
      node?.classList.add("cw-here", "cw-been");
      if (node) this.bringIntoView(own);
    }
    if (kind === "left") {
      const edge = this.edges.find(({ exit }) => exit.exits.some((each) => each.step === step && each.outcome === outcome));
      edge?.group.classList.add("cw-been");
    }
  }

  over() {
    for (const node of this.nodes.values()) node.classList.remove("cw-here");
  }

  /** Show all of it, no smaller than `least`. */
  fit(least = 0) {
    const { clientWidth: wide, clientHeight: high } = this.box;
    if (!wide || !this.size) return;
    const scale = Math.min(1.1, Math.max(least, Math.min(wide / this.size.width, high / this.size.height)));
    this.view = { scale, x: this.size.width / 2 - wide / scale / 2, y: this.size.height * scale > high ? 0 : this.size.height / 2 - high / scale / 2 };
    this.#show();
  }

  /** Nearer or farther; from then on the map stays where a person put it. */
  zoom(by, at = { x: this.box.clientWidth / 2, y: this.box.clientHeight / 2 }) {
    if (!this.view) return;
    this.isMoved = true;
    const scale = Math.min(2.5, Math.max(0.08, this.view.scale * by));
    this.view.x += at.x / this.view.scale - at.x / scale;
    this.view.y += at.y / this.view.scale - at.y / scale;
    this.view.scale = scale;
    this.#show();
  }

  #show() {
    const { clientWidth: wide, clientHeight: high } = this.box;
    if (!this.view || !this.svg || !wide) return;
    const { x, y, scale } = this.view;
    this.svg.setAttribute("viewBox", `${x} ${y} ${wide / scale} ${high / scale}`);
  }

  /** Move the map as far as it takes to see this step. */
  bringIntoView(key) {
    const step = this.size?.steps.find((each) => each.key === key);
    if (!step || !this.view) return;
    const { x, y, scale } = this.view;
    const [wide, high] = [this.box.clientWidth / scale, this.box.clientHeight / scale];
    const [across, down] = [step.width / 2 + 12, step.height / 2 + 12];
    if (step.x < x + across || step.x > x + wide - across) this.view.x = step.x - wide / 2;
    if (step.y < y + down || step.y > y + high - down) this.view.y = step.y - high / 2;
    this.#show();
  }

  #node(step) {
    const said = [step.name, step.title, ...step.lines.filter((line) => line.look.includes("cw-figure")).map((line) => line.text), ...step.problems.map((sentence) => `Problem: ${sentence}`)];
    if (step.since) said.push(SINCE[step.since]);
    const link = element("a", { href: `#step-${step.key}`, class: `cw-node cw-of-${step.kind}${step.problems.length ? " cw-wrong" : ""}`, "aria-label": said.join(". "), "data-key": step.key, "data-focus-key": step.key });
    link.append(outline(step), element("title", {}, step.says));
    const top = step.y - ((step.lines.length - 1) * 17) / 2 + 4;
    step.lines.forEach((line, index) => {
      link.append(element("text", { x: step.x, y: top + index * 17, "text-anchor": "middle", class: line.look }, line.text));
    });
    if (step.since) {
      const right = step.x + step.width / 2 - 6;
      const wide = step.since === "changed" ? 52 : 34;
      link.append(
        element("rect", { class: "cw-since", x: right - wide, y: step.y - step.height / 2 - 8, width: wide, height: 16, rx: 8 }),
        element("text", { class: "cw-since-text", x: right - wide / 2, y: step.y - step.height / 2 + 4, "text-anchor": "middle" }, step.since),
      );
    }
    link.addEventListener("click", (event) => {
      event.preventDefault();
      if (!this.dragged) this.told.step(step.key);
    });
    this.nodes.set(step.key, link);
    return link;
  }

  #start({ x, y, width, height, points }) {
    const pill = element("rect", { class: "cw-shape", x: x - width / 2, y: y - height / 2, width, height, rx: height / 2 });
    const line = element("g", { class: "cw-edge" }, element("path", { d: smooth(points), "marker-end": "url(#cw-arrow)" }));
    return element("g", { class: "cw-start" }, line, pill, element("text", { x, y: y + 4, "text-anchor": "middle" }, "Call comes in"));
  }

  #edge(exit, names) {
    const where = exit.open ? "leads nowhere yet" : `goes to ${names.get(exit.to)}`;
    const path = smooth(exit.points);
    const group = element("g", { class: ["cw-edge", `cw-edge-${exit.look}`, exit.open ? "cw-open" : "", ...exit.looks].join(" "), role: this.readOnly ? "img" : "button", tabindex: this.readOnly ? undefined : "0", "aria-label": `${names.get(exit.from)}: ${exit.exits.map((each) => each.label).join(", ")} ${where}${exit.told && `, ${exit.told}`}`, "data-focus-key": `${exit.from}:${exit.exits[0].outcome}` });
    const end = exit.points.at(-1);
    group.append(
      element("path", { d: path, "marker-end": exit.open ? undefined : "url(#cw-arrow)" }),
      element("path", { d: path, class: "cw-grip" }),
    );
    if (exit.at) group.append(
      element("rect", { class: "cw-plate", x: exit.at.x - exit.labelWidth / 2, y: exit.at.y - 9, width: exit.labelWidth, height: 18, rx: 4 }),
      element("text", { class: `cw-small${exit.open ? " cw-wrong-text" : ""}`, x: exit.at.x, y: exit.at.y + 4, "text-anchor": "middle" }, exit.label),
    );
    this.edges.push({ exit, group });
    if (this.readOnly) return group;
    if (!exit.open) group.append(this.#handle(exit, end.x, end.y, 6));
    const act = () => (exit.open ? this.told.add(exit.exits[0]) : this.told.exit(exit.exits));
    group.addEventListener("click", () => this.dragged || act());
    group.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      this.told.exit(exit.exits);
    });
    return group;
  }

  #open({ exit, x, y }) {
    const group = element("g", { class: "cw-edge cw-open" });
    if (this.readOnly) {
      group.append(element("text", { x, y: y + 5, "text-anchor": "middle", class: "cw-wrong-text" }, "?"));
      return group;
    }
    const handle = this.#handle(exit, x, y, 13);
    group.append(handle, element("text", { x, y: y + 5, "text-anchor": "middle", "pointer-events": "none" }, "+"));
    handle.append(element("title", {}, "Add a step here, or drag to one"));
    group.addEventListener("click", () => this.dragged || this.told.add(exit.exits[0]));
    return group;
  }

  // A circle that is dragged from an exit onto a step.
  #handle(exit, x, y, r) {
    const handle = element("circle", { class: "cw-handle", cx: x, cy: y, r });
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      event.stopPropagation();
      this.#pull(exit, event);
    });
    return handle;
  }

  #pull(exit, began) {
    const from = exit.points[0];
    const rubber = element("path", { class: "cw-rubber", d: "" });
    let over = null;
    this.dragged = false;
    const move = (event) => {
      if (!this.dragged && Math.hypot(event.clientX - began.clientX, event.clientY - began.clientY) < 5) return;
      this.dragged = true;
      this.svg.append(rubber);
      const to = this.#place(event);
      rubber.setAttribute("d", `M${from.x},${from.y}L${to.x},${to.y}`);
      over?.classList.remove("cw-target");
      over = document.elementFromPoint(event.clientX, event.clientY)?.closest?.(".cw-node") ?? null;
      over?.classList.add("cw-target");
    };
    const end = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
      rubber.remove();
      over?.classList.remove("cw-target");
      if (this.dragged && over) this.told.connect(exit.exits, over.dataset.key);
      this.#settle();
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
  }

  // The click that ends a drag is none.
  #settle() {
    setTimeout(() => {
      this.dragged = false;
    });
  }

  #place(event) {
    const box = this.box.getBoundingClientRect();
    const { x, y, scale } = this.view;
    return { x: x + (event.clientX - box.left) / scale, y: y + (event.clientY - box.top) / scale };
  }

  #moving() {
    this.svg.addEventListener("wheel", (event) => {
      event.preventDefault();
      const box = this.box.getBoundingClientRect();
      if (event.ctrlKey || event.metaKey) {
        this.zoom(Math.exp(-event.deltaY / 300), { x: event.clientX - box.left, y: event.clientY - box.top });
        return;
      }
      this.isMoved = true;
      this.view.x += event.deltaX / this.view.scale;
      this.view.y += event.deltaY / this.view.scale;
      this.#show();
    }, { passive: false });
    this.svg.addEventListener("pointerdown", (event) => {
      if (event.button || event.target.closest(".cw-node, .cw-handle")) return;
      let [x, y] = [event.clientX, event.clientY];
      const [beganX, beganY] = [x, y];
      const move = (moved) => {
        if (!this.dragged && Math.hypot(moved.clientX - beganX, moved.clientY - beganY) < 4) return;
        this.dragged = this.isMoved = true;
        this.svg.classList.add("cw-dragging");
        this.view.x -= (moved.clientX - x) / this.view.scale;
        this.view.y -= (moved.clientY - y) / this.view.scale;
        [x, y] = [moved.clientX, moved.clientY];
        this.#show();
      };
      const end = () => {
        removeEventListener("pointermove", move);
        removeEventListener("pointerup", end);
        removeEventListener("pointercancel", end);
        this.svg.classList.remove("cw-dragging");
        this.#settle();
      };
      addEventListener("pointermove", move);
      addEventListener("pointerup", end);
      addEventListener("pointercancel", end);
    });
    // Whoever walks through the map with the keyboard sees where they are.
    this.svg.addEventListener("focusin", (event) => {
      const key = event.target.dataset?.key;
      if (key && event.target.matches(":focus-visible")) this.bringIntoView(key);
    });
    this.watcher?.disconnect();
    this.watcher = new ResizeObserver(() => (this.view && this.isMoved ? this.#show() : this.fit(this.least)));
    this.watcher.observe(this.box);
  }
}
