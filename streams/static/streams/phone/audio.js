// The ear and the mouth of the phone. It works without a microphone too: then the caller is a quiet room.
import { FRAME, SILENCE, decode, encode, fromBase64 } from "./mulaw.js";

const HERE = new URL(".", import.meta.url);
const ROOM = 24; // the loudest sample of a quiet room, of 32768: a dead line would be no caller
const MAKE_UP = 10; // frames at most that are sent at once after the page was held up

const WHY = {
  NotAllowedError: "The browser does not let this page use the microphone",
  NotFoundError: "There is no microphone",
  NotReadableError: "Another program uses the microphone",
};

const quietRoom = () => encode(Float32Array.from({ length: FRAME }, () => ((Math.random() * 2 - 1) * ROOM) / 32768));

export class Audio {
  /** `told` is what to call: frame(bytes) every 20 ms, reached(mark). */
  constructor(told) {
    this.told = told;
    this.isMuted = false;
    this.level = 0; // how loud the caller is, 0 to 1
    this.spoken = []; // mu-law frames of the microphone
    this.typed = []; // and of words that were typed, which come first
    this.peak = 0;
  }

  /** Open the loudspeaker, and the microphone where it is allowed. Gives "", or why nobody can be heard. */
  async open(wantsMicrophone) {
    this.context = new AudioContext();
    await this.context.resume();
    await Promise.all(["microphone", "speaker"].map((name) => this.context.audioWorklet.addModule(new URL(`${name}-worklet.js`, HERE))));
    this.speaker = new AudioWorkletNode(this.context, "speaker", { numberOfInputs: 0, outputChannelCount: [1] });
    this.speaker.port.onmessage = ({ data }) => this.told.reached(data);
    this.speaker.connect(this.context.destination);
    const why = wantsMicrophone ? await this.#microphone() : "";
    const began = performance.now();
    let sent = 0;
    this.clock = setInterval(() => {
      const due = Math.floor((performance.now() - began) / 20);
      if (due - sent > MAKE_UP) sent = due - MAKE_UP;
      for (; sent < due; sent += 1) this.told.frame(this.#next());
    }, 20);
    return why;
  }

  async #microphone() {
    try {
      this.media = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: false, autoGainControl: false } });
    } catch (error) {
      return WHY[error.name] ?? "The microphone cannot be used";
    }
    const node = new AudioWorkletNode(this.context, "microphone", { numberOfOutputs: 0 });
    node.port.onmessage = ({ data }) => {
      this.level = Math.max(this.level * 0.85, ...data.map(Math.abs));
      if (this.isMuted) return;
      this.spoken.push(encode(data));
      if (this.spoken.length > MAKE_UP) this.spoken.shift();
    };
    this.context.createMediaStreamSource(this.media).connect(node);
    return "";
  }

  #next() {
    return this.typed.shift() ?? this.spoken.shift() ?? quietRoom();
  }

  /** Say this mu-law audio, as if it came from the microphone. */
  say(base64) {
    const bytes = fromBase64(base64);
    for (let at = 0; at < bytes.length; at += FRAME) {
      const frame = new Uint8Array(FRAME).fill(SILENCE);
      frame.set(bytes.subarray(at, at + FRAME));
      this.typed.push(frame);
    }
  }

  play(base64) {
    const samples = decode(fromBase64(base64));
    this.peak = Math.max(this.peak, ...samples.filter((_, index) => index % 8 === 0));
    this.speaker.port.postMessage(samples);
  }

  mark(name) {
    this.speaker.port.postMessage({ mark: name });
  }

  clear() {
    this.speaker.port.postMessage("clear");
  }

  close() {
    clearInterval(this.clock);
    this.media?.getTracks().forEach((track) => track.stop());
    this.context?.close();
  }
}
