// The desk's line to the site: one socket that is opened again whenever it is lost, and knows how old what it told is.

const PING_EVERY = 3000;
const LOST_AFTER = 8000; // milliseconds without an answer, though the socket seems open
const SOON = 2000; // the same for a computer that may just have woken up
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
    this.heardOn = 0; // on the wall's, since the page's may stand still while the computer sleeps
    this.state = "";
    this.lostAt = 0; // when an answer that is waited for has not come in time
    this.lookedOn = Date.now();
  }

  open() {
    this.#be(this.heardAt ? "lost" : "connecting");
    const url = new URL(this.path, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    this.socket?.close();
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => socket === this.socket && this.#hear(JSON.parse(data)));
    socket.addEventListener("close", ({ code }) => socket === this.socket && this.#lost(code));
    clearInterval(this.clock);
    this.lookedOn = Date.now();
    this.clock = setInterval(() => this.#look(), PING_EVERY);
    this.lostAt = 0;
    this.#await(LOST_AFTER);
  }

  /** Whether it went out: nothing waits for a line that is lost. */
  send(what) {
    const isOpen = this.socket?.readyState === WebSocket.OPEN;
    if (isOpen) this.socket.send(JSON.stringify(what));
    return isOpen;
  }

  /** Seconds since the site last said something. */
  get age() {
    return this.heardAt ? Math.max(performance.now() - this.heardAt, Date.now() - this.heardOn) / 1000 : 0;
  }

  /** Try at once, or see whether what seems open is: as when the computer wakes up. */
  retry() {
    if (this.state === "signed-out") return;
    if (this.state === "live") {
      this.#ask(SOON);
      return;
    }
    clearTimeout(this.timer);
    this.open();
  }

  #hear(said) {
    [this.heardAt, this.heardOn, this.lostAt] = [performance.now(), Date.now(), 0];
    this.send({ seen: said.n });
    if (said.kind === "whole") this.wait = FIRST_WAIT;
    this.told.message(said);
    if (said.kind === "whole") this.#be("live");
  }

  // A socket on which a question is not answered is none, whatever the browser believes. Silence alone is no sign: in a
  // page that nobody looks at, timers come once a minute.
  #look() {
    const slept = Date.now() - this.lookedOn > 4 * PING_EVERY;
    this.lookedOn = Date.now();
    if (this.lostAt && performance.now() > this.lostAt) this.#lost(0);
    else this.#ask(slept ? SOON : LOST_AFTER);
  }

  #ask(within) {
    this.send({ ping: 1 });
    this.#await(within);
    if (within === SOON) setTimeout(() => this.lostAt && performance.now() > this.lostAt && this.#lost(0), SOON + 100);
  }

  #await(within) {
    const by = performance.now() + within;
    this.lostAt = this.lostAt ? Math.min(this.lostAt, by) : by;
  }

  #lost(code) {
    clearInterval(this.clock);
    const { socket } = this;
    this.socket = null;
    this.lostAt = 0;
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
