import { type Transaction, transaction, transactionHash } from "@pdiem/chain-formats/diem/transactions/transaction";
import { describe, expect, test } from "vitest";
import { concat, fromHex, toHex, utf8 } from "../bytes.js";
import { bytes, encode, u64 } from "../codec/bcs.js";
import { sha3_256 } from "../crypto/sha3.js";
import { outcome } from "../testing/outcome.js";
import { accountAddressHash, formatAccountAddress, parseAccountAddress } from "./address/account-address.js";
import { ledgerInfo, ledgerInfoSigningMessage } from "./epochs/ledger-info.js";
import { waypointOf } from "./epochs/waypoint.js";
import { hashValue } from "./hash-value.js";
import {
  ACCUMULATOR_PLACEHOLDER_HASH,
  hashEventAccumulatorNode,
  hasher,
  hashOf,
  hashSparseMerkleNode,
  hashTransactionAccumulatorNode,
  nodeHasher,
  PRE_GENESIS_BLOCK_ID,
  SPARSE_MERKLE_PLACEHOLDER_HASH,
  seed,
  signingMessageOf,
} from "./hashing.js";
import { accountStateBlobHash } from "./proofs/account-state-proof.js";
import { sparseMerkleLeafHash } from "./proofs/sparse-merkle.js";
import { type TransactionInfo, transactionInfo, transactionInfoHash } from "./proofs/transaction-info.js";
import { contractEvent, contractEventHash } from "./state/event.js";
import { ledgerInfoAt } from "./testing/ledger.js";

describe("hashing", () => {
  test("sets types apart by a seed that is itself a hash", () => {
    expect(toHex(seed("LedgerInfo"))).toBe("cd510d1ab583c33b54fa949014601df0664857c18c4cfb228c862dd869df1b62");
    expect(hasher("Any")(utf8("a"), utf8("b"))).toEqual(sha3_256(seed("Any"), utf8("ab")));
    expect(nodeHasher("Any")(utf8("a"), utf8("b"))).toEqual(hasher("Any")(utf8("ab")));
  });

  // The names and constants of Diem's crypto/crypto/src/hash.rs and types/src/proof/mod.rs.
  test.each([
    [
      "TransactionAccumulator",
      hashTransactionAccumulatorNode,
      "f113eccd4bfbb5050e49fcac4b812912a8b83c3b32bd3c61917ffc8cab48f420",
    ],
    ["EventAccumulator", hashEventAccumulatorNode, "f33b5e61efab7cc2fb11adff392556c4e7f8113fcee16a52b6c31e0b19fdd545"],
    ["SparseMerkleInternal", hashSparseMerkleNode, "0b3ec0481bc00708b043a6dadff482da85a97a91da1ac1b729150f0f44bad4c6"],
    [
      "SparseMerkleLeafNode",
      (key: Uint8Array, valueHash: Uint8Array) => sparseMerkleLeafHash({ key, valueHash }),
      "bdf4c337447d4ffa292491644e4d26607f770eadb364a6b238fe0e19b2b87704",
    ],
  ])("of a %s begins with its seed", (name, hash, hex) => {
    const [left, right] = [utf8("left"), utf8("right")];
    expect(toHex(seed(name))).toBe(hex);
    expect(hash(left, right)).toEqual(sha3_256(fromHex(hex), left, right));
  });

  test("of an account's state is over what it holds, without its length", () => {
    const prefix = fromHex("63b65724525fa34fd86b801a5aafe550d407f7d453c5f0b827ef25552e199b84");
    expect(accountStateBlobHash(utf8("state"))).toEqual(sha3_256(prefix, utf8("state")));
  });

  test("of what validators vouch for begins with the seed of its type", () => {
    const root = new Uint8Array(32).fill(1);
    const sealed = ledgerInfoAt(5, root);
    const { epoch, version, timestampUsecs } = sealed.commitInfo;
    const waypointBytes = concat(
      encode(u64, epoch),
      encode(hashValue, root),
      encode(u64, version),
      encode(u64, timestampUsecs),
      Uint8Array.of(0),
    );
    const info: TransactionInfo = {
      transactionHash: root,
      stateRootHash: root,
      eventRootHash: root,
      gasUsed: 1n,
      status: { type: "executed", value: undefined },
    };
    const typeTag = { type: "bool", value: undefined } as const;
    const event = { key: new Uint8Array(24), sequenceNumber: 0n, typeTag, eventData: root };
    const started: Transaction = {
      type: "blockMetadata",
      value: { id: root, round: 1n, timestampUsecs: 1n, previousBlockVotes: [], proposer: new Uint8Array(16) },
    };
    const after = (hex: string, content: Uint8Array) => concat(fromHex(hex), content);
    expect(ledgerInfoSigningMessage(sealed)).toEqual(
      after("cd510d1ab583c33b54fa949014601df0664857c18c4cfb228c862dd869df1b62", encode(ledgerInfo, sealed)),
    );
    expect(waypointOf(sealed).value).toEqual(
      sha3_256(after("c5410394d22ee342a90aca58f2d26a810b26d94c2938fe6104009c5a337f4826", waypointBytes)),
    );
    expect(transactionInfoHash(info)).toEqual(
      sha3_256(
        after("5716f98fb407923f154b72281e92adfeb3f18afdfe84efc1c72ceddc8234aef1", encode(transactionInfo, info)),
      ),
    );
    expect(contractEventHash(event)).toEqual(
      sha3_256(after("5198eac83647d6147831afb4df77a5dc0e98cbbd08df17296db256154e335aa0", encode(contractEvent, event))),
    );
    expect(transactionHash(started)).toEqual(
      sha3_256(after("a57f37b6effd9fca550b609f55ac4cabc6e58784f0e1a99877bfef3c9840ba79", encode(transaction, started))),
    );
  });

  test("stands for nothing by texts", () => {
    const nothing = [ACCUMULATOR_PLACEHOLDER_HASH, SPARSE_MERKLE_PLACEHOLDER_HASH, PRE_GENESIS_BLOCK_ID].map(toHex);
    expect(nothing).toEqual([
      "414343554d554c41544f525f504c414345484f4c4445525f4841534800000000",
      "5350415253455f4d45524b4c455f504c414345484f4c4445525f484153480000",
      "5052455f47454e455349535f424c4f434b5f4944000000000000000000000000",
    ]);
  });

  test("of values is over their encoding, while what is signed isn't hashed first", () => {
    const value = utf8("value");
    expect(hashOf("Any", bytes())(value)).toEqual(hasher("Any")(encode(bytes(), value)));
    expect(toHex(signingMessageOf("Any", bytes())(value))).toBe(toHex(seed("Any")) + toHex(encode(bytes(), value)));
  });
});

describe("an account address", () => {
  const text = "ca843279e3427144cead5e4d5999a3d0";

  test("is read in either case, with or without 0x, and written in lower case", () => {
    for (const form of [text, text.toUpperCase(), `0x${text}`])
      expect(formatAccountAddress(parseAccountAddress(form))).toBe(text);
    for (const form of ["", text.slice(2), `${text}00`, `${text.slice(1)}g`])
      expect(outcome(() => parseAccountAddress(form))).toBe("decode/hex");
  });

  test("is hashed into its key in the state tree", () => {
    expect(toHex(accountAddressHash(parseAccountAddress(text)))).toBe(
      "6403c4906e79cf4536edada922040805c6a8d0e735fa4516a9cc40038bd125c8",
    );
  });
});
