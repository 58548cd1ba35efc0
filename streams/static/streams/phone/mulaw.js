// G.711 mu-law, the telephone's own sound: one byte a sample, 8000 a second. Pure; the same tables as streams/audio/mulaw.py.

export const RATE = 8000;
export const FRAME = 160; // bytes of 20 ms
export const SILENCE = 0xff;

const BIAS = 132;
const CLIP = 32635;

const DECODED = Int16Array.from({ length: 256 }, (_, byte) => {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 0x0f) << 3) + BIAS) << ((code & 0x70) >> 4)) - BIAS;
  return code & 0x80 ? -magnitude : magnitude;
});

/** Mu-law bytes to samples between -1 and 1. */
export const decode = (bytes) => Float32Array.from(bytes, (byte) => DECODED[byte] / 32768);

const encodeOne = (sample) => {
  const value = (Math.round(Math.max(-1, Math.min(1, sample)) * 32767) >> 2) << 2;
  const magnitude = Math.min(Math.abs(value), CLIP) + BIAS;
  const segment = Math.max(Math.floor(Math.log2(magnitude)) - 7, 0);
  const code = (segment << 4) | ((magnitude >> (segment + 3)) & 0x0f);
  return ~(value < 0 ? code | 0x80 : code) & 0xff;
};

/** Samples between -1 and 1 to mu-law bytes. */
export const encode = (samples) => Uint8Array.from(samples, encodeOne);

export const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
export const fromBase64 = (text) => Uint8Array.from(atob(text), (mark) => mark.charCodeAt(0));
