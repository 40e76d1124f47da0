// Merkle-Patricia tries (Ethereum yellow paper, appendix D), as far as reading a proof needs them.
import { keccak_256 as keccak256 } from "../vendor/noble-hashes/sha3.js";
import { hex } from "./bytes.js";
import { decodeList } from "./rlp.js";

const EMPTY_ROOT = hex(keccak256(Uint8Array.of(0x80)));

// The nodes that a proof brings along, found by their hash.
export class Nodes {
  #byHash;
  #unused;

  constructor(nodes) {
    this.#byHash = new Map(nodes.map((node) => [hex(keccak256(node)), node]));
    this.#unused = new Set(this.#byHash.keys());
  }

  get unused() {
    return this.#unused.size;
  }

  take(hash) {
    const name = hex(hash);
    const node = this.#byHash.get(name);
    if (!node) throw new Error(`node ${name} is missing`);
    this.#unused.delete(name);
    return node;
  }
}

// The value under keccak256(key), or null if the nodes show that there is none. Throws if they show neither.
export function lookUp(root, key, nodes) {
  if (hex(root) === EMPTY_ROOT) return null;
  const path = hex(keccak256(key)).slice(2);
  let at = 0;
  let node = nodes.take(root);
  for (;;) {
    const items = decodeList(node);
    let child;
    if (items.length === 17) {
      if (at === path.length) throw new Error("a branch below the last nibble");
      child = items[parseInt(path[at], 16)];
      at += 1;
      if (child.bytes.length === 0) return null;
    } else if (items.length === 2) {
      const { nibbles, isLeaf } = compact(items[0]);
      if (isLeaf) return leafValue(items[1], nibbles, path.slice(at));
      if (nibbles === "") throw new Error("an extension of no nibbles");
      if (!path.startsWith(nibbles, at)) return null;
      at += nibbles.length;
      child = items[1];
    } else {
      throw new Error(`a node of ${items.length} items`);
    }
    node = child.isList ? child.bytes : nodes.take(child.bytes);
  }
}

function leafValue(value, nibbles, rest) {
  if (nibbles.length !== rest.length) throw new Error("a leaf at the wrong depth");
  if (value.isList || value.bytes.length === 0) throw new Error("a leaf without a value");
  return nibbles === rest ? value.bytes : null;
}

// Hex-prefix encoding (appendix C).
function compact({ bytes, isList }) {
  const digits = hex(bytes).slice(2);
  const flag = parseInt(digits[0], 16);
  if (isList || !(flag <= 3) || (flag % 2 === 0 && digits[1] !== "0")) throw new Error("not a hex-prefix encoding");
  return { nibbles: digits.slice(2 - (flag % 2)), isLeaf: flag >= 2 };
}
