// Plays what the line says: a queue of 8 kHz samples and marks between them. A mark is posted back when everything before
// it has left the loudspeaker; "clear" drops the queue, marks and all, as the carrier does.

const RATE = 8000;

class Speaker extends AudioWorkletProcessor {
  constructor() {
    super();
    this.queue = [];
    this.offset = 0; // fractional, within the first piece
    this.port.onmessage = ({ data }) => {
      if (data === "clear") {
        this.queue = [];
        this.offset = 0;
      } else {
        this.queue.push(data); // samples, or {mark}
      }
    };
  }

  process(_, [output]) {
    const out = output[0];
    for (let index = 0; index < out.length; index += 1) out[index] = this.#next();
    for (const channel of output.slice(1)) channel.set(out);
    return true;
  }

  #next() {
    while (this.queue.length) {
      const [first] = this.queue;
      if (first.mark !== undefined) {
        this.port.postMessage(first.mark);
        this.queue.shift();
      } else if (this.offset >= first.length) {
        this.offset -= first.length;
        this.queue.shift();
      } else {
        const whole = Math.floor(this.offset);
        const rest = this.offset - whole;
        const following = first[whole + 1] ?? first[whole];
        this.offset += RATE / sampleRate;
        return first[whole] + (following - first[whole]) * rest;
      }
    }
    this.offset = 0;
    return 0;
  }
}

registerProcessor("speaker", Speaker);
