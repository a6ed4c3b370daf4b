/**
 * What a light client starts from: checkpoints, client states, authority sets and the headers that
 * announce them.
 */

import {
  checkSetEnds,
  decodeNodeAuthoritySet,
  grandpaStateOf,
  type SetEnd,
  setIdOf,
} from "@pdiem/chain-formats/polkadot/finality/light-sync-state";
import { concat, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/scale";
import { checkAuthorities } from "@pdiem/light-client/polkadot/finality/authority-set";
import type { DigestItem } from "@pdiem/light-client/polkadot/finality/digest";
import { checkGrandpaState, grandpaState } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { header } from "@pdiem/light-client/polkadot/finality/header";
import { setChange } from "@pdiem/light-client/polkadot/finality/set-change";
import { z } from "zod";
import { asText, type ConformanceCase, equality } from "./conformance-case.js";
import {
  authorityKeys,
  decodeHeader,
  type FixtureFile,
  headerFacts,
  hex,
  hex0x,
  states,
  u64,
} from "./polkadot-schema.js";

const setEndsFile = z.object({ chain: z.string(), changes: z.array(z.tuple([z.number(), z.number()])) });

/** The ends of a chain's authority sets as a file lists them. */
export const readSetEnds = (content: unknown): { readonly chain: string; readonly ends: readonly SetEnd[] } => {
  const { chain, changes } = setEndsFile.parse(content);
  return { chain, ends: changes.map(([setId, lastBlock]) => [BigInt(setId), lastBlock]) };
};

export const authoritySetChanges = ({ name, content }: FixtureFile): readonly ConformanceCase[] => {
  const { ends } = readSetEnds(content);
  const first = ends[0]?.[1] ?? 0;
  return [
    equality(`${name}: in order`, ends.length, () => checkSetEnds(ends).length),
    equality(
      `${name}: the sets of their last blocks`,
      ends.map(([setId]) => setId),
      () => ends.map(([, last]) => setIdOf(ends, last)),
    ),
    equality(
      `${name}: the sets of the blocks after`,
      ends.slice(1).map(([setId]) => setId),
      () => ends.slice(0, -1).map(([, last]) => setIdOf(ends, last + 1)),
    ),
    equality(`${name}: the set of its first block`, ends[0]?.[0], () => setIdOf(ends, Math.min(1, first))),
  ];
};

const checkpointsFile = z.object({
  checkpoints: z.array(
    z
      .object({
        finalizedBlockHeader: hex,
        setId: u64,
        authorities: z.number(),
        authorityKeys,
        weightsAllOne: z.boolean().optional(),
        lastSetChange: z.tuple([z.number(), z.number()]).optional(),
        authoritySetChanges: z.number().optional(),
        grandpaAuthoritySet: hex.optional(),
      })
      .catchall(z.unknown()),
  ),
});

export const checkpoints = ({ name, content }: FixtureFile): readonly ConformanceCase[] =>
  checkpointsFile.parse(content).checkpoints.flatMap((checkpoint, i) => {
    const label = `${name}: ${i} ${asText(checkpoint.id ?? "")}`;
    const { finalizedBlockHeader, grandpaAuthoritySet, authorityKeys: keys, lastSetChange, setId } = checkpoint;
    const keyText = toHex(concat(...keys.map(({ id }) => id)));
    const sets: readonly ConformanceCase[] =
      grandpaAuthoritySet === undefined
        ? []
        : [
            states(
              `${label}: node's authority set`,
              { ...checkpoint, setId: String(setId), authorityKeys: keyText },
              () => {
                const { authorities, setId: id, ends } = decodeNodeAuthoritySet(grandpaAuthoritySet);
                return {
                  setId: String(id),
                  authorities: authorities.length,
                  weightsAllOne: authorities.every(({ weight }) => weight === 1n),
                  lastSetChange: ends.at(-1)?.map(Number),
                  authoritySetChanges: ends.length,
                  authorityKeys: toHex(concat(...authorities.map(({ id: key }) => key))),
                };
              },
            ),
            equality(`${label}: state`, [String(setId), checkpoint.hash], () => {
              const state = grandpaStateOf(finalizedBlockHeader, grandpaAuthoritySet);
              return [String(state.setId), hex0x(state.finalized.hash)];
            }),
          ];
    return [
      states(`${label}: header`, checkpoint, () => headerFacts(decodeHeader(finalizedBlockHeader))),
      equality(`${label}: authorities`, checkpoint.authorities, () => checkAuthorities(keys).length),
      ...(lastSetChange === undefined
        ? []
        : [
            equality(
              `${label}: in the set after its last change`,
              true,
              () =>
                setId === BigInt(lastSetChange[0]) + 1n &&
                decodeHeader(finalizedBlockHeader).number >= lastSetChange[1],
            ),
          ]),
      ...sets,
    ];
  });

const clientStateFile = z.object({
  chain: z.string().default(""),
  latestRelayHash: hex,
  latestRelayHeight: z.number(),
  setId: u64,
  authorities: authorityKeys,
  authoritySetChangesRow: z.tuple([z.number(), z.number()]).optional(),
});

export const grandpaClientState = ({ name, content, setEnds }: FixtureFile): readonly ConformanceCase[] => {
  const file = clientStateFile.parse(content);
  const { setId, authorities, authoritySetChangesRow: row } = file;
  const finalized = { number: file.latestRelayHeight, hash: file.latestRelayHash };
  const ends = setEnds(file.chain) ?? (row && ([[BigInt(row[0]), row[1]]] as const));
  return [
    equality(`${name}: state`, String(setId), () => {
      const state = checkGrandpaState({ setId, authorities, finalized });
      return String(decode(grandpaState, encode(grandpaState, state)).setId);
    }),
    ...(ends === undefined
      ? []
      : [equality(`${name}: set of its block`, String(setId), () => String(setIdOf(ends, file.latestRelayHeight)))]),
    ...(row === undefined || ends === undefined
      ? []
      : [equality(`${name}: end of its set`, row, () => ends.find(([id]) => id === setId)?.map(Number))]),
  ];
};

const digestFile = z
  .object({
    header: hex,
    digest: z
      .array(z.object({ kind: z.string(), engine: z.string().optional(), bytes: z.number().optional() }))
      .optional(),
    grandpaChange: z
      .object({ kind: z.enum(["scheduled", "forced"]), delay: z.number(), next: authorityKeys })
      .nullish(),
  })
  .catchall(z.unknown());

const digestFacts = (item: DigestItem): object => ({
  kind: item.type,
  ...("engine" in item ? { engine: new TextDecoder().decode(item.engine) } : {}),
  ...("data" in item ? { bytes: item.data.length } : {}),
});

export const headerWithDigests = ({ name, content }: FixtureFile): readonly ConformanceCase[] => {
  const file = digestFile.parse(content);
  const { digest, grandpaChange } = file;
  const changeText = (kind: string, delay: number, next: z.infer<typeof authorityKeys>) =>
    asText([kind, delay, next.map(({ id, weight }) => [toHex(id), weight])]);
  return [
    states(`${name}: header`, file, () => headerFacts(decodeHeader(file.header))),
    equality(`${name}: encoding`, hex0x(file.header), () => hex0x(encode(header, decodeHeader(file.header)))),
    ...(digest === undefined
      ? []
      : [equality(`${name}: digest`, digest, () => decodeHeader(file.header).digest.map(digestFacts))]),
    ...(grandpaChange === undefined
      ? []
      : [
          equality(
            `${name}: set change`,
            grandpaChange === null ? "none" : changeText(grandpaChange.kind, grandpaChange.delay, grandpaChange.next),
            () => {
              const found = setChange(decodeHeader(file.header));
              return found === undefined
                ? "none"
                : changeText(found.type, found.change.delay, found.change.nextAuthorities);
            },
          ),
        ]),
  ];
};
