import { afterEach, describe, expect, test, vi } from "vitest";
import { utf8 } from "../bytes.js";
import { type SignatureBatch, signerOf, verifyAhead, verifyAllStrict } from "./ed25519.js";
import { ed25519 as native } from "./ed25519-native.js";
import { sha256 } from "./sha256.js";

afterEach(() => vi.restoreAllMocks());

let made = 0;
/** Signatures by keys, and of a message, that no test has used before. */
const newBatch = (count: number): SignatureBatch => {
  made += 1;
  const message = utf8(`checked ahead ${made}`);
  const signers = Array.from({ length: count }, (_, i) => signerOf(sha256(message, Uint8Array.of(i))));
  return { message, signatures: signers.map((signer) => [signer.publicKey(), signer.sign(message)]) };
};

const partsOf = ({ message, signatures }: SignatureBatch): readonly Uint8Array[] => [message, ...signatures.flat()];

const copyOf = ({ message, signatures }: SignatureBatch): SignatureBatch => ({
  message: message.slice(),
  signatures: signatures.map(([publicKey, signature]) => [publicKey.slice(), signature.slice()]),
});

/** Counts the checks made on this thread, and those on others, by keys that come up from now on. */
const countChecks = () => {
  const { verifier } = native;
  const count = { here: 0, ahead: 0 };
  vi.spyOn(native, "verifier").mockImplementation((publicKey) => {
    const { verify, verifyAhead: ahead } = verifier(publicKey);
    return {
      verify: (...check) => {
        count.here += 1;
        return verify(...check);
      },
      verifyAhead: (...check) => {
        count.ahead += 1;
        ahead?.(...check);
      },
    };
  });
  return count;
};

describe("verification ahead", () => {
  test("leaves nothing to check of a batch found valid, nor to find again", async () => {
    const count = countChecks();
    const batch = newBatch(3);
    await verifyAhead([batch], true);
    expect(verifyAllStrict(copyOf(batch))).toBe(true);
    await verifyAhead([copyOf(batch)], true);
    expect(count).toEqual({ here: 0, ahead: 3 });
  });

  test("changes no answer: with any byte of a batch found valid changed, it is invalid", async () => {
    const batch = newBatch(2);
    await verifyAhead([batch], true);
    for (const [i, { length }] of partsOf(batch).entries())
      for (let at = 0; at < length; at++) {
        const changed = copyOf(batch);
        const part = partsOf(changed)[i] ?? new Uint8Array();
        part[at] = (part[at] ?? 0) ^ 1;
        expect(verifyAllStrict(changed), `byte ${at} of part ${i}`).toBe(false);
      }
  });

  test("says nothing of a part of a batch, nor of one whose message ends elsewhere", async () => {
    const count = countChecks();
    const batch = newBatch(2);
    await verifyAhead([batch], true);
    const [first, second] = batch.signatures;
    if (first === undefined || second === undefined) throw new Error("expected two signatures");
    expect(verifyAllStrict({ ...batch, signatures: [first] })).toBe(true);
    expect(count.here).toBe(1);
    const longer = Uint8Array.from([...batch.message, ...first[0], ...first[1]]);
    expect(verifyAllStrict({ message: longer, signatures: [second] })).toBe(false);
    await verifyAhead([{ ...batch, signatures: [first] }], true);
    const joined = Uint8Array.from([...first[0], ...first[1]]);
    for (const at of [0, 31, 33, 96])
      expect(
        verifyAllStrict({ ...batch, signatures: [[joined.subarray(0, at), joined.subarray(at)]] }),
        `a key of ${at} bytes`,
      ).toBe(false);
  });

  test("remembers no batch with an invalid signature, and starts none after it", async () => {
    const count = countChecks();
    const [good, bad, late] = [newBatch(200), newBatch(200), newBatch(200)];
    bad.signatures[0]?.[1].set([1], 5);
    await verifyAhead([bad, good, late], true);
    expect(count.ahead).toBe(400);
    expect(verifyAllStrict(bad)).toBe(false);
    await verifyAhead([bad, good, late], false);
    expect([verifyAllStrict(good), verifyAllStrict(late)]).toEqual([true, true]);
    expect(count.here).toBe(1);
  });

  test("goes by the bytes as they were, whatever becomes of them meanwhile", async () => {
    const batch = newBatch(1);
    const before = copyOf(batch);
    const done = verifyAhead([batch], true);
    batch.message.fill(0);
    await done;
    expect([verifyAllStrict(batch), verifyAllStrict(before)]).toEqual([false, true]);
  });

  test("asks for no more batches at once than keep the threads busy", async () => {
    let [asked, answered, most] = [0, 0, 0];
    const { verifier } = native;
    vi.spyOn(native, "verifier").mockImplementation((publicKey) => {
      const { verify, verifyAhead: ahead } = verifier(publicKey);
      return {
        verify,
        verifyAhead: (message, signature, tell) => {
          asked += 1;
          most = Math.max(most, asked - answered);
          ahead?.(message, signature, (valid) => {
            answered += 1;
            tell(valid);
          });
        },
      };
    });
    const batches = Array.from({ length: 8 }, () => newBatch(50));
    await verifyAhead(batches, true);
    expect(asked).toBe(400);
    expect(most).toBeLessThanOrEqual(256 + 50);
  });
});
