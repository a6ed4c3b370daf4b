import { equal } from "@pdiem/light-client/bytes";
import { expect, it } from "vitest";
import { filled } from "../testing/config.js";
import type { Grant } from "./grant.js";
import { type Party, type Transcript, transcriptHash } from "./transcript.js";

const giver: Party = { tee: "sgx", handoverKey: filled(32, 1), challenge: filled(32, 2), evidence: filled(100, 3) };
const receiver: Party = { tee: "tdx", handoverKey: filled(32, 4), challenge: filled(32, 5), evidence: filled(200, 6) };
const grant: Grant = { slot: 1, publicPackage: filled(32, 8), platform: filled(16, 8) };
const transcript: Transcript = { bridgeId: filled(32, 7), custodyKey: filled(32, 8), grant, giver, receiver };

it("a transcript's hash is 32 bytes and another one for each value of each field of either side", () => {
  const changes: readonly Partial<Party>[] = [
    { tee: "simulated" },
    { handoverKey: filled(32, 9) },
    { challenge: filled(32, 9) },
    { evidence: filled(100, 9) },
    { evidence: filled(101, 3) },
  ];
  const hashes = [
    transcript,
    { ...transcript, bridgeId: filled(32, 9) },
    { ...transcript, custodyKey: filled(32, 9) },
    { ...transcript, grant: undefined },
    { ...transcript, grant: { ...grant, slot: 2 } },
    { ...transcript, grant: { ...grant, publicPackage: filled(32, 9) } },
    { ...transcript, grant: { ...grant, platform: filled(16, 9) } },
    { ...transcript, grant: { ...grant, platform: undefined } },
    { ...transcript, giver: receiver, receiver: giver },
    ...changes.map((change) => ({ ...transcript, giver: { ...giver, ...change } })),
    ...changes.map((change) => ({ ...transcript, receiver: { ...receiver, ...change } })),
  ].map(transcriptHash);
  expect(hashes.every(({ length }) => length === 32)).toBe(true);
  for (const [i, a] of hashes.entries()) for (const b of hashes.slice(i + 1)) expect(equal(a, b)).toBe(false);
});
