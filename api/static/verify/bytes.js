// Bytes, and how they are written as text.

export const hex = (bytes) => "0x" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export function fromHex(text) {
  const digits = text.slice(2);
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

// base64url without padding (RFC 4648, section 5), with one way only to write the same bytes.
export function fromBase64Url(text) {
  if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length % 4 === 1) throw new Error("not base64url");
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const again = btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  if (again !== text) throw new Error("not base64url");
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const utf8 = (text) => new TextEncoder().encode(text);

// One ABI word: 32 bytes, big-endian.
export function uint256(number) {
  return fromHex("0x" + BigInt(number).toString(16).padStart(64, "0"));
}

// Big-endian; without bytes it is 0.
export const toBigInt = (bytes) => (bytes.length ? BigInt(hex(bytes)) : 0n);

export function leftPadded(bytes) {
  const word = new Uint8Array(32);
  word.set(bytes, 32 - bytes.length);
  return word;
}
