// Checks a proof: every rule of docs/proof-format.md, in order, without a clock and without asking anyone.
import { keccak_256 as keccak256 } from "../vendor/noble-hashes/sha3.js";
import { hex, toBigInt } from "./bytes.js";
import { batchDigest, bindingDigest, headDigest, slotKey, storageKey, tagOf } from "./digests.js";
import { FORMAT, parse, Unreadable } from "./form.js";
import { decodeList, decodeNumber, decodeString } from "./rlp.js";
import { recover } from "./signatures.js";
import { lookUp, Nodes } from "./trie.js";
import * as words from "./words.js";

const STATE_ROOT = 3;
const NUMBER = 8;
const TIMESTAMP = 11;
const ENTRY = 96;
const MOST_ENTRIES = 1000;

class Stopped extends Error {
  constructor(outcome) {
    super(outcome);
    this.outcome = outcome;
  }
}

// {outcome: holds, broken, malformed or cannot_know; checks: [{rule, passed, got, expected}]; shown}
export function verify(data, pinned) {
  const checks = [];
  try {
    const shown = new Verification(read(data, checks), pinned, checks).run();
    return { outcome: shown.meaning === "unknown" ? "cannot_know" : "holds", checks, shown };
  } catch (error) {
    if (error instanceof Stopped) return { outcome: error.outcome, checks, shown: null };
    throw error;
  }
}

function read(data, checks) {
  try {
    const proof = parse(data);
    note(checks, "0.3", true, `${data.length} bytes`, `${FORMAT}, version 1`);
    return proof;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    note(checks, error.rule, false, error.got, error.expected);
    throw new Stopped(error.outcome);
  }
}

function note(checks, rule, passed, got, expected) {
  checks.push({ rule, passed, got: shown(got), expected: shown(expected) });
}

const shown = (value) => (value instanceof Uint8Array ? hex(value) : String(value));

class Verification {
  constructor(proof, pinned, checks) {
    this.proof = proof;
    this.pinned = pinned;
    this.checks = checks;
    this.nodes = new Nodes(proof.chain.nodes);
    this.contract = pinned.contracts[proof.binding.kind];
  }

  run() {
    const { binding, chain } = this.proof;
    this.checkConsensus();
    const header = this.checkHeader();
    const storageRoot = this.checkAccount("3.1", this.contract, header.stateRoot);
    this.checkTag();
    const word = this.checkWord(storageRoot);
    const { signer, distrusted } = this.checkBatch(word, header.stateRoot);
    this.requireEqual("4.9", this.nodes.unused, 0);
    const meaning = words.MEANING[binding.kind](word, chain.head.time, distrusted);
    note(this.checks, "5.1", meaning !== "unknown", meaning, "a yes by a key that is believed, or anything else");
    const block = { number: header.number, hash: chain.head.hash, time: header.time, statedAt: chain.head.time };
    return { ...binding, block, word, meaning, signer };
  }

  // Step 1
  checkConsensus() {
    const { chain } = this.proof;
    const { pinned } = this;
    this.requireEqual("1.1", chain.kind, pinned.engine, "cannot_know");
    this.requireEqual("1.2", chain.id, pinned.chainId, "cannot_know");
    this.requireEqual("1.3", chain.deployment, pinned.deploymentId, "cannot_know");
    this.requireOperator("1.4", headDigest(pinned, chain.head), chain.head.signature);
  }

  // Step 2
  checkHeader() {
    const { head, header } = this.proof.chain;
    this.requireEqual("2.1", keccak256(header), head.hash);
    const { fields, number, time } = this.attempt("2.2", head.number, () => {
      const decoded = decodeList(header);
      return {
        fields: decoded,
        number: decodeNumber(decoded[NUMBER].bytes),
        time: decodeNumber(decoded[TIMESTAMP].bytes),
      };
    });
    this.require("2.2", number === BigInt(head.number), number, head.number);
    this.require("2.3", time <= BigInt(head.time), time, `at most ${head.time}`);
    return { stateRoot: fields[STATE_ROOT].bytes, number: head.number, time: Number(time) };
  }

