// The desk's line to the site: one socket that is opened again whenever it is lost, and knows how old what it told is.

const PING_EVERY = 3000;
const LOST_AFTER = 8000; // milliseconds without a word, though the socket seems open
const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
export const SIGNED_OUT = 4401;

export class Line {
  /** `told` is what to call: message(said), state(name). Names: connecting, live, lost, signed-out. */
  constructor(path, told) {
    this.path = path;
    this.told = told;
    this.wait = FIRST_WAIT;
    this.heardAt = 0; // on the page's clock, in milliseconds
    this.state = "";
  }

  open() {
    this.#be(this.heardAt ? "lost" : "connecting");
    const url = new URL(this.path, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => socket === this.socket && this.#hear(JSON.parse(data)));
    socket.addEventListener("close", ({ code }) => socket === this.socket && this.#lost(code));
    clearInterval(this.clock);
    this.clock = setInterval(() => this.#look(), PING_EVERY);
    this.openedAt = performance.now();
  }

  send(what) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(what));
  }

  /** Seconds since the site last said something. */
  get age() {
    return this.heardAt ? (performance.now() - this.heardAt) / 1000 : 0;
  }

  /** Try at once, as when the computer wakes up. */
  retry() {
    if (this.state === "live" || this.state === "signed-out") return;
    clearTimeout(this.timer);
    this.open();
  }

  #hear(said) {
    this.heardAt = performance.now();
    this.send({ seen: said.n });
    if (said.kind === "whole") this.wait = FIRST_WAIT;
    this.told.message(said);
    if (said.kind === "whole") this.#be("live");
  }

  // A socket that says nothing at all is none, whatever the browser believes.
  #look() {
    const since = Math.max(this.heardAt, this.openedAt);
    if (performance.now() - since > LOST_AFTER) this.#lost(0);
    else this.send({ ping: 1 });
  }

  #lost(code) {
    clearInterval(this.clock);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    if (code === SIGNED_OUT) {
      this.#be("signed-out");
      return;
    }
    this.#be("lost");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(this.wait * 1.8, LONGEST_WAIT);
  }

  #be(state) {
    if (state === this.state) return;
    this.state = state;
    this.told.state(state);
  }
}
