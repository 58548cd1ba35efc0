// What the map, the list and the panel show beside the flow: its problems, its callers, what they cost, or its tests.
// The choice is kept by this browser. Figures of past calls are fetched once the page is drawn.

const KEPT = "callwright-layer";
const NONE = { said: "", steps: {}, exits: {} };
const idOf = (exit) => `${exit.step},${exit.outcome}`;
const inWords = (number) => number.toLocaleString("en-US");
const times = (number, what) => `${inWords(number)} ${what}${number === 1 ? "" : "s"}`;

// The thickness of an exit, 1 to 5, by how many left that way.
const thickness = (number, most) => `cw-thick-${number ? Math.ceil((5 * number) / most) : 0}`;

export const callers = ({ steps, exits }) => {
  const most = Math.max(1, ...Object.values(exits).map(({ n }) => n));
  return {
    ofStep: (key) => steps[key]?.figure ?? "",
    ofExits: (drawn) => {
      const known = drawn.filter((exit) => exits[idOf(exit)]);
      if (!known.length) return { figure: "", looks: [], told: "" };
      const number = known.reduce((sum, exit) => sum + exits[idOf(exit)].n, 0);
      return { figure: inWords(number), looks: [thickness(number, most)], told: `${times(number, "caller")} left this way` };
    },
  };
};

const tests = (untested) => ({
  ofStep: () => "",
  ofExits: (drawn) => {
    const is = drawn.some((exit) => untested.has(idOf(exit)));
    return { figure: "", looks: [is ? "cw-untested" : "cw-tested"], told: is ? "not tested" : "tested" };
  },
});

const remembered = () => {
  try {
    return localStorage.getItem(KEPT) ?? "";
  } catch {
    return ""; // a browser that keeps nothing
  }
};

const note = (text, ...more) => {
  const made = document.createElement("span");
  made.className = "cw-figure-note";
  made.append(text, ...more);
  return made;
};

const link = (text, href) => {
  const made = document.createElement("a");
  made.className = "cw-link";
  made.href = href;
  made.textContent = text;
  return made;
};

export class Layers {
  /** `changed()` is called when another layer, or more of it, is to be drawn. `urls`: figures, propose. */
  constructor(box, urls, changed) {
    this.box = box;
    this.urls = urls;
    this.changed = changed;
    this.said = document.querySelector("[data-layer-said]");
    this.figures = { callers: { ...NONE, said: "Counting the calls…" }, cost: { ...NONE, said: "Counting the calls…" } };
    this.chosen = "problems";
    const kept = [...box.querySelectorAll("input")].find((input) => input.value === remembered());
    if (kept) {
      kept.checked = true;
      this.chosen = kept.value;
    }
    box.hidden = false;
    box.addEventListener("change", (event) => this.#choose(event.target.value));
    document.addEventListener("cw:shown", () => this.#writeOnPanel());
    this.#fetch();
  }

  /** What the map is to draw with; `drawing` is the draft as it is now. */
  over(drawing) {
    if (this.chosen === "tests") return drawing?.untested && tests(this.#untested(drawing)); // of a version nobody asks
    return this.chosen === "problems" ? undefined : callers(this.figures[this.chosen]);
  }

  /** The same in the list, which is the map's text, and in a line above both. */
  write(drawing) {
    const { steps, exits, said } = this.figures[this.chosen] ?? NONE;
    const untested = this.chosen === "tests" ? this.#untested(drawing) : new Set();
    for (const old of document.querySelectorAll(".cw-figure-note")) old.remove();
    for (const row of document.querySelectorAll(".cw-flow-list .cw-step")) {
      const figure = steps[row.id.slice(5)]?.figure;
      if (figure) row.querySelector(".cw-kind").after(note(figure));
    }
    for (const row of document.querySelectorAll(".cw-flow-list [data-exit]")) {
      const { n } = exits[row.dataset.exit] ?? {};
      if (n !== undefined) row.append(" ", note(times(n, "caller")));
      if (untested.has(row.dataset.exit)) row.append(" ", note("not tested · ", link("Propose a test", this.urls.propose)));
    }
    const told = this.chosen === "tests" ? (drawing?.tested ?? "") : said;
    this.said.hidden = !told;
    this.said.replaceChildren(told, ...(untested.size ? [" ", link("Propose tests", this.urls.propose)] : []));
    this.#writeOnPanel();
    this.#writeOnBar();
  }

  #untested(drawing) {
    return new Set((drawing?.untested ?? []).map((each) => each.join()));
  }

  #choose(layer) {
    this.chosen = layer;
    try {
      localStorage.setItem(KEPT, layer);
    } catch {
      // then it is chosen for this page only
    }
    this.changed();
  }

  #writeOnPanel() {
    const panel = document.querySelector("[data-step-panel]");
    panel?.querySelector("[data-last-days]")?.remove();
    const told = panel && Object.values(this.figures).map((layer) => layer.steps[panel.dataset.stepPanel]?.said).filter(Boolean);
    if (!told?.length) return;
    const line = document.createElement("p");
    line.className = "cw-soft";
    line.dataset.lastDays = "";
    line.textContent = told.join(" ");
    panel.querySelector("form[data-save]").after(line);
  }

  #writeOnBar() {
    const chip = document.querySelector("[data-each-costs]");
    chip.textContent = this.figures.cost.each ?? "";
    chip.hidden = !chip.textContent;
  }

  async #fetch() {
    const sorry = { ...NONE, said: "The figures could not be fetched. Open this page again in a moment." };
    try {
      const answer = await fetch(this.urls.figures, { headers: { Accept: "application/json" } });
      this.figures = answer.ok ? await answer.json() : { callers: sorry, cost: sorry };
    } catch {
      this.figures = { callers: sorry, cost: sorry };
    }
    if (this.figures[this.chosen]) this.changed();
    this.#writeOnPanel();
    this.#writeOnBar();
  }
}
