// Whose key made a signature: 65 bytes r ‖ s ‖ v, low s, v 27 or 28, as the contracts check it.
import { keccak_256 as keccak256 } from "../vendor/noble-hashes/sha3.js";
import { recoverPublicKey } from "../vendor/noble-secp256k1/index.js";
import { concat, toBigInt } from "./bytes.js";

// Half the order of secp256k1 (SEC 2); of s and n - s only the lower is taken, as by EIP-2.
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

// The address, 20 bytes; null if no key made it.
export function recover(digest, signature) {
  const v = signature[64];
  if ((v !== 27 && v !== 28) || toBigInt(signature.subarray(32, 64)) > HALF_ORDER) return null;
  try {
    const recovered = concat(Uint8Array.of(v - 27), signature.subarray(0, 64));
    const key = recoverPublicKey(recovered, digest, { prehash: false, isCompressed: false });
    return keccak256(key.subarray(1)).subarray(12);
  } catch {
    return null;
  }
}
