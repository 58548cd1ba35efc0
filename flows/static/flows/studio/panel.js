// The panel: the form of one step, or of the line, that saves itself. What was typed is never lost.

const WAIT = 900; // milliseconds after the last key
const AGAIN = 4000; // and after the site could not be reached

const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

/** Send an act to the site. Gives {ok, status, data}; throws when it cannot be reached. */
export const send = async (url, body) => {
  const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": token() } });
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
  return { ok: answer.ok, status: answer.status, data: isJson ? await answer.json() : {} };
};

// A new row of a table that is still being filled in would only be refused.
const isUnfinished = (row) => {
  if (!row?.contains(document.activeElement)) return false;
  const typed = [...row.querySelectorAll("input.cw-input, textarea")].map((input) => input.value.trim());
  return typed.some((text) => !text) && !row.hidden;
};

export class Panel {
  /** `told` is what to call: saved(state), said(text), closed(). `stepUrl` gives the address of a step's panel. */
  constructor(box, stepUrl, told) {
    this.box = box;
    this.line = box.querySelector("[data-line]");
    this.stepUrl = stepUrl;
    this.told = told;
    this.key = "";
    this.turn = 0;
    this.dirty = false;
    this.texts = new Set(); // the texts that were typed in since they were stored
    this.timer = 0;
    this.saving = null;
    this.held = false; // somebody else saved the same: a person decides whose words stay
    box.addEventListener("input", (event) => this.#changed(event, WAIT));
    box.addEventListener("change", (event) => this.#changed(event, 60));
    box.addEventListener("focusout", () => this.dirty && this.#soon(60));
    box.addEventListener("submit", (event) => {
      if (!event.target.dataset.save) return;
      event.preventDefault();
      this.dirty ||= this.held;
      this.#hold(false);
      this.save();
    });
    box.addEventListener("click", (event) => {
      if (!event.target.closest("[data-take-theirs]")) return;
      this.dirty = false;
      this.texts.clear();
      this.#hold(false);
      this.refresh();
    });
    addEventListener("click", (event) => this.#away(event));
    addEventListener("beforeunload", (event) => this.dirty && event.preventDefault());
  }

  // A link to another page waits until what was typed is stored; where that is refused, it is not followed.
  async #away(event) {
    const link = event.target.closest?.("a[href]");
    const elsewhere = link && !link.target && link.href.split("#")[0] !== location.href.split("#")[0];
    if (!elsewhere || !this.dirty || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (await this.save()) location.assign(link.href);
  }

  get form() {
    return this.box.querySelector("form[data-save]");
  }

  /** Show a step; `field` is the id of what should be seen and take the keyboard. */
  async open(key, field = "") {
    if (!(await this.#leave(key))) return;
    if (key !== this.key || !this.box.querySelector("[data-step-panel]")) {
      const turn = this.#next();
      const answer = await fetch(this.stepUrl(key));
      if (!answer.ok || answer.redirected) {
        location.assign(answer.url);
        return;
      }
      const html = await answer.text();
      if (turn !== this.turn) return; // another step was chosen meanwhile, or the same again
      this.#show(html);
      this.key = key;
    }
    this.#focus(field);
  }

  /** Show the line itself again. */
  async close() {
    if (!(await this.#leave(""))) return;
    this.#next();
    this.key = "";
    this.box.replaceChildren(this.line);
    this.told.closed();
  }

  /** What is shown was changed elsewhere: show it anew, unless somebody is typing here. */
  async refresh() {
    if (!this.key || this.dirty) return;
    const turn = this.#next();
    const answer = await fetch(this.stepUrl(this.key));
    if (answer.status === 404) await this.close();
    else if (answer.ok) {
      const html = await answer.text();
      if (turn === this.turn && !this.dirty && !this.saving) this.#show(html); // somebody may have begun to type meanwhile
    }
  }

  // What was typed is stored before another step is shown; what is in conflict has to be settled first.
  async #leave(key) {
    if (this.held && key !== this.key) {
      this.told.said("Keep your words or take theirs first.");
      return false;
    }
    if (this.dirty) await this.save();
    return true;
  }

  // Each time that a panel is fetched is a turn: what comes for an older one is not shown any more.
  #next() {
    this.turn += 1;
    return this.turn;
  }

  #hold(on) {
    this.held = on;
    this.box.classList.toggle("cw-held", on);
  }

  /** Store what was typed now. Gives whether it is stored. */
  async save() {
    clearTimeout(this.timer);
    if (this.saving) await this.saving;
    const { form } = this;
    if (!form || !this.dirty || this.held) return !this.held;
    this.saving = this.#send(form);
    const stored = await this.saving;
    this.saving = null;
    return stored;
  }

  async #send(form) {
    this.dirty = false;
    this.told.said("Saving…");
    let answer;
    try {
      answer = await send(form.dataset.save, new FormData(form));
    } catch {
      this.dirty = true;
      this.told.said("The site cannot be reached. Your text is safe here, and is sent again.");
      this.#soon(AGAIN);
      return false;
    }
    const { ok, data } = answer;
    if (form.isConnected) {
      if (data.panel && !this.dirty) this.#show(data.panel);
      else if (data.revision) form.elements.revision.value = data.revision;
      if (data.errors) this.#mark(form, data.errors);
      if (data.wanted_revision) form.elements.revision.value = data.wanted_revision;
    }
    this.#hold(Boolean(data.conflict));
    if (ok && !data.wrong) {
      this.told.said("Saved");
      this.told.saved(data);
      document.dispatchEvent(new CustomEvent("callwright:saved", { detail: { step: this.key, texts: [...this.texts] } }));
      this.texts.clear();
    } else {
      this.told.said(data.said ?? "Not saved yet: mend what is marked.");
    }
    return ok && !data.wrong;
  }

  #changed(event, wait) {
    if (!event.target.closest("form[data-save]")) return;
    this.dirty = true;
    this.told.said("");
    if (event.target.matches("textarea")) this.texts.add(event.target.name);
    this.row = event.target.closest(".cw-row");
    this.#soon(wait);
  }

  #soon(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (!this.held && !isUnfinished(this.row)) this.save();
    }, wait);
  }

