// One test call: plays the carrier's part between the site's socket and the person at the phone.
import { Audio } from "./audio.js";
import { Framer } from "./frames.js";

export class Call {
  /** `told` is what to call: page(order), over(why), trouble(sentence). `post(url, fields)` sends a form. */
  constructor(about, post, told) {
    Object.assign(this, { about, post, told });
    this.isOver = false;
    this.audio = new Audio({ frame: (bytes) => this.#send((framer) => framer.media(bytes)), reached: (mark) => this.#send((framer) => framer.played(mark)) });
  }

  async begin(wantsMicrophone) {
    const why = await this.audio.open(wantsMicrophone);
    this.#obey(this.about.page);
    return why;
  }

  press(digit) {
    this.#send((framer) => framer.dtmf(digit));
  }

  async say(text) {
    const answer = await this.post(this.about.say, { text });
    if (answer.audio) this.audio.say(answer.audio);
    else this.told.trouble(answer.sentences?.join(" ") ?? "That could not be said.");
  }

  /** The tester says how a transfer or a recording went. */
  async tell(fields) {
    await this.#goOn({ document: this.document, ...fields });
  }

  async hangUp() {
    if (this.isOver) return;
    this.#finish("You hung up.");
    await this.post(this.about.hang_up, {}).catch(() => {});
  }

  #obey(page) {
    this.document = page.document;
    if (this.isOver) return;
    if (page.do === "stream") this.#stream(page.address);
    else if (page.do === "hangup") this.#finish(page.why);
    this.told.page(page);
  }

  #stream(address) {
    const url = new URL(address, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = new WebSocket(url);
    const framer = new Framer(crypto.randomUUID());
    socket.addEventListener("open", () => {
      this.socket = socket;
      this.framer = framer;
      socket.send(framer.start(this.about.call_uuid));
    });
    socket.addEventListener("message", ({ data }) => this.#hear(JSON.parse(data)));
    socket.addEventListener("close", ({ code }) => {
      this.socket = null;
      this.audio.clear();
      if (this.isOver) return;
      if (code >= 4400) this.told.trouble(`The line did not take the stream (${code}).`);
      this.#goOn({ document: this.document });
    });
  }

  #hear(order) {
    if (order.event === "playAudio") this.audio.play(order.media.payload);
    else if (order.event === "checkpoint") this.audio.mark(order.name);
    else if (order.event === "clearAudio") {
      this.audio.clear();
      this.#send((framer) => framer.cleared());
    }
  }

  #send(make) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(make(this.framer));
  }

  async #goOn(fields) {
    try {
      this.#obey(await this.post(this.about.next, fields));
    } catch {
      this.#finish("The site could not be reached.");
    }
  }

  #finish(why) {
    if (this.isOver) return;
    this.isOver = true;
    this.socket?.close(1000);
    setTimeout(() => this.audio.close(), 400);
    this.told.over(why);
  }
}
