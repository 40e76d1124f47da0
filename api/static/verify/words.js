// The packed words (docs/architecture.md, Encodings), and what they mean.

const field = (shift, bits) => (word) => Number((word >> BigInt(shift)) & ((1n << BigInt(bits)) - 1n));

export const version = field(0, 4);
export const status = field(4, 4);
export const death = field(8, 2);
export const validFrom = field(96, 32);
export const validUntil = field(128, 32);
export const recordedAt = field(160, 32);
export const organisation = field(192, 20);

export const signer = {
  organisation: field(0, 20),
  validFrom: field(32, 32),
  validUntil: field(64, 32),
  distrustedSince: field(96, 32),
};

const ones = (shift, bits) => ((1n << BigInt(bits)) - 1n) << BigInt(shift);
const RECORDED_AT = ones(160, 32);
const USED = {
  consent: ones(0, 13) | ones(64, 148),
  certification: ones(0, 34) | ones(64, 188),
};

export const isWellFormed = (kind, word) => word === 0n || ((word & ~USED[kind]) === 0n && version(word) === 1);

// The word as it was signed: before the contract wrote the block's time into it.
export const signed = (word) => word & ~RECORDED_AT;

// A word that says yes counts only if its key is believed; a no always stands.
export const MEANING = {
  consent(word, now, distrusted) {
    const said = ["never", null, "refused", "withdrawn"][status(word)];
    return said ?? (distrusted ? "unknown" : inWindow(word, now, "given"));
  },
  certification(word, now, distrusted) {
    const active = status(word) === 1;
    if (death(word) === 2) return "deceased";
    if (distrusted && active) return "unknown";
    if (death(word) === 1) return "death_reported";
    return active ? inWindow(word, now, "certified") : ["never", null, "suspended", "revoked", "closed"][status(word)];
  },
};

function inWindow(word, now, yes) {
  if (now < validFrom(word)) return "not_yet_valid";
  return now < validUntil(word) ? yes : "expired";
}