  // Step 3, and for Members in step 4; gives the storage root
  checkAccount(rule, contract, stateRoot) {
    const [, , root, code] = this.attempt(rule, `the account ${hex(contract.address)}`, () => {
      const account = lookUp(stateRoot, contract.address, this.nodes);
      if (account === null) throw new Error("there is no such account");
      const fields = decodeList(account);
      if (fields.length !== 4) throw new Error("not an account");
      return fields;
    });
    this.requireEqual(rule, code.bytes, contract.codeHash);
    return root.bytes;
  }

  // Step 4
  checkTag() {
    const { binding, opening_key: openingKey } = this.proof;
    const tag = tagOf(binding, openingKey);
    this.requireEqual("4.1", tag ?? "parts of no tag", binding.tag);
    this.requireOperator("4.2", bindingDigest(this.pinned, binding), binding.signature);
  }

  checkWord(storageRoot) {
    const { binding } = this.proof;
    const place = storageKey(this.contract.slots._slots, slotKey(binding));
    const word = this.readSlot("4.3", storageRoot, place);
    const text = word ? "0x" + word.toString(16).padStart(64, "0") : "none";
    this.require("4.3", words.isWellFormed(binding.kind, word), text, "a word of version 1, or none");
    return word;
  }

  checkBatch(word, stateRoot) {
    const { batch, binding } = this.proof;
    const presence = (there) => (there ? "a batch" : "no batch");
    this.requireEqual("4.4", presence(batch !== null), presence(word !== 0n));
    if (batch === null) return { signer: null, distrusted: false };
    const found = hasEntry(batch.entries, binding.tag, words.signed(word));
    this.require("4.5", found, `${batch.entries.length} bytes`, "an entry of this tag and word");
    const { members } = this.pinned.contracts;
    const membersRoot = this.checkAccount("4.6", members, stateRoot);
    const signer = this.recover("4.7", batchDigest(this.pinned, this.contract, binding, batch), batch.signature);
    const key = this.readSlot("4.7", membersRoot, storageKey(members.slots._signers, signer));
    this.require("4.7", key !== 0n, signer, "a key registered in Members");
    const recordedAt = words.recordedAt(word);
    this.checkAuthority(key, word, recordedAt);
    const since = words.signer.distrustedSince(key);
    return { signer, distrusted: since > 0 && since <= recordedAt };
  }

  checkAuthority(key, word, recordedAt) {
    const organisation = words.signer.organisation(key);
    const from = words.signer.validFrom(key);
    const until = words.signer.validUntil(key);
    // A certification's word names who is responsible, who need not be who signed.
    const expected = this.proof.binding.kind === "consent" ? words.organisation(word) : organisation;
    this.require(
      "4.8",
      organisation === expected && from <= recordedAt && recordedAt < until,
      `organisation ${organisation}, from ${from} until ${until}`,
      `organisation ${expected}, at ${recordedAt}`,
    );
  }

  readSlot(rule, root, place) {
    return this.attempt(rule, "the slot, or that it is empty", () => {
      const value = lookUp(root, place, this.nodes);
      return value === null ? 0n : decodeNumber(decodeString(value));
    });
  }

  requireOperator(rule, digest, signature) {
    this.requireEqual(rule, this.recover(rule, digest, signature), this.pinned.operator);
  }

  recover(rule, digest, signature) {
    const address = recover(digest, signature);
    if (!address) this.require(rule, false, signature, "a signature that a key made");
    return address;
  }

  requireEqual(rule, got, expected, otherwise = "broken") {
    this.require(rule, shown(got) === shown(expected), got, expected, otherwise);
  }

  require(rule, met, got, expected, otherwise = "broken") {
    note(this.checks, rule, met, got, expected);
    if (!met) throw new Stopped(otherwise);
  }

  // What comes from the file may be anything: whatever it makes fail breaks the rule.
  attempt(rule, expected, work) {
    try {
      return work();
    } catch (error) {
      return this.require(rule, false, error.message, expected);
    }
  }
}

function hasEntry(entries, tag, word) {
  const count = entries.length / ENTRY;
  if (!Number.isInteger(count) || count < 1 || count > MOST_ENTRIES) return false;
  const wanted = hex(tag);
  for (let at = 0; at < entries.length; at += ENTRY) {
    if (hex(entries.subarray(at, at + 32)) === wanted && toBigInt(entries.subarray(at + 32, at + 64)) === word) {
      return true;
    }
  }
  return false;
}
