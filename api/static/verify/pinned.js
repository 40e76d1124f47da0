// The deployment file that the verifier's owner keeps: the only thing that is trusted.
import { fromHex } from "./bytes.js";

// Throws if it isn't a deployment file of version 1.
export function readDeployment(text) {
  const file = JSON.parse(text);
  if (file.format !== "certification-ledger/deployment" || file.version !== 1) throw new Error("not a deployment");
  const contract = (name) => {
    const { address, code_hash: codeHash, slots } = file.contracts[name];
    return { name, address: bytes(address, 20), codeHash: bytes(codeHash, 32), slots };
  };
  return {
    engine: file.engine,
    chainId: file.chain_id,
    deploymentId: bytes(file.deployment_id, 32),
    operator: bytes(file.operator, 20),
    contracts: {
      consent: contract("Consents"),
      certification: contract("Certifications"),
      members: contract("Members"),
    },
  };
}

function bytes(text, size) {
  if (!new RegExp(`^0x[0-9a-fA-F]{${2 * size}}$`).test(text)) throw new Error("not a deployment");
  return fromHex(text);
}
