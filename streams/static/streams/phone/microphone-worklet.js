// From the microphone's rate to the telephone's: what is above 3.6 kHz is taken out by a windowed sinc, then samples are
// picked at 8 kHz. Posts Float32Arrays of 160 samples, 20 ms each.

const TAPS = 63;
const CUTOFF = 3600;
const RATE = 8000;
const FRAME = 160;

class Microphone extends AudioWorkletProcessor {
  constructor() {
    super();
    const middle = (TAPS - 1) / 2;
    this.filter = Float32Array.from({ length: TAPS }, (_, index) => {
      const x = index - middle;
      const sinc = x === 0 ? (2 * CUTOFF) / sampleRate : Math.sin((2 * Math.PI * CUTOFF * x) / sampleRate) / (Math.PI * x);
      return sinc * (0.54 - 0.46 * Math.cos((2 * Math.PI * index) / (TAPS - 1)));
    });
    this.past = new Float32Array(TAPS);
    this.at = 0; // where in `past` the next sample goes
    this.due = 0; // samples of the microphone until the next of the telephone
    this.frame = new Float32Array(FRAME);
    this.filled = 0;
  }

  process([input]) {
    for (const sample of input[0] ?? []) {
      this.past[this.at] = sample;
      this.at = (this.at + 1) % TAPS;
      this.due -= 1;
      if (this.due > 0) continue;
      this.due += sampleRate / RATE;
      let sum = 0;
      for (let index = 0; index < TAPS; index += 1) sum += this.filter[index] * this.past[(this.at + index) % TAPS];
      this.frame[this.filled] = sum;
      this.filled += 1;
      if (this.filled === FRAME) {
        this.port.postMessage(this.frame.slice());
        this.filled = 0;
      }
    }
    return true;
  }
}

registerProcessor("microphone", Microphone);
