// The proof's file (docs/proof-format.md), version 1: nothing in it that isn't known, everything of its type.
import { fromBase64Url, fromHex } from "./bytes.js";

export const FORMAT = "certification-ledger/proof";
export const VERSION = 1;
const LARGEST_FILE = 192 * 1024;
const DEEPEST = 8;
const MOST_NODES = 128;
const LARGEST_NODE = 576;
const LARGEST_HEADER = 1024;
const LARGEST_ENTRIES = 96_000;

// A file that can't be judged: the rule that says so, and whether a newer verifier might know.
export class Unreadable extends Error {
  constructor(rule, got, expected, outcome = "malformed") {
    super(`${rule}: got ${got}, expected ${expected}`);
    Object.assign(this, { rule, got, expected, outcome });
  }
}

export function parse(data) {
  if (data.length > LARGEST_FILE) throw new Unreadable("0.1", `${data.length} bytes`, `at most ${LARGEST_FILE}`);
  const deepest = depth(data);
  if (deepest > DEEPEST) throw new Unreadable("0.2", `${deepest} levels`, `at most ${DEEPEST}`);
  let document;
  try {
    document = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data));
  } catch {
    throw new Unreadable("0.3", "no JSON", FORMAT);
  }
  refuseUnknown(document);
  return object({
    format: literal(FORMAT),
    version: literal(VERSION),
    chain: object({
      kind: literal("embedded"),
      id: number(48),
      deployment: bytes(32),
      head: object({ number: number(48), hash: bytes(32), time: number(40), signature: bytes(65) }),
      header: base64(LARGEST_HEADER),
      nodes: list(base64(LARGEST_NODE), MOST_NODES),
    }),
    binding: object({
      organisation: number(20),
      handle: text(/^H[a-z2-7]{32}$/),
      kind: oneOf("consent", "certification"),
      parts: list(number(20), 4),
      tag: bytes(32),
      signature: bytes(65),
    }),
    opening_key: bytes(32),
    batch: batchOf(document?.binding?.kind),
  })(document, "the file");
}

// A later format or another kind of chain is no fault of the file.
function refuseUnknown(document) {
  const { version, chain } = document ?? {};
  if (typeof chain?.kind === "string" && chain.kind !== "embedded") {
    throw new Unreadable("1.1", chain.kind, "embedded", "cannot_know");
  }
  if (Number.isSafeInteger(version) && version !== VERSION) {
    throw new Unreadable("0.4", version, VERSION, "cannot_know");
  }
}

function batchOf(kind) {
  const common = { deadline: number(40), entries: base64(LARGEST_ENTRIES), signature: bytes(65) };
  const own = kind === "consent" ? { reviewed: boolean } : { scheme: number(8) };
  const batch = object({ ...own, ...common });
  return (value, where) => (value === null ? null : batch(value, where));
}

function fail(where, expected) {
  throw new Unreadable("0.3", where, expected);
}

function object(fields) {
  return (value, where) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) fail(where, "an object");
    for (const name of Object.keys(value)) if (!Object.hasOwn(fields, name)) fail(`${where}.${name}`, "nothing");
    return Object.fromEntries(
      Object.entries(fields).map(([name, read]) => {
        if (!Object.hasOwn(value, name)) fail(`${where}.${name}`, "a value");
        return [name, read(value[name], `${where}.${name}`)];
      }),
    );
  };
}

function list(read, most) {
  return (value, where) => {
    if (!Array.isArray(value) || value.length < 1 || value.length > most) fail(where, `a list of 1 to ${most}`);
    return value.map((one, i) => read(one, `${where}.${i}`));
  };
}

function literal(expected) {
  return (value, where) => (value === expected ? value : fail(where, expected));
}

function oneOf(...known) {
  return (value, where) => (known.includes(value) ? value : fail(where, known.join(" or ")));
}

function boolean(value, where) {
  return typeof value === "boolean" ? value : fail(where, "true or false");
}

function number(bits) {
  return (value, where) =>
    Number.isSafeInteger(value) && value >= 0 && value < 2 ** bits ? value : fail(where, `a number of ${bits} bits`);
}

function text(pattern) {
  return (value, where) => (typeof value === "string" && pattern.test(value) ? value : fail(where, pattern));
}

function bytes(size) {
  const pattern = new RegExp(`^0x[0-9a-f]{${2 * size}}$`);
  return (value, where) => fromHex(text(pattern)(value, where));
}

function base64(most) {
  return (value, where) => {
    try {
      if (value.length <= Math.ceil((most * 4) / 3)) return fromBase64Url(value);
    } catch {
      // told below
    }
    return fail(where, `base64url of 1 to ${most} bytes`);
  };
}

// How many brackets are open at once; no string here has any.
function depth(data) {
  let open = 0;
  let deepest = 0;
  for (const byte of data) {
    if (byte === 0x5b || byte === 0x7b) deepest = Math.max(deepest, ++open);
    else if (byte === 0x5d || byte === 0x7d) open -= 1;
  }
  return deepest;
}
