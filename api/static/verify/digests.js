// Hashes of what is signed (EIP-712), and of what tags and storage slots are made of.
import { keccak_256 as keccak256 } from "../vendor/noble-hashes/sha3.js";
import { concat, leftPadded, uint256, utf8 } from "./bytes.js";

const typeHash = (type) => keccak256(utf8(type));
const HEAD = typeHash("Head(uint64 number,bytes32 hash,uint64 time)");
const BINDING = typeHash("Binding(uint24 organisation,string handle,string kind,uint256[] parts,bytes32 tag)");
const CONSENT_BATCH = typeHash("ConsentBatch(uint40 deadline,bool reviewed,bytes entries)");
const CERTIFICATION_BATCH = typeHash(
  "CertificationBatch(uint16 programme,uint8 scheme,uint40 deadline,bytes entries)",
);
const TAG = {
  certification: typeHash("Certification(uint16 programme)"),
  consent: typeHash("Consent(uint24 provider,uint24 consumer,uint16 category,uint16 purpose)"),
};
const PART_BITS = { certification: [16], consent: [20, 20, 16, 16] };

export function headDigest(pinned, head) {
  return digest(operatorDomain(pinned), HEAD, uint256(head.number), head.hash, uint256(head.time));
}

export function bindingDigest(pinned, binding) {
  return digest(
    operatorDomain(pinned),
    BINDING,
    uint256(binding.organisation),
    keccak256(utf8(binding.handle)),
    keccak256(utf8(binding.kind)),
    keccak256(concat(...binding.parts.map(uint256))),
    binding.tag,
  );
}

export function batchDigest(pinned, contract, binding, batch) {
  const domain = contractDomain(pinned, contract);
  const entries = keccak256(batch.entries);
  if (binding.kind === "consent") {
    return digest(domain, CONSENT_BATCH, uint256(batch.deadline), uint256(batch.reviewed), entries);
  }
  const [programme] = binding.parts;
  return digest(
    domain,
    CERTIFICATION_BATCH,
    uint256(programme),
    uint256(batch.scheme),
    uint256(batch.deadline),
    entries,
  );
}

// The tag that an opening gives; null for parts that no tag is made of.
export function tagOf({ kind, parts }, openingKey) {
  const widths = PART_BITS[kind];
  if (parts.length !== widths.length || parts.some((part, i) => part >= 2 ** widths[i])) return null;
  return keccak256(concat(TAG[kind], ...parts.map(uint256), openingKey));
}

// The key under which a contract keeps the tag.
export function slotKey({ kind, parts, tag }) {
  return kind === "consent" ? tag : keccak256(concat(uint256(parts[0]), tag));
}

// Where a mapping in the storage slot `slot` holds the value of `key` (Solidity's storage layout).
export function storageKey(slot, key) {
  return keccak256(concat(leftPadded(key), uint256(slot)));
}

function operatorDomain({ chainId, deploymentId }) {
  return keccak256(
    concat(
      typeHash("EIP712Domain(string name,string version,uint256 chainId,bytes32 salt)"),
      keccak256(utf8("CertificationLedger")),
      keccak256(utf8("1")),
      uint256(chainId),
      deploymentId,
    ),
  );
}

function contractDomain({ chainId }, contract) {
  return keccak256(
    concat(
      typeHash("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
      keccak256(utf8(contract.name)),
      keccak256(utf8("1")),
      uint256(chainId),
      leftPadded(contract.address),
    ),
  );
}

function digest(domain, ...encoded) {
  return keccak256(concat(Uint8Array.of(0x19, 0x01), domain, keccak256(concat(...encoded))));
}