  // Put a panel in the place of the present one; the cursor stays where it was.
  #show(html) {
    const active = this.box.contains(document.activeElement) ? document.activeElement : null;
    const [name, start] = [active?.name, active?.selectionStart];
    const open = [...this.box.querySelectorAll("details")].map((each) => each.open);
    const isSame = html.includes(`data-step-panel="${this.key}"`) && this.key;
    const scrolled = this.box.scrollTop;
    this.box.innerHTML = html;
    this.box.dispatchEvent(new CustomEvent("cw:shown", { bubbles: true }));
    if (!isSame) {
      this.box.scrollTop = 0;
      return;
    }
    this.box.querySelectorAll("details").forEach((each, index) => (each.open ||= open[index] ?? false));
    this.box.scrollTop = scrolled;
    const again = name && this.form?.elements.namedItem(name);
    if (again?.focus) {
      again.focus({ preventScroll: true });
      if (start !== null && start !== undefined && again.setSelectionRange && again.type !== "checkbox") {
        try {
          again.setSelectionRange(start, start);
        } catch {
          // some inputs have no cursor
        }
      }
    }
  }

  #focus(field) {
    const found = field ? document.getElementById(field) : null;
    const inside = found?.matches("input, select, textarea, button") ? found : found?.querySelector("input, select, textarea");
    found?.closest("details")?.setAttribute("open", "");
    (inside ?? this.box).focus({ preventScroll: true });
    (found ?? this.box).scrollIntoView({ block: found ? "center" : "nearest" });
  }

  #mark(form, errors) {
    for (const old of form.querySelectorAll(".cw-told")) old.remove();
    for (const [name, sentences] of Object.entries(errors)) {
      const place = form.querySelector(`[data-field="${CSS.escape(name)}"]`) ?? form;
      for (const sentence of sentences) {
        const told = document.createElement("p");
        told.className = "cw-problem cw-told";
        told.textContent = sentence;
        place.append(told);
      }
    }
  }
}
