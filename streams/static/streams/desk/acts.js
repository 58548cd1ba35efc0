// What a supervisor does with the open call (templates/streams/desk/call_acts.html): each button asks first, in a dialog that says
// what the caller will hear.
const DOING = {
  send: "They are being told, and then put through …",
  end: "They are being told …",
  write: "The carrier is being asked …",
};
const DONE = {
  send: "Done: they hear “One moment, please.”, then it rings.",
  end: "Done: they are told, and then the call ends.",
  write: "Done: what they say appears here in a moment.",
};

const NOT_SENT = "Not done: the connection is lost. Try again once it is back.";
const UNANSWERED = "The connection was lost before an answer came. Look what becomes of the call.";

export class Acts {
  /** `send` asks the site something, and gives whether that went out. */
  constructor(send) {
    this.send = send;
    this.said = document.querySelector("[data-act-said]");
    this.buttons = [...document.querySelectorAll("[data-act-open]")];
    for (const button of this.buttons) button.addEventListener("click", () => this.ask(button.dataset.actOpen));
    document.addEventListener("callwright:desk", ({ detail }) => this.#show(detail));
  }

  /** What came of an act. */
  came({ call, act, kind, sentence }) {
    this.waits = false;
    if (kind === "act_done") this.then?.();
    this.then = null;
    if (call === this.row?.pk) this.#say(kind === "act_done" ? DONE[act] : `Not done. ${sentence}`);
  }

  /** The line to the site is lost: what was asked for is not answered any more. */
  lost() {
    if (this.waits) this.#say(UNANSWERED);
    this.waits = false;
  }

  #show(row) {
    if (row?.pk !== this.row?.pk) {
      this.#say("");
      this.waits = false;
    }
    this.row = row;
    const off = ({ dataset }) => dataset.actOff !== undefined || (dataset.actTalk !== undefined && (!row.talks || row.written || row.whyUnheard));
    for (const button of this.buttons) button.disabled = !row || row.over || off(button);
  }

  /** Ask whoever sits here, and then the site; `then` is called once it is done. */
  ask(act, then = null) {
    const dialog = document.querySelector(`[data-act-dialog=${act}]`);
    const { pk } = this.row;
    dialog.returnValue = "";
    dialog.addEventListener("close", () => dialog.returnValue === "do" && this.#do(act, pk, dialog, then), { once: true });
    dialog.showModal();
  }

  #do(act, call, dialog, then) {
    this.then = then;
    this.waits = this.send({ do: act, call, to: dialog.querySelector("select")?.value ?? "" });
    this.#say(this.waits ? DOING[act] : NOT_SENT);
  }

  #say(words) {
    if (this.said) this.said.textContent = words;
  }
}
