// RLP lists, one level at a time (Ethereum yellow paper, appendix B): nothing recurses.
import { toBigInt } from "./bytes.js";

// An item is {bytes, isList}: a string's content, or a list in its whole encoding.
export function decodeList(data) {
  const whole = item(data, 0);
  if (!whole.isList || whole.end !== data.length) throw new Error("not exactly one list");
  const items = [];
  let at = whole.start;
  while (at < whole.end) {
    const { start, end, isList } = item(data, at);
    items.push({ bytes: data.subarray(isList ? at : start, end), isList });
    at = end;
  }
  if (at !== whole.end) throw new Error("an item goes beyond its list");
  return items;
}

export function decodeString(data) {
  const { start, end, isList } = item(data, 0);
  if (isList || end !== data.length) throw new Error("not exactly one string");
  return data.subarray(start, end);
}

export function decodeNumber(bytes) {
  if (bytes[0] === 0) throw new Error("a number with a leading zero");
  return toBigInt(bytes);
}

function item(data, at) {
  if (at >= data.length) throw new Error("nothing where an item was expected");
  const prefix = data[at];
  if (prefix < 0x80) return { start: at, end: at + 1, isList: false };
  const isList = prefix >= 0xc0;
  let length = prefix - (isList ? 0xc0 : 0x80);
  let start = at + 1;
  if (length > 55) {
    const size = length - 55;
    const first = data[start];
    length = Number(toBigInt(data.subarray(start, start + size)));
    if (length <= 55 || first === 0) throw new Error("a length not in its shortest form");
    start += size;
  }
  const end = start + length;
  if (end > data.length) throw new Error("an item goes beyond the data");
  if (length === 1 && !isList && data[start] < 0x80) throw new Error("a byte not in its shortest form");
  return { start, end, isList };
}
