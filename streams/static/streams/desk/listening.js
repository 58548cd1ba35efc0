// The button “Listen” of the open call (templates/streams/desk/call_acts.html).
import { Ear } from "./ear.js";

const ELSEWHERE = 4421;
const NO_SOUND = "No sound of this call comes to us now: the carrier sends it only while the line talks, or while a transfer is written down.";
const KEPT = "It is kept that you listened, and when. Nobody on the call hears you.";

export class Listening {
  constructor() {
    this.button = document.querySelector("[data-ear-listen]");
    this.row = null;
    this.ear = null;
    if (!this.button) return;
    this.mix = document.querySelector("[data-ear-mix]");
    this.button.addEventListener("click", () => (this.ear ? this.ear.close() : this.#begin()));
    this.mix.addEventListener("change", () => this.ear?.mix(this.mix.checked));
    addEventListener("pagehide", () => this.ear?.close());
    document.addEventListener("callwright:desk", ({ detail }) => this.#show(detail));
  }

  /** How loud it was at most, for whoever watches the loudspeaker. */
  get peak() {
    return this.ear?.peak ?? 0;
  }

  #show(row) {
    if (this.ear && row?.pk !== this.row?.pk) this.ear.close();
    this.row = row;
    this.button.disabled = !this.ear && (!row || row.over || !row.sound);
    if (!this.ear && row) this.#say(row.over || row.sound ? KEPT : NO_SOUND);
  }

  async #begin() {
    const { pk, process } = this.row;
    const ear = new Ear({ levels: (levels) => this.#levels(levels), over: (why, code) => this.#over(ear, why, code) });
    this.ear = ear;
    this.#look(true);
    this.#say(KEPT);
    try {
      await ear.open(`${process}/desk/listen/${pk}/`, this.mix.checked);
    } catch {
      ear.close();
      this.#say("This browser cannot play the sound of a call.");
    }
  }

  #over(ear, why, code) {
    if (ear !== this.ear) return;
    this.ear = null;
    this.#look(false);
    this.#say(why || KEPT);
    if (code === ELSEWHERE && this.row && !this.row.over) setTimeout(() => !this.ear && this.row && this.#begin(), 1000);
  }

  #look(on) {
    this.button.setAttribute("aria-pressed", String(on));
    document.querySelector("[data-ear-word]").textContent = on ? "Stop listening" : "Listen";
    document.querySelector("[data-ear-levels]").hidden = !on;
  }

  #levels(levels) {
    levels.forEach((level, track) => {
      document.querySelector(`[data-ear-level="${track}"]`).value = level;
    });
  }

  #say(words) {
    document.querySelector("[data-ear-said]").textContent = words;
  }
}
