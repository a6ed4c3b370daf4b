/** A Diem node in this process, to ask what a node answers. */
import { createDiemChain } from "@pdiem/devnet/diem/diem-chain";
import { handleRequest } from "@pdiem/devnet/diem/json-rpc/handler";
import { makeValidators } from "@pdiem/devnet/diem/validators";
import { utf8 } from "@pdiem/light-client/bytes";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { formatLossless, type Json, parseLossless } from "@pdiem/relayer/chains/diem/lossless";

const MAX_VERSION = 1000;
const START_USECS = 1_600_000_000_000_000n;

/** What a node answers whose ledger has one empty block for each version up to the one given. */
export const answerAt = (version: number, request: Json): Json => {
  if (version > MAX_VERSION) throw new RangeError(`expected a version of at most ${MAX_VERSION}, got ${version}`);
  const seed = sha3_256(utf8("conformance"));
  const chain = createDiemChain({
    chainId: 4,
    validators: makeValidators(seed, 1),
    associationKey: ed25519AuthenticationKey(publicKeyOf(seed)),
    clock: () => START_USECS,
  });
  for (let i = 0; i < version; i++) chain.produceBlock();
  return parseLossless(handleRequest(chain, formatLossless(request)).body);
};
