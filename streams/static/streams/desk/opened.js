// The call that somebody looks into: its way on the map, what is said, and what is known of it.
import { FlowMap } from "../../flows/studio/map.js";
import { clock, made, marks, numbered, place, waits } from "./words.js";

const box = document.querySelector("[data-desk-opened]");
const part = (name) => box.querySelector(`[data-opened-${name}]`);
const WHOSE = { caller: "Caller", person: "Person" };

const line = (row) => {
  const spoken = row.side === "caller" || row.side === "agent" || row.side === "call" || row.side === "person";
  const words = made("span", "", made("b", "", spoken ? row.who : `${row.who}:`), ` ${row.text}`);
  if (row.note) words.append(made("small", "", ` · ${row.note}`));
  return made("li", `cw-desk-from-${row.side}`, made("time", "", row.at), words);
};

export class Opened {
  constructor() {
    this.map = new FlowMap(box.querySelector("[data-map]"), { step: () => {} }, { readOnly: true });
    // The wheel turns the page, on which the map is one part; with Ctrl it brings the map nearer.
    this.map.box.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
    }, { capture: true });
    // The map fits itself to its box when that changes; where the caller is must be seen all the same.
    new ResizeObserver(() => requestAnimationFrame(() => this.#find())).observe(this.map.box);
    this.pk = null;
    this.here = "";
  }

  begin(pk) {
    if (pk !== this.pk) {
      part("story").replaceChildren();
      this.#interim("");
      part("map").hidden = true;
      this.whyUnheard = null; // not told yet
    }
    this.pk = pk;
    box.hidden = false;
  }

  end() {
    this.pk = null;
    box.hidden = true;
  }

  /** The whole story, also when it is told again after the line was lost. */
  whole(said) {
    part("map").hidden = !said.drawing;
    [this.way, this.here] = [[], ""];
    if (said.drawing) {
      this.map.view = null;
      this.map.draw(said.drawing);
    }
    this.say({ ...said, from: 0 });
  }

  /** `rows` stand in place of those from `from` on. Only what is new is drawn, so that a screen reader says it once. */
  say({ from, rows, moves, why_no_words: why, why_unheard: whyUnheard }) {
    this.whyUnheard = whyUnheard;
    const list = part("story");
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    rows.forEach((row, index) => {
      const told = JSON.stringify(row);
      const there = list.children[from + index];
      if (there?.dataset.told === told) return;
      const item = line(row);
      item.dataset.told = told;
      if (there) there.replaceWith(item);
      else list.append(item);
    });
    while (list.children.length > from + rows.length) list.lastElementChild.remove();
    if (rows.some((row) => row.side === "caller" || row.side === "person")) this.#interim("");
    if (atEnd) list.scrollTop = list.scrollHeight;
    part("why").hidden = !why;
    part("why").textContent = why;
    for (const move of moves) this.#move(move);
  }

  interim({ who, text }) {
    this.#interim(text && `${WHOSE[who] ?? "Caller"}: ${text}…`);
  }

  /** What the list knows of it; `seconds` by now. */
  row(row, seconds) {
    part("caller").replaceChildren(...numbered(row.caller));
    part("test").hidden = !row.test;
    part("where").textContent = [row.flow, row.version, place(row)].filter(Boolean).join(" · ");
    part("cost").textContent = row.cost;
    part("over").hidden = !row.over;
    part("outcome").textContent = `The call is over${row.outcome ? `: ${row.outcome}` : ""}.`;
    part("page").href = row.url;
    part("marks").replaceChildren(...marks(row));
    this.#list("waits", row.waits.length, () => part("waits").replaceChildren(waits(row)));
    this.#list("parts", row.parts.length, () => part("parts").replaceChildren(...row.parts.map(([title, amount]) => made("div", "", made("dt", "", title), made("dd", "", amount)))));
    this.#list("troubles", row.troubles.length, () => part("troubles").replaceChildren(...row.troubles.map((said) => made("li", "", said))));
    box.querySelector(".cw-desk-facts").hidden = !(row.waits.length || row.parts.length || row.troubles.length);
    if (row.over) this.map.over();
    this.tick(seconds);
  }

  tick(seconds) {
    part("time").textContent = clock(seconds);
  }

  #list(name, any, draw) {
    part(`${name}-of`).hidden = !any;
    if (any) draw();
  }

  #interim(words) {
    part("interim").textContent = words;
  }

  #find() {
    if (this.map.view && this.here) this.map.bringIntoView(this.here);
  }

  #move(move) {
    if (this.map.view) this.map.follow(move);
    if (move.kind === "entered") {
      [this.here] = move.step.split("/");
      this.way.push(move.name);
    }
    part("way").textContent = this.way.join(" → ");
  }
}
