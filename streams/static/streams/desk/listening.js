// The button “Listen” of the open call (templates/streams/desk/call_acts.html).
import { Ear } from "./ear.js";

const ELSEWHERE = 4421;
const NO_SOUND = "No sound of this call comes to us now. You can listen once the line talks with the caller again.";
const BESIDE = "They are with a person, and the carrier sends us the sound of that only while their talk is written down.";
const KEPT = "That you listen is kept, and when. Nobody on the call hears you.";

// Whether a talk that we have no part in can be listened to, by having it written down.
const mayBegin = (row) => row.talks && !row.written && row.whyUnheard === "";

// Why nothing is heard now, and the way to hear it.
const silence = (row) => {
  if (!row.talks) return NO_SOUND;
  return `${BESIDE} ${mayBegin(row) ? "“Listen” has it written down, and lets you hear it." : row.whyUnheard ?? ""}`;
};

export class Listening {
  /** `write(then)` has a talk written down, once whoever sits here agreed to that. */
  constructor(write) {
    this.wants = null; // the call whose talk is listened to as soon as its sound comes
    this.write = write;
    this.button = document.querySelector("[data-ear-listen]");
    this.row = null;
    this.ear = null;
    if (!this.button) return;
    this.mix = document.querySelector("[data-ear-mix]");
    this.button.addEventListener("click", () => this.#press());
    this.mix.addEventListener("change", () => this.ear?.mix(this.mix.checked));
    addEventListener("pagehide", () => this.ear?.close());
    document.addEventListener("callwright:desk", ({ detail }) => this.#show(detail));
  }

  /** How loud it was at most, for whoever watches the loudspeaker. */
  get peak() {
    return this.ear?.peak ?? 0;
  }

  #press() {
    const { pk, sound } = this.row;
    if (this.ear) this.ear.close();
    else if (sound) this.#begin();
    else {
      this.write(() => {
        this.wants = pk;
        this.#show(this.row);
      });
    }
  }

  #show(row) {
    if (this.ear && row?.pk !== this.row?.pk) this.ear.close();
    if (row?.pk !== this.wants || row.over) this.wants = null;
    this.row = row;
    if (this.wants && row.sound && !this.ear) {
      this.wants = null;
      this.#begin();
    }
    this.button.disabled = !this.ear && (!row || row.over || !(row.sound || mayBegin(row)));
    if (row) this.#say(row.over || row.sound ? KEPT : silence(row));
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
      if (ear !== this.ear) return; // it was closed meanwhile
      ear.close();
      this.#say("This browser cannot play the sound of a call.");
    }
  }

  #over(ear, why, code) {
    if (ear !== this.ear) return;
    this.ear = null;
    this.#look(false);
    this.#say(why || KEPT);
    const { pk } = this.row ?? {};
    const isStill = () => !this.ear && this.row?.pk === pk && !this.row.over; // nobody is heard unasked
    if (code === ELSEWHERE && pk) setTimeout(() => isStill() && this.#begin(), 1000);
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
