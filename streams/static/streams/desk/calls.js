// The list of calls: one line each, changed in place so that neither focus nor a reader's finger is lost.
import { clock, made, marks, numbered, place } from "./words.js";

const text = (element, words) => {
  if (element.textContent !== words) element.textContent = words;
};

export class Calls {
  /** `told` is what to call: opened(pk). */
  constructor(list, told) {
    this.list = list;
    this.told = told;
    this.rows = new Map(); // by the call, what was told of it and when that was, on the page's clock
    this.lines = new Map();
    list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-call]");
      if (button) told.opened(Number(button.dataset.call));
    });
    list.addEventListener("keydown", (event) => this.#walk(event));
  }

  whole(rows) {
    const told = new Set(rows.map((row) => row.pk));
    this.take(rows, [...this.rows.keys()].filter((pk) => !told.has(pk)));
    for (const stray of [...this.list.children]) if (![...this.lines.values()].some(({ item }) => item === stray)) stray.remove();
  }

  take(rows, gone) {
    for (const row of rows) {
      this.rows.set(row.pk, { ...row, told: performance.now() });
      this.#draw(row);
    }
    for (const pk of gone) this.#remove(pk);
  }

  get(pk) {
    return this.rows.get(pk);
  }

  /** How many are on the line, those left out that are over. */
  get count() {
    return [...this.rows.values()].filter((row) => !row.over).length;
  }

  /** How long a call lasts by now. */
  seconds(row) {
    return row.over ? row.seconds : row.seconds + (performance.now() - row.told) / 1000;
  }

  /** The seconds go on; nothing else is drawn. */
  tick() {
    for (const [pk, { time }] of this.lines) text(time, clock(this.seconds(this.rows.get(pk))));
  }

  mark(opened) {
    for (const [pk, { button }] of this.lines) {
      if (pk === opened) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  focus(pk) {
    (this.lines.get(pk)?.button ?? this.list.querySelector("[data-call]"))?.focus();
  }

  #draw(row) {
    const line = this.lines.get(row.pk) ?? this.#add(row.pk);
    const { who, where, flow, signs, time, cost, item } = line;
    if (who.dataset.told !== row.caller) who.replaceChildren(...numbered(row.caller));
    who.dataset.told = row.caller;
    text(flow, [row.flow, row.version, row.test ? "test call" : "", row.direction === "outbound" ? "we called" : ""].filter(Boolean).join(" · "));
    text(where, row.over ? row.outcome || "is over" : place(row));
    text(time, clock(this.seconds(this.rows.get(row.pk))));
    text(cost, row.cost);
    signs.replaceChildren(...marks(row));
    item.classList.toggle("cw-desk-over", row.over);
  }

  #add(pk) {
    const [who, where, flow, signs, time, cost] = ["who", "where", "flow", "marks", "time", "cost"].map((name) => made("span", `cw-desk-${name}`));
    const button = made("button", "cw-desk-open", who, time, cost, where, flow, signs);
    button.type = "button";
    button.dataset.call = pk;
    const item = made("li", "cw-desk-call", button);
    const line = { who, where, flow, signs, time, cost, button, item };
    this.lines.set(pk, line);
    this.list.append(item);
    return line;
  }

  #remove(pk) {
    const { item, button } = this.lines.get(pk) ?? {};
    const had = button === document.activeElement;
    const next = item?.nextElementSibling ?? item?.previousElementSibling;
    item?.remove();
    this.lines.delete(pk);
    this.rows.delete(pk);
    if (had) next?.firstElementChild.focus();
  }

  /** Begin to go through the calls, for who is nowhere on the page. */
  enter() {
    this.list.querySelector("[data-call]")?.focus();
  }

  #walk(event) {
    const buttons = [...this.list.querySelectorAll("[data-call]")];
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    buttons[Math.min(Math.max(to, 0), buttons.length - 1)].focus();
  }
}
