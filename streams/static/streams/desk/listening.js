// The button “Listen” of the open call (templates/streams/desk/call_acts.html).
import { Ear } from "./ear.js";

// The call goes on, and its sound with it: in another process (4421), since its own drains (4012) or is gone (1006).
const MOVED = new Set([4421, 4012, 1006]);
const AGAIN_AFTER = 1000; // milliseconds; the row then names the process that carries the call
const TRIES = 10; // without a sound between them
const LOST = "The sound was lost. Press Listen to try again.";
const TRYING = "The sound was lost. It is looked for again.";
const NO_SOUND = "No sound of this call comes to us now. You can listen once the line talks with the caller again.";
const BESIDE = "They are with a person, and the carrier sends us the sound of that only while their talk is written down.";
const KEPT = "That you listen is kept, and when. Nobody on the call hears you.";
const TOLD_BY = ["pk", "over", "sound", "talks", "written", "whyUnheard"]; // what of a row the words beside the button rest on

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
    this.tries = TRIES;
    this.again = 0; // the timer of the next try
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

  #show(row, anew = false) {
    if (this.ear && row?.pk !== this.row?.pk) this.ear.close();
    if (row?.pk !== this.wants || row.over) this.wants = null;
    const same = !anew && row && this.row && TOLD_BY.every((name) => row[name] === this.row[name]);
    this.row = row;
    if (this.wants && row.sound && !this.ear) {
      this.wants = null;
      this.#begin();
    }
    this.button.disabled = !this.ear && (!row || row.over || !(row.sound || mayBegin(row)));
    if (!this.ear && !this.again && row && !same) this.#say(row.over || row.sound ? KEPT : silence(row));
  }

  async #begin() {
    const { pk, process } = this.row;
    clearTimeout(this.again);
    this.again = 0;
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
    if (MOVED.has(code) && this.row) this.#tryAgain(this.row.pk);
  }

  #tryAgain(pk) {
    if (this.tries === 0) {
      this.tries = TRIES;
      this.#say(LOST);
      return;
    }
    this.tries -= 1;
    this.#say(TRYING);
    this.again = setTimeout(() => {
      this.again = 0;
      if (this.row?.pk !== pk || this.row.over) this.#show(this.row, true);
      else if (this.row.sound) this.#begin();
      else this.#tryAgain(pk);
    }, AGAIN_AFTER);
  }

  #look(on) {
    this.button.setAttribute("aria-pressed", String(on));
    document.querySelector("[data-ear-word]").textContent = on ? "Stop listening" : "Listen";
    document.querySelector("[data-ear-levels]").hidden = !on;
  }

  #levels(levels) {
    if (Math.max(...levels) > 0) this.tries = TRIES;
    levels.forEach((level, track) => {
      document.querySelector(`[data-ear-level="${track}"]`).value = level;
    });
  }

  #say(words) {
    document.querySelector("[data-ear-said]").textContent = words;
  }
}
